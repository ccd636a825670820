import type { DriverResult } from "../../engine/index.ts"
import { InternalError, StaleDataError } from "../../errors/index.ts"
import { type CompiledStatement, isLowerable, LowerContext } from "../../sql/index.ts"
import { valueToWrite } from "../assigned-values.ts"
import type { EntityPlan } from "../entity-plan.ts"
import { compileParts, parameterOf, statement } from "../statement-text.ts"
import type { FlushTarget } from "./insert-step.ts"
import { lowerForRow } from "./part-state.ts"
import { applyLink, type ChangedRow } from "./row.ts"
import { rowChunks } from "./row-chunks.ts"
import type { Step } from "./step.ts"
import { type WritePlan, writePlanOf } from "./write-plan.ts"
import { propertyAt, updateManyText, updateOneText, updateParts } from "./write-text.ts"

export interface UpdateStepOptions {
  readonly plan: EntityPlan
  readonly rows: readonly ChangedRow[]
  /** The columns that are written, apart from the version. */
  readonly columns: readonly number[]
  /** Whether it is a second write of rows in one flush: their version has counted already, or will. */
  readonly isPostUpdate: boolean
  readonly needs: readonly Step[]
}

/** Rows of one table whose same columns changed. */
export class UpdateStep implements Step {
  readonly needs: readonly Step[]
  readonly checksRows = true
  readonly #plan: EntityPlan
  readonly #write: WritePlan
  readonly #rows: readonly ChangedRow[]
  readonly #columns: readonly number[]
  readonly #target: FlushTarget
  readonly #isPostUpdate: boolean
  readonly #changesKey: boolean
  /** Encoded values of the columns, row by row. */
  #parameters: unknown[][] = []
  /** Columns that are read back: those that an expression gives in some row, and those that the database makes. */
  #returned: readonly number[] = []
  /** How many rows each statement is of, where not each is of one. */
  #sizes: readonly number[] | undefined

  constructor({ plan, rows, columns, isPostUpdate, needs }: UpdateStepOptions, target: FlushTarget) {
    this.#plan = plan
    this.#write = writePlanOf(plan)
    this.#rows = rows
    this.#columns = isPostUpdate ? columns : withVersion(columns, this.#write)
    this.#isPostUpdate = isPostUpdate
    this.#changesKey = columns.some((index) => plan.mapper.keyIndexes.includes(index))
    this.needs = needs
    this.#target = target
  }

  /** Whether it is one row, so that a mismatch means that nothing was changed. */
  get isSingle(): boolean {
    return this.#rows.length === 1
  }

  statements(): readonly CompiledStatement[] {
    const plan = this.#plan
    const { guards, made } = this.#write
    this.#parameters = this.#rows.map((row) => this.#encode(row))
    const computed = this.#columns.filter((_, position) => this.#parameters.some((values) => isLowerable(values[position])))
    this.#returned = made.length === 0 ? computed : [...computed, ...made]
    const isOneByOne = computed.length > 0 || (made.length > 0 && this.#changesKey) || !plan.dialect.capabilities.arrayParameters
    if (this.#rows.length === 1 || isOneByOne) return this.#oneByOne(computed.length > 0)
    const text = updateManyText(plan, this.#columns, guards, made)
    const parameters = this.#rows.map((row, position) => [...guardParameters(row, guards), ...this.#parameters[position]!])
    const parts = rowChunks(parameters)
    this.#sizes = parts.map((part) => part.length)
    return parts.map((chunk) =>
      statement(
        text,
        chunk[0]!.map((_, place) => plan.dialect.arrayParameter(chunk.map((values) => values[place]))),
        "write",
      ),
    )
  }

  complete(results: readonly DriverResult[]): void {
    let start = 0
    for (const [index, { rowCount, rows }] of results.entries()) {
      const changed = this.#rows.slice(start, start + (this.#sizes?.[index] ?? 1))
      if (rowCount !== changed.length) throw staleData(this.#plan, "UPDATE", changed.length, rowCount)
      const returned = this.#sizes === undefined ? rows : this.#correlate(changed, rows)
      for (const [position, row] of changed.entries()) this.#finish(row, this.#parameters[start + position]!, returned[position] ?? [])
      start += changed.length
    }
    this.#parameters = []
  }

  #encode(changed: ChangedRow): unknown[] {
    const { state, links, replaces } = changed
    const { properties } = this.#plan.mapper
    this.#target.undo.touch(state, replaces === undefined ? undefined : properties.map(({ key }) => state.entity[key]))
    for (const link of links) applyLink(state.entity, properties, link)
    const values: unknown[] = []
    for (const index of this.#columns) values.push(this.#encodeOne(changed, index))
    return values
  }

  #encodeOne({ state, replaces, values }: ChangedRow, index: number): unknown {
    const { version } = this.#write
    if (version?.next !== undefined && index === version.index) {
      const { row, offset } = replaces ?? state
      return this.#plan.encode(index, version.next(this.#plan.decode(index, row![offset + index])))
    }
    const value = values?.has(index) === true ? values.get(index) : valueToWrite(state, index)
    return typeof value === "object" && isLowerable(value) ? value : this.#plan.written(index, value)
  }

  #oneByOne(hasExpressions: boolean): readonly CompiledStatement[] {
    const { guards } = this.#write
    const text = hasExpressions ? undefined : updateOneText(this.#plan, this.#columns, guards, this.#returned)
    return this.#rows.map((row, position) => {
      const values = this.#parameters[position]!
      const guarding = guardParameters(row, guards)
      return text === undefined ? this.#withExpressions(row, values, guarding) : statement(text, [...values, ...guarding], "write")
    })
  }

  #withExpressions({ state }: ChangedRow, values: readonly unknown[], guarding: readonly unknown[]): CompiledStatement {
    const plan = this.#plan
    const { guards } = this.#write
    const context = new LowerContext(plan.dialect)
    context.mark("write")
    const items = values.map((value) => [isLowerable(value) ? lowerForRow(value, state, context) : parameterOf(value)])
    return compileParts(
      updateParts(plan, { columns: this.#columns, items, guards, guarding, returned: this.#returned }),
      context,
      plan.dialect,
    )
  }

  /** What the database made, in the order of the rows; they come back in any, after their key. */
  #correlate(changed: readonly ChangedRow[], found: readonly unknown[][]): readonly (readonly unknown[])[] {
    const plan = this.#plan
    const { keyIndexes } = plan.mapper
    if (this.#returned.length === 0) return []
    const byKey = new Map(
      found.map((row) => [
        plan.keyOf(keyIndexes.map((index, position) => plan.decode(index, row[position]))),
        row.slice(keyIndexes.length),
      ]),
    )
    return changed.map(({ state }) => {
      const values = byKey.get(plan.keyOf(plan.keyValues(state.entity)))
      if (values === undefined)
        throw new InternalError(`${plan.title(plan.keyValues(state.entity))} was updated, but its row did not come back`)
      return values
    })
  }

  #finish(changed: ChangedRow, parameters: readonly unknown[], returned: readonly unknown[]): void {
    const plan = this.#plan
    const { state, replaces, values } = changed
    const { row: before, offset } = replaces ?? state
    const row = before!.slice(offset, offset + plan.mapper.properties.length)
    for (const [position, index] of this.#columns.entries()) row[index] = parameters[position]
    for (const [position, index] of this.#returned.entries()) {
      row[index] = returned[position]
      if (replaces !== undefined || values?.has(index) !== true)
        state.entity[propertyAt(plan, index).key] = plan.decode(index, returned[position])
    }
    const { version, uniqueColumns } = this.#write
    if (version !== undefined) state.entity[propertyAt(plan, version.index).key] = plan.decode(version.index, row[version.index])
    state.row = row
    state.offset = 0
    if (!this.#isPostUpdate) state.assigned = undefined
    if (replaces !== undefined) fillIn(state)
    else if (this.#changesKey) this.#rekey(state)
    if (this.#columns.some((index) => uniqueColumns.has(index))) this.#target.followed.follow(state)
  }

  #rekey(state: ChangedRow["state"]): void {
    const { identities } = this.#target
    identities.delete(state)
    state.key = this.#plan.keyOfRow(state.row!, 0)
    identities.set(state)
  }
}

/** What a new entity does not say, its row does. */
function fillIn({ entity, plan, row }: ChangedRow["state"]): void {
  for (const [index, { key }] of plan.mapper.properties.entries())
    if (entity[key] === undefined) entity[key] = plan.decode(index, row![index])
}

/** A version that the application says is part of every update; one that the database says of none. */
function withVersion(columns: readonly number[], { version }: WritePlan): readonly number[] {
  if (version?.next === undefined || columns.includes(version.index)) return columns
  return [...columns, version.index].sort((left, right) => left - right)
}

/** The values that the row has to have in the database: those that it was loaded with, whatever the entity has now. */
export function guardParameters({ state, replaces }: Pick<ChangedRow, "state" | "replaces">, guards: readonly number[]): unknown[] {
  const { row, offset } = replaces ?? state
  return guards.map((index) => row![offset + index])
}

export function staleData({ mapper }: EntityPlan, command: string, expected: number, found: number): StaleDataError {
  return new StaleDataError(
    `${command} of ${mapper.name}: ${expected} ${expected === 1 ? "row was" : "rows were"} expected, ${found} found`,
    {
      table: mapper.name,
      expected,
      found,
      hint: "someone else changed or removed a row since it was loaded: roll back, read again and decide anew",
    },
  )
}
