import { existsSync } from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import { ConfigError } from "../../errors/index.ts"
import { defaultFileTemplate } from "../revisions/file-name.ts"
import type { RebisConfig } from "./config.ts"
import { importFile, loadFailure } from "./import-file.ts"

/** The names under which the configuration is looked for, in this order. */
export const configNames: readonly string[] = ["rebis.config.ts", "rebis.config.mts", "rebis.config.js", "rebis.config.mjs"]

/** A configuration with its defaults filled in. */
export interface LoadedConfig {
  /** The absolute path of the configuration's file. */
  readonly file: string
  /** The folder that it is in: what relative paths begin at. */
  readonly folder: string
  readonly url: string | undefined
  readonly engine: RebisConfig["engine"]
  readonly models: readonly string[]
  readonly metadata: RebisConfig["metadata"]
  /** The absolute path of the folder of migrations. */
  readonly migrations: string
  readonly fileTemplate: string
  readonly lockTimeout: number | undefined
}

const known: Readonly<Record<keyof RebisConfig, (value: unknown) => boolean>> = {
  url: isString,
  engine: (value) => typeof value === "function" || (typeof value === "object" && value !== null && "connect" in value),
  models: (value) => isString(value) || (Array.isArray(value) && value.length > 0 && value.every(isString)),
  metadata: (value) => typeof value === "object" && value !== null && "tables" in value,
  migrations: isString,
  fileTemplate: isString,
  lockTimeout: (value) => typeof value === "number" && value >= 0,
}

/**
 * Loads the configuration of a project.
 * @param folder where to look for it
 * @param path the file, where it is not one of {@link configNames}
 * @throws ConfigError
 */
export async function loadConfig(folder: string, path?: string): Promise<LoadedConfig> {
  const file = path === undefined ? findConfig(folder) : resolve(folder, path)
  if (!existsSync(file)) throw new ConfigError(`there is no configuration ${file}`, { hint: "`rebis init` writes one" })
  let exports: Readonly<Record<string, unknown>>
  try {
    exports = await importFile(file)
  } catch (error) {
    const { reason, hint } = loadFailure(error)
    throw new ConfigError(`cannot load ${basename(file)}: ${reason}`, { cause: error, ...(hint === undefined ? {} : { hint }) })
  }
  return resolved(checked(exports.default, basename(file)), file)
}

function findConfig(folder: string): string {
  const found = configNames.map((name) => join(folder, name)).find((file) => existsSync(file))
  if (found !== undefined) return found
  throw new ConfigError(`there is no rebis.config.ts in ${folder}`, { hint: "run `rebis init`, or say where it is with --config" })
}

function checked(value: unknown, file: string): RebisConfig {
  if (typeof value !== "object" || value === null) {
    throw new ConfigError(`${file} has no default export of a configuration`, {
      hint: 'write `export default defineConfig({ … })`, with defineConfig from "rebis/migrations"',
    })
  }
  for (const [key, part] of Object.entries(value)) {
    const isRight = known[key as keyof RebisConfig] as ((value: unknown) => boolean) | undefined
    if (isRight === undefined)
      throw new ConfigError(`${file}: there is no setting "${key}"`, { hint: `settings are ${Object.keys(known).join(", ")}` })
    if (part !== undefined && !isRight(part))
      throw new ConfigError(`${file}: "${key}" is not what it has to be`, { hint: "see docs/guide/migrations.md" })
  }
  return value
}

function resolved(config: RebisConfig, file: string): LoadedConfig {
  const folder = dirname(file)
  const { models = [] } = config
  return {
    file,
    folder,
    url: config.url,
    engine: config.engine,
    models: typeof models === "string" ? [models] : models,
    metadata: config.metadata,
    migrations: resolve(folder, config.migrations ?? "migrations"),
    fileTemplate: config.fileTemplate ?? defaultFileTemplate,
    lockTimeout: config.lockTimeout,
  }
}

function isString(value: unknown): boolean {
  return typeof value === "string" && value !== ""
}
