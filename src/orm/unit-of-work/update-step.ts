import type { DriverResult } from "../../engine/index.ts"
import { StaleDataError } from "../../errors/index.ts"
import { type CompiledStatement, isLowerable, LowerContext, source, type SourceInfo } from "../../sql/index.ts"
import { chunks } from "../chunks.ts"
import type { EntityPlan } from "../entity-plan.ts"
import { compileParts, parameterOf, statement } from "../statement-text.ts"
import type { FlushTarget } from "./insert-step.ts"
import { applyLink, type ChangedRow } from "./row.ts"
import type { Step } from "./step.ts"
import { propertyAt, updateManyText, updateOneText, updateParts } from "./write-text.ts"

const rowsPerStatement = 10_000

/** Rows of one table whose same columns changed. */
export class UpdateStep implements Step {
  readonly needs: readonly Step[]
  readonly checksRows = true
  readonly #plan: EntityPlan
  readonly #rows: readonly ChangedRow[]
  readonly #columns: readonly number[]
  readonly #target: FlushTarget
  /** Encoded values of the columns, row by row. */
  #parameters: unknown[][] = []
  /** Columns that an expression gives in some row: they are read back. */
  #returned: readonly number[] = []
  #chunk = 1

  constructor(plan: EntityPlan, rows: readonly ChangedRow[], columns: readonly number[], needs: readonly Step[], target: FlushTarget) {
    this.#plan = plan
    this.#rows = rows
    this.#columns = columns
    this.needs = needs
    this.#target = target
  }

  /** Whether it is one row, so that a mismatch means that nothing was changed. */
  get isSingle(): boolean {
    return this.#rows.length === 1
  }

  statements(): readonly CompiledStatement[] {
    const plan = this.#plan
    const keys = plan.mapper.keyIndexes
    this.#parameters = this.#rows.map((row) => this.#encode(row))
    this.#returned = this.#columns.filter((_, position) => this.#parameters.some((values) => isLowerable(values[position])))
    if (this.#rows.length === 1 || this.#returned.length > 0 || !plan.dialect.capabilities.arrayParameters) {
      return this.#rows.map((row, position) => this.#single(row, this.#parameters[position]!))
    }
    this.#chunk = rowsPerStatement
    const text = updateManyText(plan, this.#columns, keys)
    const parameters = this.#rows.map((row, position) => [...keyParameters(row), ...this.#parameters[position]!])
    return chunks(parameters, this.#chunk).map((chunk) =>
      statement(
        text,
        chunk[0]!.map((_, place) => plan.dialect.arrayParameter(chunk.map((values) => values[place]))),
        "write",
      ),
    )
  }

  complete(results: readonly DriverResult[]): void {
    let start = 0
    for (const { rowCount, rows } of results) {
      const changed = this.#rows.slice(start, start + this.#chunk)
      if (rowCount !== changed.length) throw staleData(this.#plan, "UPDATE", changed.length, rowCount)
      for (const [position, row] of changed.entries()) this.#finish(row, this.#parameters[start + position]!, rows[position] ?? [])
      start += this.#chunk
    }
    this.#parameters = []
  }

  #encode({ state, links }: ChangedRow): unknown[] {
    const { properties } = this.#plan.mapper
    this.#target.undo.touch(state)
    for (const link of links) applyLink(state.entity, properties, link)
    return this.#columns.map((index) => {
      const value = state.entity[properties[index]!.key]
      return isLowerable(value) ? value : this.#plan.written(index, value)
    })
  }

  #single(row: ChangedRow, values: readonly unknown[]): CompiledStatement {
    const plan = this.#plan
    const keys = plan.mapper.keyIndexes
    if (this.#returned.length === 0) return statement(updateOneText(plan, this.#columns, keys), [...values, ...keyParameters(row)], "write")
    const context = new LowerContext(plan.dialect)
    context.mark("write")
    const info = (plan.mapper.entityClass as unknown as { readonly [source]: SourceInfo })[source]
    const items = values.map((value) => [
      isLowerable(value) ? context.within([info], new Set(), () => value.lower(context)) : parameterOf(value),
    ])
    return compileParts(updateParts(plan, this.#columns, items, keyParameters(row), this.#returned), context, plan.dialect)
  }

  #finish({ state }: ChangedRow, parameters: readonly unknown[], returned: readonly unknown[]): void {
    const plan = this.#plan
    const row = state.row!.slice(state.offset, state.offset + plan.mapper.properties.length)
    for (const [position, index] of this.#columns.entries()) row[index] = parameters[position]
    for (const [position, index] of this.#returned.entries()) {
      row[index] = returned[position]
      state.entity[propertyAt(plan, index).key] = plan.decode(index, returned[position])
    }
    state.row = row
    state.offset = 0
    if (this.#columns.some((index) => plan.mapper.keyIndexes.includes(index))) this.#rekey(state)
  }

  #rekey(state: ChangedRow["state"]): void {
    const { identities } = this.#target
    identities.delete(state)
    state.key = this.#plan.keyOfRow(state.row!, 0)
    identities.set(state)
  }
}

/** The key of the row as the database has it. */
export function keyParameters({ state }: Pick<ChangedRow, "state">): unknown[] {
  return state.plan.mapper.keyIndexes.map((index) => state.row![state.offset + index])
}

export function staleData(plan: EntityPlan, command: string, expected: number, found: number): StaleDataError {
  return new StaleDataError(
    `${command} of ${plan.mapper.name}: ${expected} ${expected === 1 ? "row was" : "rows were"} expected, ${found} found`,
    {
      hint: "someone else changed or removed a row since it was loaded: roll back, read again and decide anew",
    },
  )
}
