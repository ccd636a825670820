import { ValueError } from "../../errors/index.ts"

/** Which of its bounds belong to a range, or that nothing does. */
export type RangeBounds = "[)" | "[]" | "(]" | "()" | "empty"

/**
 * A range between two values of a type, as a plain object. `null` as a bound means that there is none on that side; such a
 * bound is never included. An empty range has neither.
 */
export interface Range<out T> {
  readonly lower: T | null
  readonly upper: T | null
  readonly bounds: RangeBounds
}

const choices: ReadonlySet<unknown> = new Set(["[)", "[]", "(]", "()"])

/**
 * A range from `lower` to `upper`: without the upper bound unless said otherwise, as SQL has it.
 *
 * @example
 * range(1, 5)                                   // 1, 2, 3, 4
 * range("2024-01-01", "2024-01-31", "[]")
 * range(new Date(), null)                       // from now on
 * @throws ValueError for `undefined`, and for bounds that are none
 */
export function range<T>(lower: T | null, upper: T | null, bounds: Exclude<RangeBounds, "empty"> = "[)"): Range<T> {
  if (lower === undefined || upper === undefined) {
    throw new ValueError("range(): a bound is undefined", { hint: "null means that there is no bound on that side" })
  }
  if (!choices.has(bounds)) {
    throw new ValueError(`range(): ${JSON.stringify(bounds)} are no bounds`, {
      hint: 'use "[)", "[]", "(]" or "()"; nothing at all is emptyRange',
    })
  }
  return Object.freeze({ lower, upper, bounds: withoutOpenEnds(lower, upper, bounds) })
}

/** The range of any type that holds nothing. */
export const emptyRange: Range<never> = Object.freeze({ lower: null, upper: null, bounds: "empty" })

/** What is not there cannot be included. */
function withoutOpenEnds(lower: unknown, upper: unknown, bounds: RangeBounds): RangeBounds {
  return `${lower === null ? "(" : bounds[0]!}${upper === null ? ")" : bounds[1]!}` as RangeBounds
}
