import type { Lowerable } from "../lowering/lower.ts"

/** `any (…)` or `all (…)`, as a comparison takes it on its right: see `any()` and `all()`. */
export class Quantified<out T = unknown, out S extends string = string> {
  declare readonly $value: T
  declare readonly $source: S
  readonly quantifier: "any" | "all"
  /** A list of values and expressions, a subquery of one column, or an array. */
  readonly operand: readonly unknown[] | Lowerable

  constructor(quantifier: "any" | "all", operand: readonly unknown[] | Lowerable) {
    this.quantifier = quantifier
    this.operand = operand
  }
}
