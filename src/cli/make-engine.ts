import { createEngine } from "../drivers/index.ts"
import type { Engine } from "../engine/index.ts"
import { ConfigError } from "../errors/index.ts"
import type { LoadedConfig } from "../migrations/index.ts"

/** The engine that a command works on: of `--url`, or what the configuration says. @throws ConfigError, UrlError */
export async function makeEngine({ file, url, engine }: LoadedConfig, given: string | undefined): Promise<Engine> {
  if (given !== undefined) return createEngine(given)
  if (engine !== undefined) return typeof engine === "function" ? await engine() : engine
  if (url !== undefined) return createEngine(url)
  throw new ConfigError(`${file} names no database`, {
    hint: "set `url` or `engine` (is the environment variable that it reads set?), or give --url",
  })
}
