import type { TableColumn } from "../../schema/index.ts"
import { isLowerable } from "../../sql/index.ts"
import { valueToWrite } from "../assigned-values.ts"
import type { EntityPlan } from "../entity-plan.ts"
import type { NewRow } from "./row.ts"
import { writePlanOf } from "./write-plan.ts"

/** How rows of a table are inserted in which the same columns are given. The same object for all such rows. */
export interface InsertForm {
  readonly plan: EntityPlan
  /** Whether it is of entities, whose values are read back. */
  readonly tracked: boolean
  /** Columns whose values are given. */
  readonly columns: readonly number[]
  /** Columns that are read back: those that the database makes, and keys that it may write another way than they were given. */
  readonly returned: readonly number[]
  /** Whether any of those is read through SQL of its codec's own. */
  readonly hasOwnSql: boolean
  /**
   * How returned rows find their entities: by the numbers that an identity column gave them in their order, by their keys, or
   * because each is a statement of its own.
   */
  readonly correlation: "identity" | "key" | "single"
  /** Index of the identity column that numbers the rows. */
  readonly identity: number
}

const forms = new WeakMap<EntityPlan, Map<string, InsertForm>>()
const madeColumns = new WeakMap<EntityPlan, readonly number[]>()

/** Which columns of a new row are given, and which the database makes. */
export function insertForm({ state, links, tracked }: NewRow): InsertForm {
  const { plan } = state
  const { properties } = plan.mapper
  let id = tracked ? "" : "between "
  const { made } = writePlanOf(plan)
  for (const index of madeByDatabase(plan)) {
    const isLeftOut = made.includes(index) || valueToWrite(state, index) === undefined
    if (isLeftOut && !links.some((link) => link.columns.includes(index))) id += `${index},`
  }
  const missing = id
  for (let index = 0; index < properties.length; index++) {
    const value = valueToWrite(state, index)
    const isExpression = typeof value === "object" && isLowerable(value)
    if (isExpression || (plan.hasOwnSql(index) && value !== undefined && value !== null)) id += ` ${index}`
  }
  let ofPlan = forms.get(plan)
  if (ofPlan === undefined) forms.set(plan, (ofPlan = new Map()))
  let form = ofPlan.get(id)
  if (form === undefined) ofPlan.set(id, (form = makeForm(plan, tracked, numbers(missing), numbers(id.slice(missing.length)))))
  return form
}

function makeForm(plan: EntityPlan, tracked: boolean, missing: readonly number[], expressions: readonly number[]): InsertForm {
  const { columns: all, keyIndexes } = plan.mapper
  const columns = all.map((_, index) => index).filter((index) => !missing.includes(index))
  const rewritten = columns.filter((index) => expressions.includes(index) || (keyIndexes.includes(index) && mayBeRewritten(all[index]!)))
  const made = tracked ? [...missing, ...rewritten] : []
  const identity = made.find((index) => missing.includes(index) && all[index]!.options.identity !== undefined) ?? -1
  const isByKey = identity === -1 && made.length > 0
  const returned = isByKey ? [...new Set([...made, ...keyIndexes])] : made
  const isKeyKnown = keyIndexes.length > 0 && !keyIndexes.some((index) => made.includes(index))
  const hasOwnSql = returned.some((index) => plan.hasOwnSql(index))
  const correlation = expressions.length > 0 || hasOwnSql || (isByKey && !isKeyKnown) ? "single" : isByKey ? "key" : "identity"
  return { plan, tracked, columns, returned: returned.toSorted((left, right) => left - right), hasOwnSql, correlation, identity }
}

function madeByDatabase(plan: EntityPlan): readonly number[] {
  let found = madeColumns.get(plan)
  if (found === undefined) {
    const { made } = writePlanOf(plan)
    found = plan.mapper.columns.flatMap(({ options }, index) =>
      options.identity !== undefined || options.serverDefault !== undefined || made.includes(index) ? [index] : [],
    )
    madeColumns.set(plan, found)
  }
  return found
}

/** Types whose values the server may write another way than they were given: a key has to be known as it is. */
function mayBeRewritten({ type }: TableColumn): boolean {
  return ["numeric", "interval", "time", "timestamp", "timestamptz", "real", "custom"].includes(type.kind)
}

function numbers(text: string): number[] {
  return (text.match(/\d+/g) ?? []).map(Number)
}
