import { execFile } from "node:child_process"
import { mkdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../..", import.meta.url))

/** What oxlint says of a program under this project's rule about promises that nobody waits for; empty when there is nothing to say. */
export async function floatingPromises(folder: string, program: string): Promise<string> {
  const path = join(root, ".tmp", folder)
  await rm(path, { recursive: true, force: true })
  await mkdir(path, { recursive: true })
  const configuration = JSON.parse(await readFile(join(root, ".oxlintrc.json"), "utf8")) as { rules: Record<string, unknown> }
  const rule = "typescript/no-floating-promises"
  await writeFile(join(path, "oxlint.json"), JSON.stringify({ plugins: ["typescript"], rules: { [rule]: configuration.rules[rule] } }))
  await writeFile(join(path, "tsconfig.json"), JSON.stringify({ extends: "../../tsconfig.json", include: ["*.ts"], exclude: [] }))
  await writeFile(join(path, "program.ts"), program)
  return await new Promise((resolve) => {
    const lint = join(root, "node_modules/oxlint/bin/oxlint")
    execFile(process.execPath, [lint, "--type-aware", "--no-ignore", "-c", "oxlint.json", "program.ts"], { cwd: path }, (failure, out) =>
      resolve(failure === null ? "" : out),
    )
  })
}
