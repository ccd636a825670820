import { ArgumentError, IdentityConflictError, ValueError } from "../../errors/index.ts"
import type { Mapper, Table } from "../../schema/index.ts"
import { isLowerable } from "../../sql/index.ts"
import { changedColumns } from "../changes.ts"
import type { EntityPlan } from "../entity-plan.ts"
import type { EntityState } from "../entity-state.ts"
import { type SessionState, titleOf } from "../session-state.ts"
import { DeleteStep } from "./delete-step.ts"
import { type InsertForm, insertForm } from "./insert-form.ts"
import { type FlushTarget, InsertStep } from "./insert-step.ts"
import { RelationChanges } from "./relation-changes.ts"
import { alignReferences } from "./align-references.ts"
import { deletionOrder } from "./deletion-order.ts"
import { requireSameClass } from "./discriminator.ts"
import { rowOrder } from "./row-order.ts"
import type { ChangedRow, Link, NewRow } from "./row.ts"
import type { Step } from "./step.ts"
import { isCircular, tableOrder } from "./table-order.ts"
import { PartState, TableRows } from "./table-rows.ts"
import { UpdateStep } from "./update-step.ts"
import { writePlanOf } from "./write-plan.ts"

/** What a flush will do, in order. Making it sends nothing. */
export interface FlushPlan {
  readonly steps: readonly Step[]
  /** To be called when all steps have been completed: the session then holds what the database holds. */
  finish(): void
}

/** @returns undefined when there is nothing to write */
export function planFlush(session: SessionState): FlushPlan | undefined {
  const relations = new RelationChanges(session)
  relations.collect()
  const inserts = [...relations.newRows()]
  const updates = changedRows(session, relations)
  if (inserts.length === 0 && updates.length === 0 && session.deleting.size === 0 && !relations.hasRemovals) {
    relations.finish()
    return undefined
  }
  requireDistinctKeys(session, inserts)
  const rows = new TableRows(session)
  const builder = new StepBuilder(session, rows)
  builder.build(rows.inserts(inserts), rows.updates(updates))
  builder.addAssociationRemovals(relations)
  builder.addDeletes(relations)
  return {
    steps: builder.steps,
    finish() {
      rows.finish()
      session.pending.clear()
      session.deleting.clear()
      relations.finish()
      for (const { state } of [...inserts, ...updates]) alignReferences(state, session)
    },
  }
}

function changedRows(session: SessionState, relations: RelationChanges): ChangedRow[] {
  const rows: ChangedRow[] = []
  for (const states of session.identities.maps()) {
    for (const state of states.values()) {
      if (state.status !== "persistent") continue
      const links = relations.openLinks(state)
      const changed = changedColumns(state)
      if (changed === undefined && links.length === 0) continue
      const columns = new Set(changed)
      requireWritable(state, columns)
      requireSameClass(state, columns)
      for (const link of links) for (const column of link.columns) columns.add(column)
      for (const [index, { options }] of state.plan.mapper.columns.entries()) {
        if (options.clientOnUpdate === undefined || columns.has(index)) continue
        state.entity[state.plan.mapper.properties[index]!.key] = options.clientOnUpdate()
        columns.add(index)
      }
      rows.push({ state, columns: [...columns].sort((left, right) => left - right), links })
    }
  }
  return rows
}

/** @throws ValueError when a column was set that only the database writes */
function requireWritable({ plan }: EntityState, columns: ReadonlySet<number>): void {
  for (const index of writePlanOf(plan).made) {
    if (columns.has(index))
      throw new ValueError(`${plan.labels[index]} is a version that the database makes: it cannot be set`, {
        hint: "refresh() the entity to have it as the database does",
      })
  }
}

/** Two new entities with one key, or a new one with the key of a loaded one: refused before the database would. */
function requireDistinctKeys(session: SessionState, rows: readonly NewRow[]): void {
  const seen = new Map<Mapper, Set<unknown>>()
  for (const row of rows) {
    const { plan, entity } = row.state
    const { state } = row
    if (!row.tracked || !plan.hasKey) continue
    const values = plan.keyValues(entity)
    requireKey(row, values)
    if (values.some((value) => value === undefined || value === null || isLowerable(value))) continue
    const key = plan.keyOf(values)
    const { root } = plan.mapper
    let ofPlan = seen.get(root)
    if (ofPlan === undefined) seen.set(root, (ofPlan = new Set()))
    if (ofPlan.has(key)) throw new IdentityConflictError(`two new objects claim to be ${titleOf(state)}`)
    ofPlan.add(key)
    const present = session.identities.get(root, key)
    if (present !== undefined) {
      throw new IdentityConflictError(`a new object claims to be ${titleOf(state)}, which the session already has`, {
        hint: present.status === "deleting" ? "flush the deletion first: inserts come before deletes" : "change the loaded object instead",
      })
    }
  }
}

/** @throws ValueError when a part of the key is neither given nor made by the database. */
function requireKey({ state, links }: NewRow, values: readonly unknown[]): void {
  const { mapper, labels } = state.plan
  for (const [position, index] of mapper.keyIndexes.entries()) {
    if (values[position] !== undefined && values[position] !== null) continue
    const { options } = mapper.columns[index]!
    const isMade = values[position] === undefined && (options.identity !== undefined || options.serverDefault !== undefined)
    if (isMade || links.some((link) => link.columns.includes(index))) continue
    throw new ValueError(`${labels[index]} is part of the primary key, and a new ${mapper.className} has no value for it`, {
      hint: "give it a value, or declare the column with identity(), default(…) or defaultFrom(…)",
    })
  }
}

class StepBuilder {
  readonly steps: Step[] = []
  readonly #session: SessionState
  readonly #rows: TableRows
  /** The step that writes a row, where later ones need what comes of it: keys and versions that the database makes. */
  readonly #stepOf = new Map<EntityState, Step>()

  constructor(session: SessionState, rows: TableRows) {
    this.#session = session
    this.#rows = rows
  }

  #targetOf(state: EntityState): FlushTarget {
    return state instanceof PartState ? this.#rows.target : this.#session
  }

  /**
   * Table by table, parents first: updates, which may free what an insert needs, then inserts, then the updates that wait for
   * rows of the same table.
   */
  build(inserts: readonly NewRow[], updates: readonly ChangedRow[]): void {
    const insertsOf = Map.groupBy(inserts, ({ state }) => state.plan.mapper.table)
    const updatesOf = Map.groupBy(updates, ({ state }) => state.plan.mapper.table)
    for (const group of tableOrder([...new Set([...insertsOf.keys(), ...updatesOf.keys()])])) {
      const changed = group.flatMap((table) => updatesOf.get(table) ?? [])
      const [waiting, ready] = split(changed, ({ links }) =>
        links.some(({ parent }) => parent.status === "pending" && !this.#stepOf.has(parent)),
      )
      this.#addUpdates(ready)
      waiting.push(...this.#addInserts(group, insertsOf))
      this.#addUpdates(waiting)
    }
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

  #addUpdates(rows: readonly ChangedRow[]): void {
    const groups = new Map<EntityPlan, Map<string, ChangedRow[]>>()
    for (const row of rows) {
      const { plan } = row.state
      if (!plan.hasKey) throw new ArgumentError(`${plan.mapper.className} has no primary key, so its rows cannot be updated one by one`)
      let ofPlan = groups.get(plan)
      if (ofPlan === undefined) groups.set(plan, (ofPlan = new Map()))
      const key = row.isPostUpdate === true ? `again ${row.columns.join()}` : row.columns.join()
      const same = ofPlan.get(key)
      if (same === undefined) ofPlan.set(key, [row])
      else same.push(row)
    }
    for (const [plan, ofPlan] of groups) for (const same of ofPlan.values()) this.#addUpdate(plan, same)
  }

  #addUpdate(plan: EntityPlan, rows: readonly ChangedRow[]): void {
    const { columns, isPostUpdate = false } = rows[0]!
    const step = new UpdateStep({ plan, rows, columns, isPostUpdate, needs: this.#needs(rows) }, this.#targetOf(rows[0]!.state))
    this.steps.push(step)
    if (writePlanOf(plan).made.length > 0) for (const { state } of rows) this.#stepOf.set(state, step)
  }

  addAssociationRemovals(relations: RelationChanges): void {
    this.steps.push(...relations.removalSteps())
  }

  addDeletes(relations: RelationChanges): void {
    if (this.#session.deleting.size === 0) return
    this.steps.push(...relations.stepsBeforeDeletes())
    const { before, levels } = deletionOrder(this.#rows.deletions(this.#session.deleting))
    this.#addUpdates(before)
    for (const states of levels) this.steps.push(new DeleteStep(states[0]!.plan, states, this.#stepsOf(states), this.#session))
  }

  #stepsOf(states: readonly EntityState[]): readonly Step[] {
    return [...new Set(states.flatMap((state) => this.#stepOf.get(state) ?? []))]
  }

  /** The inserts that make keys which the rows take over, and those of the rows themselves where they are updated. */
  #needs(rows: readonly (NewRow | ChangedRow)[]): readonly Step[] {
    const needs = new Set<Step>()
    for (const { state, links } of rows) {
      const own = this.#stepOf.get(state)
      if (own !== undefined) needs.add(own)
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
