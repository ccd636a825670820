import type { TableColumn } from "../../schema/index.ts"
import { isLowerable, type Lowerable, type MomentKind } from "../../sql/index.ts"
import { valueToWrite } from "../assigned-values.ts"
import type { EntityState } from "../entity-state.ts"
import type { SessionState } from "../session-state.ts"
import { knownKey } from "./row-keys.ts"
import type { ChangedRow, NewRow } from "./row.ts"
import { writePlanOf } from "./write-plan.ts"

/** New entities that take over the rows of deleted ones of the same key, and the others. */
export interface RowSwitches {
  /** The new rows that are inserted. */
  readonly inserts: readonly NewRow[]
  /** The new rows that take over others. */
  readonly switched: readonly ChangedRow[]
  /** The deleted entities whose rows stay. */
  readonly replaced: ReadonlySet<EntityState>
}

/**
 * A deleted row and a new one with its key are one UPDATE: of all that differs, so that nothing of the old row is left.
 * @param gone deleted entities whose rows cannot stay
 */
export function rowSwitches(session: SessionState, rows: readonly NewRow[], gone: ReadonlySet<EntityState>): RowSwitches {
  const inserts: NewRow[] = []
  const switched: ChangedRow[] = []
  const replaced = new Set<EntityState>()
  for (const row of rows) {
    const before = row.tracked && session.deleting.size > 0 ? replacedBy(row.state, session) : undefined
    if (before === undefined || gone.has(before)) inserts.push(row)
    else {
      replaced.add(before)
      switched.push(switchedRow(row, before))
    }
  }
  return { inserts, switched, replaced }
}

function replacedBy(state: EntityState, session: SessionState): EntityState | undefined {
  const values = knownKey(state)
  if (values === undefined) return undefined
  const present = session.identities.get(state.plan.mapper, state.plan.keyOf(values))
  return present?.status === "deleting" && present.plan === state.plan ? present : undefined
}

function switchedRow({ state, links }: NewRow, replaces: EntityState): ChangedRow {
  const { plan } = state
  const { version, made } = writePlanOf(plan)
  const columns: number[] = []
  const values = new Map<number, unknown>()
  for (const [index, column] of plan.mapper.columns.entries()) {
    if (index === version?.index || made.includes(index) || plan.mapper.keyIndexes.includes(index)) continue
    if (links.some((link) => link.columns.includes(index))) {
      columns.push(index)
      continue
    }
    const given = valueToWrite(state, index)
    // What the database counts, it has counted for the row that stays.
    if (given === undefined && column.options.identity !== undefined) continue
    const value = given === undefined ? defaultOf(column) : given
    if (!isLowerable(value) && plan.same(index, replaces.row![replaces.offset + index], value)) continue
    columns.push(index)
    if (given === undefined) values.set(index, value)
  }
  return { state, columns, links, values, replaces }
}

/** What an insert would have left to the database. */
function defaultOf({ type, options: { serverDefault } }: TableColumn): unknown {
  switch (serverDefault?.kind) {
    case "value":
      return serverDefault.value
    case "expression":
      return serverDefault.expression
    case "now": {
      const now: Lowerable = { lower: ({ dialect }) => dialect.now(type.kind as MomentKind) }
      return now
    }
    default:
      return null
  }
}

/** The new entities have the rows, and the deleted ones are gone. */
export function completeSwitches({ switched }: RowSwitches, session: SessionState): void {
  if (switched.length === 0) return
  const successor = new Map<object, object>()
  for (const { state, replaces } of switched) {
    const replaced = replaces!
    if (state.row === undefined) takeRow(state, replaced, session)
    session.undo.touch(replaced)
    session.identities.delete(replaced)
    replaced.status = "deleted"
    state.status = "persistent"
    state.key = replaced.key
    session.identities.set(state)
    successor.set(replaced.entity, state.entity)
  }
  for (const state of session.identities) followSuccessors(state, successor, session)
}

/** Nothing had to be written: the row is the new entity's as it is. */
function takeRow(state: EntityState, { row, offset }: EntityState, session: SessionState): void {
  const { entity, plan } = state
  const { properties } = plan.mapper
  session.undo.touch(
    state,
    properties.map(({ key }) => entity[key]),
  )
  state.row = row!.slice(offset, offset + properties.length)
  state.offset = 0
  const { version } = writePlanOf(plan)
  for (const [index, { key }] of properties.entries())
    if (entity[key] === undefined || index === version?.index) entity[key] = plan.decode(index, state.row[index])
}

/** What refers to the row is now of the new entity. */
function followSuccessors(state: EntityState, successor: ReadonlyMap<object, object>, session: SessionState): void {
  for (const [name, related] of state.relations ?? []) {
    const next = related === null || Array.isArray(related) ? undefined : successor.get(related)
    if (next === undefined) continue
    session.undo.touch(state)
    if (state.entity[name] === related) state.entity[name] = next
    state.relations!.set(name, next)
  }
}
