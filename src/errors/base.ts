/** What every error of Rebis may carry beside its message. */
export interface RebisErrorOptions {
  /** The error that led to this one; it is never dropped. */
  readonly cause?: unknown
  /** One sentence that says what to do about it. */
  readonly hint?: string
}

/**
 * The root of every error that Rebis throws.
 *
 * `code` is stable: it is documented in `docs/reference/errors.md` and safe to branch on. The message says what
 * happened and where; `hint`, when there is one, says what to do, and is part of the message.
 *
 * @example
 * try { … } catch (error) { if (error instanceof RebisError) log(error.code, error.message) }
 */
export abstract class RebisError extends Error {
  abstract readonly code: string
  readonly hint: string | undefined

  constructor(message: string, options: RebisErrorOptions = {}) {
    super(
      options.hint === undefined ? message : `${message}\n  hint: ${options.hint}`,
      "cause" in options ? { cause: options.cause } : undefined,
    )
    this.hint = options.hint
  }

  override get name(): string {
    return this.constructor.name
  }
}
