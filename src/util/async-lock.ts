/** Gives the lock back. Calling it again does nothing. */
export type Unlock = () => void

/** A lock that is handed on in the order in which it was asked for. */
export class AsyncLock {
  #held = false
  readonly #waiting = new Set<(unlock: Unlock) => void>()

  get held(): boolean {
    return this.#held
  }

  /** Resolves with the way to give the lock back once it is the caller's, or with `undefined` when that takes longer than `timeout` ms. */
  acquire(timeout: number): Promise<Unlock | undefined> {
    if (!this.#held) return Promise.resolve(this.#take())
    return new Promise((resolve) => {
      const give = (unlock: Unlock) => {
        clearTimeout(timer)
        resolve(unlock)
      }
      const timer = setTimeout(() => {
        this.#waiting.delete(give)
        resolve(undefined)
      }, timeout)
      this.#waiting.add(give)
    })
  }

  #take(): Unlock {
    this.#held = true
    let given = false
    return () => {
      if (given) return
      given = true
      this.#passOn()
    }
  }

  #passOn(): void {
    this.#held = false
    for (const give of this.#waiting) {
      this.#waiting.delete(give)
      give(this.#take())
      return
    }
  }
}
