import { ArgumentError } from "../../errors/index.ts"
import type { Table } from "../../schema/index.ts"
import type { EntityPlan } from "../entity-plan.ts"
import type { EntityState } from "../entity-state.ts"
import type { SessionState } from "../session-state.ts"
import type { AssociationStep } from "./association-step.ts"
import { DeleteStep } from "./delete-step.ts"
import { deletionOrder } from "./deletion-order.ts"
import type { FollowedKeys } from "./followed-keys.ts"
import { type InsertForm, insertForm } from "./insert-form.ts"
import { type FlushTarget, InsertStep } from "./insert-step.ts"
import { rowOrder } from "./row-order.ts"
import type { ChangedRow, Link, NewRow } from "./row.ts"
import type { Step } from "./step.ts"
import { isCircular, tableOrder } from "./table-order.ts"
import { PartState } from "./part-state.ts"
import { updateOrder } from "./update-order.ts"
import { UpdateStep } from "./update-step.ts"
import { writePlanOf } from "./write-plan.ts"

/** Puts what a flush writes into steps, in the order in which they are added. */
export class StepBuilder {
  readonly steps: Step[] = []
  readonly #target: FlushTarget
  readonly #parts: FlushTarget
  /** The step that writes a row, where later ones need what comes of it: keys and versions that the database makes. */
  readonly #stepOf = new Map<EntityState, Step>()

  /** @param parts what the steps of rows of joined subtypes work on */
  constructor({ identities, undo, fallen }: SessionState, followed: FollowedKeys, parts: FlushTarget) {
    this.#target = { identities, undo, followed, fallen }
    this.#parts = parts
  }

  #targetOf(state: EntityState): FlushTarget {
    return state instanceof PartState ? this.#parts : this.#target
  }

  /**
   * Table by table, parents first: updates, which may free what an insert needs, then inserts, then the updates that wait for
   * rows of the same table.
   */
  addTables(inserts: readonly NewRow[], updates: readonly ChangedRow[]): void {
    const insertsOf = Map.groupBy(inserts, ({ state }) => state.plan.mapper.table)
    const updatesOf = Map.groupBy(updates, ({ state }) => state.plan.mapper.table)
    for (const group of tableOrder([...new Set([...insertsOf.keys(), ...updatesOf.keys()])])) {
      const changed = group.flatMap((table) => updatesOf.get(table) ?? [])
      const [waiting, ready] = split(changed, (row) => this.#waits(row, group))
      this.addUpdates(ready)
      waiting.push(...this.#addInserts(group, insertsOf))
      this.addUpdates(waiting)
    }
  }

  /** Whether a row is updated after others of its tables were inserted, or got the keys that it refers to. */
  #waits({ state, links }: ChangedRow, group: readonly Table[]): boolean {
    const { followed } = this.#target
    const parents = followed.parents.get(followed.wholeOf(state))
    return (
      links.some(({ parent }) => parent.status === "pending" && !this.#stepOf.has(parent)) ||
      parents?.some((parent) => parent !== followed.wholeOf(state) && group.includes(parent.plan.mapper.table)) === true
    )
  }

  /** @returns the updates that rows which refer to each other need afterwards */
  #addInserts(group: readonly Table[], insertsOf: ReadonlyMap<Table, readonly NewRow[]>): readonly ChangedRow[] {
    const rows = group.flatMap((table) => insertsOf.get(table) ?? [])
    if (!isCircular(group)) {
      this.#addInsertLevel(rows)
      return []
    }
    const { levels, afterwards } = rowOrder(rows)
    for (const level of levels)
      for (const table of group) this.#addInsertLevel(level.filter(({ state }) => state.plan.mapper.table === table))
    return afterwards
  }

  #addInsertLevel(added: readonly NewRow[]): void {
    const rows = byPlan(added)
    let start = 0
    while (start < rows.length) {
      const form = insertForm(rows[start]!)
      let end = start + 1
      while (end < rows.length && insertForm(rows[end]!) === form) end++
      this.#addInsert(rows.slice(start, end), form)
      start = end
    }
  }

  #addInsert(rows: readonly NewRow[], form: InsertForm): void {
    const step = new InsertStep(form, rows, this.#needs(rows), this.#targetOf(rows[0]!.state))
    this.steps.push(step)
    for (const { state } of rows) this.#stepOf.set(state, step)
  }

  addUpdates(rows: readonly ChangedRow[]): void {
    for (const [plan, ofPlan] of Map.groupBy(rows, ({ state }) => state.plan)) {
      if (!plan.hasKey) throw new ArgumentError(`${plan.mapper.className} has no primary key, so its rows cannot be updated one by one`)
      const { before, levels } = updateOrder(plan, ofPlan)
      for (const level of [before, ...levels]) this.#addUpdateLevel(plan, level)
    }
  }

  #addUpdateLevel(plan: EntityPlan, rows: readonly ChangedRow[]): void {
    const { uniqueColumns, made } = writePlanOf(plan)
    const groups = Map.groupBy(rows, ({ isPostUpdate, columns }) => `${isPostUpdate === true ? "again " : ""}${columns.join()}`)
    for (const same of groups.values()) {
      const { columns, isPostUpdate = false } = same[0]!
      const step = new UpdateStep({ plan, rows: same, columns, isPostUpdate, needs: this.#needs(same) }, this.#targetOf(same[0]!.state))
      this.steps.push(step)
      const isNeeded = isPostUpdate || made.length > 0 || columns.some((index) => uniqueColumns.has(index))
      if (isNeeded) for (const { state } of same) this.#noteStep(state, step)
    }
  }

  addSteps(steps: readonly AssociationStep[]): void {
    for (const step of steps) {
      step.waitFor(this.#stepsOf(step.states))
      this.steps.push(step)
    }
  }

  addDeletes(deleting: readonly EntityState[]): void {
    if (deleting.length === 0) return
    const { before, levels } = deletionOrder(deleting)
    this.addUpdates(before)
    for (const states of levels) this.steps.push(new DeleteStep(states[0]!.plan, states, this.#stepsOf(states), this.#target))
  }

  /** The row of a joined subtype in its root's table has the key of the entity. */
  #noteStep(state: EntityState, step: Step): void {
    this.#stepOf.set(state, step)
    if (state instanceof PartState && state.isRoot) this.#stepOf.set(state.whole, step)
  }

  /** The steps after which rows are what they will be when something is done by their keys. */
  #stepsOf(states: Iterable<EntityState>): readonly Step[] {
    const steps = new Set<Step>()
    for (const state of states) this.#collectSteps(state, steps)
    return [...steps]
  }

  #collectSteps(state: EntityState, steps: Set<Step>): void {
    const own = this.#stepOf.get(state)
    if (own !== undefined) steps.add(own)
    const { followed } = this.#target
    for (const parent of followed.parents.get(followed.wholeOf(state)) ?? []) {
      const step = this.#stepOf.get(parent)
      if (step !== undefined) steps.add(step)
    }
  }

  /** The inserts that make keys which the rows take over, and those of the rows themselves where they are updated. */
  #needs(rows: readonly (NewRow | ChangedRow)[]): readonly Step[] {
    const needs = new Set<Step>()
    for (const { state, links } of rows) {
      this.#collectSteps(state, needs)
      for (const link of links) {
        const step = isOpen(link) ? this.#stepOf.get(link.parent) : undefined
        if (step !== undefined) needs.add(step)
      }
    }
    return [...needs]
  }
}

/** Rows of one table are of several classes where these inherit from each other: those of one class together. */
function byPlan(rows: readonly NewRow[]): readonly NewRow[] {
  const first = rows[0]?.state.plan
  if (first === undefined || rows.every(({ state }) => state.plan === first)) return rows
  return [...Map.groupBy(rows, ({ state }) => state.plan).values()].flat()
}

/** Whether the parent's key is yet to be made. */
function isOpen({ parent, parentColumns }: Link): boolean {
  return parentColumns.some((index) => parent.entity[parent.plan.mapper.properties[index]!.key] === undefined)
}

function split<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  const first: T[] = []
  const second: T[] = []
  for (const item of items) (isFirst(item) ? first : second).push(item)
  return [first, second]
}
