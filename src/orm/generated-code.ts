let allowed: boolean | undefined

/** Whether the runtime lets text become code; a content security policy or a flag of Node may forbid it. */
export function mayGenerateCode(): boolean {
  if (allowed === undefined) {
    try {
      // oxlint-disable-next-line typescript/no-implied-eval -- to find out whether it is allowed
      allowed = new Function("return true")() === true
    } catch {
      allowed = false
    }
  }
  return allowed
}

/**
 * A function made of text, with `names` in scope, or `otherwise` where that is not allowed. The text must return the
 * function and hold nothing that comes from outside but JSON strings.
 */
export function generate<F>(title: string, text: string, names: Readonly<Record<string, unknown>>, otherwise: () => F): F {
  if (!mayGenerateCode()) return otherwise()
  // oxlint-disable-next-line typescript/no-implied-eval -- a decoder a column, inlined: what enters the text are JSON strings of names
  const make = new Function(...Object.keys(names), `"use strict"\n${text}\n//# sourceURL=rebis:${title}`)
  return make(...Object.values(names)) as F
}
