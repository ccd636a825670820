import { UrlError } from "../errors/index.ts"
import type { DriverFactory } from "./driver.ts"
import { Engine } from "./engine.ts"
import { rememberEngine } from "./made-engines.ts"
import { connectTimeout, type EngineOptions, preparedStatementLimit } from "./options.ts"
import { DatabaseUrl } from "./url.ts"

/** What `createEngine` is: an engine for a URL, made without opening anything. @throws UrlError, ArgumentError */
export type CreateEngine = (url: string | URL, options?: EngineOptions) => Engine

/** Schemes that people bring along from Python, and what they are here. */
const foreignSchemes: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/^postgres(ql)?\+/, "postgresql://"],
  [/^sqlite\+|^sqlite3$|^file$/, "sqlite:///"],
]

/** `createEngine` over the given drivers: which one is meant is in the scheme of the URL. */
export function engineFactory(factories: readonly DriverFactory[]): CreateEngine {
  const make: CreateEngine = (text, options = {}) => {
    const url = new DatabaseUrl(String(text))
    const factory = factories.find(({ schemes }) => schemes.includes(url.scheme))
    if (factory === undefined) throw unknownScheme(url, factories)
    const driver = factory.create(url, {
      connectArgs: options.connectArgs ?? {},
      connectTimeout: connectTimeout(options),
      preparedStatements: preparedStatementLimit(options),
    })
    return new Engine(driver, url.toString(), options, make)
  }
  return (url, options) => {
    const engine = make(url, options)
    rememberEngine(engine)
    return engine
  }
}

function unknownScheme({ scheme }: DatabaseUrl, factories: readonly DriverFactory[]): UrlError {
  const known = factories.flatMap(({ schemes }) => schemes.map((each) => `${each}://`)).join(", ")
  const instead = foreignSchemes.find(([pattern]) => pattern.test(scheme))?.[1]
  return new UrlError(
    `no driver for ${scheme}:// URLs; there are drivers for ${known}`,
    instead === undefined ? {} : { hint: `write ${instead} instead of ${scheme}://` },
  )
}
