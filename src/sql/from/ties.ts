import { type BooleanExpr, Condition } from "../expression/expression.ts"
import type { LowerContext, ScopeEntry } from "../lowering/lower.ts"

/** Conditions of which all must hold, each taken apart at its `and`. */
export function conjunctsOf(conditions: readonly BooleanExpr[]): readonly BooleanExpr[] {
  return conditions.flatMap((condition) =>
    condition instanceof Condition && condition.all !== undefined ? conjunctsOf(condition.all) : [condition],
  )
}

/** The FROM entries that one condition looks at together, or `undefined` where it holds text, which may look at any. */
export type Tie = ReadonlySet<ScopeEntry> | undefined

/** The FROM entries that a condition looks at: of the innermost statement, and of those around it. */
export function entriesIn(condition: BooleanExpr, context: LowerContext): Tie {
  const { result: effect, used } = context.using(() => context.effectOf(() => condition.lower(context)), true)
  return effect === "unknown" && used.size < 2 ? undefined : used
}

/** The entries that nothing ties to the first, also not by way of others: each of their rows would meet each row of it. */
export function untied(entries: readonly ScopeEntry[], ties: readonly Tie[]): readonly ScopeEntry[] {
  if (ties.includes(undefined)) return []
  const reached = new Set(entries.slice(0, 1))
  let open = ties as readonly ReadonlySet<ScopeEntry>[]
  for (;;) {
    const touching = open.filter((tie) => [...tie].some((entry) => reached.has(entry)))
    if (touching.length === 0) break
    for (const tie of touching) for (const entry of tie) reached.add(entry)
    open = open.filter((tie) => !touching.includes(tie))
  }
  return entries.filter((entry) => !reached.has(entry))
}
