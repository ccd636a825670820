import { existsSync } from "node:fs"
import { mkdir, readFile, writeFile } from "node:fs/promises"
import { join, relative } from "node:path"
import { configNames } from "../config/load-config.ts"

export interface InitOptions {
  /** The project's folder. */
  readonly folder: string
}

export interface InitResult {
  /** What was made, relative to the folder. */
  readonly created: readonly string[]
  /** What was there before and was left as it is. */
  readonly kept: readonly string[]
}

/** Makes `rebis.config.ts` and the folder `migrations` where they are missing. Nothing that is there is changed. */
export async function init({ folder }: InitOptions): Promise<InitResult> {
  const created: string[] = []
  const kept: string[] = []
  const existing = configNames.map((name) => join(folder, name)).find((file) => existsSync(file))
  if (existing === undefined) created.push(await writeConfig(folder))
  else kept.push(relative(folder, existing))
  const migrations = join(folder, "migrations")
  if (existsSync(migrations)) kept.push("migrations/")
  else {
    await mkdir(migrations, { recursive: true })
    // Git keeps no empty folder.
    await writeFile(join(migrations, ".gitkeep"), "", { flag: "wx" })
    created.push("migrations/")
  }
  return { created, kept }
}

async function writeConfig(folder: string): Promise<string> {
  const isCommonJs = (await packageType(folder)) === "commonjs"
  const name = isCommonJs ? "rebis.config.mts" : "rebis.config.ts"
  await writeFile(join(folder, name), configSource(isCommonJs), { flag: "wx" })
  return name
}

async function packageType(folder: string): Promise<unknown> {
  try {
    const manifest: unknown = JSON.parse(await readFile(join(folder, "package.json"), "utf8"))
    return typeof manifest === "object" && manifest !== null && "type" in manifest ? manifest.type : undefined
  } catch {
    return undefined
  }
}

function configSource(isCommonJs: boolean): string {
  const template = isCommonJs
    ? '  // The package is CommonJS, and migrations are modules.\n  fileTemplate: "{year}-{month}-{day}_{slug}.mts",\n'
    : ""
  return `import { defineConfig } from "rebis/migrations"

export default defineConfig({
  url: process.env.DATABASE_URL ?? "sqlite:///app.db",
  // Every file that holds models; what it exports is found by itself.
  models: "src/**/*.model.${isCommonJs ? "mts" : "ts"}",
  migrations: "./migrations",
${template}})
`
}
