import type { DriverResult } from "../../engine/index.ts"
import { DatabaseError, InternalError } from "../../errors/index.ts"
import { type CompiledStatement, isLowerable, LowerContext } from "../../sql/index.ts"
import { valueToWrite } from "../assigned-values.ts"
import type { EntityPlan } from "../entity-plan.ts"
import { compileParts, parameterOf, statement } from "../statement-text.ts"
import type { EntityState } from "../entity-state.ts"
import type { UndoFrame } from "../undo-log.ts"
import type { IdentityMap } from "../identity-map.ts"
import type { FollowedKeys } from "./followed-keys.ts"
import type { InsertForm } from "./insert-form.ts"
import { applyLink, type NewRow } from "./row.ts"
import { rowChunks } from "./row-chunks.ts"
import type { Step } from "./step.ts"
import { insertManyText, insertOneText, insertParts } from "./write-text.ts"

/** What a flush works on, as far as its steps have to know it. */
export interface FlushTarget {
  readonly identities: IdentityMap
  readonly undo: UndoFrame
  readonly followed: FollowedKeys
  /** Entities whose rows are deleted, or lose a parent because it is: what refers to them, or holds them, is not to show it. */
  readonly fallen?: Set<EntityState>
}

/** Inserts rows of one table with the same columns given. */
export class InsertStep implements Step {
  readonly needs: readonly Step[]
  readonly checksRows = false
  readonly #form: InsertForm
  readonly #rows: readonly NewRow[]
  readonly #target: FlushTarget
  /** Encoded values of the given columns, row by row. */
  #parameters: unknown[][] = []
  /** How many rows each statement is of. */
  #sizes: readonly number[] = []

  constructor(form: InsertForm, rows: readonly NewRow[], needs: readonly Step[], target: FlushTarget) {
    this.#form = form
    this.#rows = rows
    this.needs = needs
    this.#target = target
  }

  statements(): readonly CompiledStatement[] {
    const { plan, columns, returned, correlation } = this.#form
    const rows = this.#rows
    this.#parameters = rows.map((row) => this.#encode(row))
    const inOne = rows.length > 1 && columns.length > 0 && correlation !== "single" && plan.dialect.capabilities.arrayParameters
    if (!inOne) return rows.map((_, position) => this.#single(position))
    const text = insertManyText(plan, columns, returned)
    const parts = rowChunks(this.#parameters)
    this.#sizes = parts.map((part) => part.length)
    return parts.map((chunk) =>
      statement(
        text,
        columns.map((_, position) => plan.dialect.arrayParameter(chunk.map((values) => values[position]))),
        "write",
      ),
    )
  }

  complete(results: readonly DriverResult[]): void {
    const { plan } = this.#form
    const rows = this.#rows
    let start = 0
    for (const [index, { rows: found, rowCount }] of results.entries()) {
      const count = this.#sizes[index] ?? 1
      const inserted = rows.slice(start, start + count)
      if (rowCount !== count) throw missingRows(plan, count, rowCount)
      const correlated = this.#correlate(inserted, found)
      for (const [position, row] of inserted.entries()) this.#finish(row, this.#parameters[start + position]!, correlated[position] ?? [])
      start += count
    }
    this.#parameters = []
  }

  #encode({ state, links, tracked }: NewRow): unknown[] {
    const { plan, columns } = this.#form
    const { properties } = plan.mapper
    const { entity } = state
    if (tracked)
      this.#target.undo.touch(
        state,
        properties.map(({ key }) => entity[key]),
      )
    for (const link of links) applyLink(entity, properties, link)
    return columns.map((index) => {
      const value = valueToWrite(state, index) ?? null
      return typeof value === "object" && isLowerable(value) ? value : plan.written(index, value)
    })
  }

  #single(position: number): CompiledStatement {
    const { plan, columns, returned, hasOwnSql } = this.#form
    const parameters = this.#parameters[position]!
    if (!hasOwnSql && !parameters.some(isLowerable)) return statement(insertOneText(plan, columns, returned), parameters, "write")
    const context = new LowerContext(plan.dialect)
    context.mark("write")
    const items = parameters.map((value) => [
      isLowerable(value) ? context.within([], new Set(), () => value.lower(context)) : parameterOf(value),
    ])
    return compileParts(insertParts(plan, columns, items, returned), context, plan.dialect)
  }

  /** The returned rows in the order of the inserted ones. */
  #correlate(rows: readonly NewRow[], found: readonly unknown[][]): readonly (readonly unknown[])[] {
    const { plan, returned, correlation, identity } = this.#form
    if (returned.length === 0 || rows.length === 1) return found
    if (correlation === "identity") return sortedBy(found, returned.indexOf(identity), (raw) => BigInt(raw as string | number | bigint))
    const byKey = new Map(
      found.map((row) => [plan.keyOf(plan.mapper.keyIndexes.map((index) => plan.decode(index, row[returned.indexOf(index)]))), row]),
    )
    return rows.map(({ state }) => {
      const values = plan.keyValues(state.entity)
      const row = byKey.get(plan.keyOf(values))
      if (row === undefined) throw new InternalError(`${plan.title(values)} was inserted, but its row did not come back`)
      return row
    })
  }

  #finish({ state, tracked }: NewRow, parameters: readonly unknown[], returnedRow: readonly unknown[]): void {
    const { plan, columns, returned } = this.#form
    const { properties } = plan.mapper
    const { entity } = state
    const row: unknown[] = []
    for (let index = 0; index < properties.length; index++) row.push(null)
    for (let position = 0; position < columns.length; position++) row[columns[position]!] = parameters[position]
    for (let position = 0; position < returned.length; position++) {
      const index = returned[position]!
      row[index] = returnedRow[position]
      entity[properties[index]!.key] = plan.decode(index, returnedRow[position])
    }
    if (!tracked) return
    for (const { key } of properties) if (entity[key] === undefined) entity[key] = null
    state.row = row
    state.offset = 0
    state.assigned = undefined
    state.status = "persistent"
    if (!plan.hasKey) return
    state.key = plan.keyOf(plan.keyValues(state.entity))
    this.#target.identities.set(state)
  }
}

/** Rows by ascending value; as they are when they come so, which they do. */
function sortedBy(rows: readonly unknown[][], position: number, value: (raw: unknown) => bigint): readonly (readonly unknown[])[] {
  const numbers = rows.map((row) => value(row[position]))
  if (numbers.every((number, index) => index === 0 || numbers[index - 1]! < number)) return rows
  const order = [...rows.keys()].sort((left, right) => (numbers[left]! < numbers[right]! ? -1 : 1))
  return order.map((index) => rows[index]!)
}

function missingRows(plan: EntityPlan, expected: number, found: number): DatabaseError {
  return new DatabaseError(
    `an INSERT into ${plan.mapper.name} of ${expected} rows stored ${found}`,
    { table: plan.mapper.name },
    {
      hint: "a trigger or rule of the database drops rows; insert such rows by a statement instead of through the session",
    },
  )
}
