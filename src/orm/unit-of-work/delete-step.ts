import type { DriverResult } from "../../engine/index.ts"
import type { CompiledStatement } from "../../sql/index.ts"
import { chunks } from "../chunks.ts"
import type { EntityPlan } from "../entity-plan.ts"
import type { EntityState } from "../entity-state.ts"
import { statement } from "../statement-text.ts"
import { forgetDeleted } from "./deleted-rows.ts"
import type { FlushTarget } from "./insert-step.ts"
import type { Step } from "./step.ts"
import { guardParameters, staleData } from "./update-step.ts"
import { writePlanOf } from "./write-plan.ts"
import { deleteListText, deleteManyText, deleteOneText } from "./write-text.ts"

/** Statements that delete the rows of a table whose columns have the given values, and how many rows each should meet. */
export function deletions(
  plan: EntityPlan,
  columns: readonly number[],
  keys: readonly (readonly unknown[])[],
): { readonly statement: CompiledStatement; readonly count: number }[] {
  const hasNull = keys.some((key) => key.includes(null))
  if (keys.length === 1 || hasNull) {
    const text = deleteOneText(plan, columns, hasNull)
    return keys.map((key) => ({ statement: statement(text, key, "write"), count: 1 }))
  }
  const { arrayParameters, maxParameters } = plan.dialect.capabilities
  if (arrayParameters) {
    const arrays = columns.map((_, position) => plan.dialect.arrayParameter(keys.map((key) => key[position])))
    return [{ statement: statement(deleteManyText(plan, columns), arrays, "write"), count: keys.length }]
  }
  return chunks(keys, Math.floor(maxParameters / columns.length)).map((chunk) => ({
    statement: statement(deleteListText(plan, columns, chunk.length), chunk.flat(), "write"),
    count: chunk.length,
  }))
}

/** Entities of one table that were deleted. */
export class DeleteStep implements Step {
  readonly needs: readonly Step[]
  readonly checksRows = true
  readonly #plan: EntityPlan
  readonly #states: readonly EntityState[]
  readonly #target: FlushTarget
  #counts: readonly number[] = []

  constructor(plan: EntityPlan, states: readonly EntityState[], needs: readonly Step[], target: FlushTarget) {
    this.#plan = plan
    this.#states = states
    this.needs = needs
    this.#target = target
  }

  get isSingle(): boolean {
    return this.#states.length === 1
  }

  statements(): readonly CompiledStatement[] {
    const { guards } = writePlanOf(this.#plan)
    const found = deletions(
      this.#plan,
      guards,
      this.#states.map((state) => guardParameters({ state }, state.plan === this.#plan ? guards : writePlanOf(state.plan).guards)),
    )
    this.#counts = found.map(({ count }) => count)
    return found.map((each) => each.statement)
  }

  complete(results: readonly DriverResult[]): void {
    for (const [index, { rowCount }] of results.entries()) {
      const expected = this.#counts[index]!
      if (rowCount !== expected) throw staleData(this.#plan, "DELETE", expected, rowCount)
    }
    forgetDeleted(this.#states, this.#target)
  }
}
