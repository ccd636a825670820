import { UrlError } from "../errors/index.ts"

const schemePattern = /^([a-z][a-z0-9+.-]*):\/\//i

/** A database's URL. However it is printed, its password is not; {@link DatabaseUrl.reveal} is for drivers. */
export class DatabaseUrl {
  /** In lower case, without `://`. */
  readonly scheme: string
  readonly #text: string

  /** @throws UrlError when the text does not begin with `scheme://`. */
  constructor(text: string) {
    const scheme = schemePattern.exec(text)?.[1]
    if (scheme === undefined) {
      throw new UrlError(`${JSON.stringify(withoutPassword(text))} is not a database URL`, {
        hint: "a URL looks like postgresql://user:password@host:5432/database, pglite://./folder or sqlite:///file.db",
      })
    }
    this.scheme = scheme.toLowerCase()
    this.#text = text
  }

  /** What follows `scheme://`, as it was written: percent-encoded, and with the password. */
  get rest(): string {
    return this.#text.slice(this.scheme.length + 3)
  }

  /** The whole URL with the password. */
  reveal(): string {
    return this.#text
  }

  /** The URL with `***` where the password is. */
  toString(): string {
    return withoutPassword(this.#text)
  }
  toJSON(): string {
    return this.toString()
  }
  // What `util.inspect` calls. Not a method: a declaration cannot name a symbol that is looked up at run time.
  static {
    Object.defineProperty(this.prototype, Symbol.for("nodejs.util.inspect.custom"), {
      value(this: DatabaseUrl): string {
        return this.toString()
      },
    })
  }
}

/** Also hides a password that should have been percent-encoded: it ends at the last `@`. */
function withoutPassword(text: string): string {
  return text.replace(/(\/\/[^/:@]*):.*@/s, "$1:***@").replace(/([?&](?:ssl)?password)=[^&]*/gi, "$1=***")
}
