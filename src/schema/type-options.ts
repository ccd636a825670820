import { DefinitionError } from "../errors/index.ts"
import type { TypeMode } from "../sql/index.ts"

/** A way of a type's values to appear in JavaScript beside its own. @throws DefinitionError for one that the type does not have */
export function requireMode(type: string, mode: unknown, known: TypeMode): void {
  if (mode === undefined || mode === known) return
  throw new DefinitionError(`${type}: there is no mode ${JSON.stringify(mode) ?? String(mode)}`, {
    hint: `it has the mode "${known}", and one of its own when none is said`,
  })
}

/** @throws DefinitionError for what is no whole number from `least` to `most` */
export function requireDigits(type: string, option: "precision" | "scale", digits: unknown, least: number, most: number): void {
  if (digits === undefined || (Number.isInteger(digits) && (digits as number) >= least && (digits as number) <= most)) return
  const shown = typeof digits === "string" ? JSON.stringify(digits) : String(digits)
  throw new DefinitionError(`${type}: a ${option} is a whole number from ${least} to ${most}, not ${shown}`)
}
