import { createHash } from "node:crypto"

interface Named {
  readonly name: string
  lastUse: number
}

/**
 * Decides which statements are prepared on the server. A text gets a name when it is seen for the second time, so that
 * texts that are run once cost the server no memory. The name is a hash of the text: behind a pooler, two clients that meet
 * on one server connection can then only mean the same statement by the same name.
 */
export class StatementNames {
  readonly #limit: number
  readonly #named = new Map<string, Named>()
  /** Texts that were seen once; the oldest is forgotten first. */
  readonly #seen = new Set<string>()
  #clock = 0

  /** @param limit how many texts have a name at a time; 0: none */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** The name to prepare the text under, or `undefined` when it should be run unprepared. */
  nameOf(text: string): string | undefined {
    const named = this.#named.get(text)
    if (named !== undefined) {
      named.lastUse = ++this.#clock
      return named.name
    }
    return this.#limit === 0 ? undefined : this.#meet(text)
  }

  #meet(text: string): string | undefined {
    if (!this.#seen.delete(text)) {
      this.#seen.add(text)
      if (this.#seen.size > this.#limit * 4) this.#seen.delete(this.#seen.values().next().value ?? "")
      return undefined
    }
    if (this.#named.size >= this.#limit) this.#forgetLeastRecent()
    const name = `rebis_${createHash("sha256").update(text).digest("hex").slice(0, 32)}`
    this.#named.set(text, { name, lastUse: ++this.#clock })
    return name
  }

  #forgetLeastRecent(): void {
    let oldest: string | undefined
    let oldestUse = Infinity
    for (const [text, { lastUse }] of this.#named) {
      if (lastUse >= oldestUse) continue
      oldest = text
      oldestUse = lastUse
    }
    if (oldest !== undefined) this.#named.delete(oldest)
  }
}
