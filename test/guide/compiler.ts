import { mkdir, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { typeCheck } from "../support/type-checker.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))

/**
 * Compiles programs, by name, in one run of the compiler, and gives what it says of each: the lines of its errors, in order.
 * They import `rebis` as users do.
 */
export async function compileErrors<Name extends string>(
  folder: string,
  programs: Readonly<Record<Name, string>>,
): Promise<Record<Name, string[]>> {
  const path = join(".tmp", folder)
  await rm(join(root, path), { recursive: true, force: true })
  await mkdir(join(root, path), { recursive: true })
  for (const [name, text] of Object.entries<string>(programs)) await writeFile(join(root, path, `${name}.ts`), `${text}\nexport {}\n`)
  const config = { extends: "../../tsconfig.json", compilerOptions: { noUnusedLocals: false }, include: ["*.ts"], exclude: [] }
  await writeFile(join(root, path, "tsconfig.json"), JSON.stringify(config))
  const errors = await typeCheck(join(path, "tsconfig.json"))
  const ofProgram = (name: string) =>
    errors.filter((error) => error.path.endsWith(`${folder}/${name}.ts`)).map(({ message, details }) => `${message}\n${details}`)
  return Object.fromEntries(Object.keys(programs).map((name) => [name, ofProgram(name)])) as Record<Name, string[]>
}
