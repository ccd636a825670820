import type { Engine } from "../../engine/index.ts"
import type { MetaData } from "../../schema/index.ts"

/** What `rebis.config.ts` says. Paths and patterns are taken from the folder that it is in. */
export interface RebisConfig {
  /** The database's URL. `undefined`, as an environment variable that is not set gives, is an error only when it is needed. */
  readonly url?: string | undefined
  /** Instead of a URL: the application's engine, or what makes one. The command disposes of it at its end. */
  readonly engine?: Engine | (() => Engine | Promise<Engine>)
  /** The files of models: globs such as `src/**\/*.model.ts`. Each must match at least one file. Folders named `node_modules` are passed over. */
  readonly models?: string | readonly string[]
  /** Which metadata is meant, where the models belong to several; or all of it, where there is no glob. */
  readonly metadata?: MetaData
  /** The folder of migrations. Default `./migrations`. */
  readonly migrations?: string
  /**
   * The names of new files. Default `{year}-{month}-{day}_{slug}`. Tokens: `{year}`, `{month}`, `{day}`, `{hour}`, `{minute}`,
   * `{second}`, `{slug}`, `{revision}`.
   */
  readonly fileTemplate?: string
  /** How long to wait for another migrator, in milliseconds. Default 60 000. */
  readonly lockTimeout?: number
}

/**
 * Types what `rebis.config.ts` exports.
 *
 * @example
 * export default defineConfig({ url: process.env.DATABASE_URL, models: "src/**\/*.model.ts" })
 */
export function defineConfig(config: RebisConfig): RebisConfig {
  return config
}
