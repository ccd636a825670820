import type { ForeignKey, Mapper, Table } from "../../schema/index.ts"
import type { EntityState } from "../entity-state.ts"
import type { FlushTarget } from "./insert-step.ts"
import { PartState } from "./table-rows.ts"

/**
 * The rows of these entities are gone: so are, in the session, those of entities that the database deletes with them, and
 * foreign keys that it sets to null are null.
 */
export function forgetDeleted(states: readonly EntityState[], target: FlushTarget): void {
  let gone = states
  while (gone.length > 0) {
    for (const state of gone) forget(state, target)
    gone = followers(gone, target)
  }
}

function forget(state: EntityState, target: FlushTarget): void {
  if (state instanceof PartState) {
    state.status = "deleted"
    if (state.isRoot) forget(state.whole, target)
    return
  }
  target.undo.touch(state)
  target.identities.delete(state)
  state.status = "deleted"
}

/** Entities that go with the deleted ones. */
function followers(gone: readonly EntityState[], target: FlushTarget): EntityState[] {
  const found = new Set<EntityState>()
  const tables = new Set(gone.flatMap(tablesOf))
  for (const { mapper, states } of byMapper(target)) {
    for (const foreignKey of mapper.foreignKeys) {
      const { onDelete } = foreignKey.options
      if (!tables.has(foreignKey.referredTable) || (onDelete !== "cascade" && onDelete !== "set null")) continue
      const keys = new Set(
        gone
          .filter((state) => tablesOf(state).includes(foreignKey.referredTable))
          .map((state) => identity(state, foreignKey.referredColumns)),
      )
      for (const state of states) {
        const key = identity(state, foreignKey.columns)
        if (key === undefined || !keys.has(key)) continue
        if (onDelete === "cascade") found.add(state)
        else setNull(state, foreignKey, target)
      }
    }
  }
  return [...found]
}

/** The tables in which a state has rows. */
function tablesOf({ plan: { mapper } }: EntityState): readonly Table[] {
  return mapper.level?.tables.map(({ table }) => table) ?? [mapper.table]
}

/** The entities that are there, those of one class together. */
function* byMapper({ identities }: FlushTarget): Generator<{ readonly mapper: Mapper; readonly states: readonly EntityState[] }> {
  for (const states of [...identities.maps()]) {
    const first = states.values().next().value
    if (first === undefined) continue
    const { mapper } = first.plan
    if (mapper.level === undefined) yield { mapper, states: [...states.values()] }
    else for (const [of, own] of Map.groupBy(states.values(), (state) => state.plan.mapper)) yield { mapper: of, states: own }
  }
}

function setNull(state: EntityState, { columns }: ForeignKey, target: FlushTarget): void {
  const { plan, offset } = state
  target.undo.touch(state)
  const row = state.row!.slice(offset, offset + plan.mapper.properties.length)
  for (const column of columns) {
    const index = plan.mapper.columnIndex(column)
    if (plan.same(index, row[index], state.entity[column.key])) state.entity[column.key] = null
    row[index] = null
  }
  state.row = row
  state.offset = 0
}

/** The values of columns in the database, as a string; `undefined` when one is null. */
function identity({ plan, row, offset }: EntityState, columns: ForeignKey["columns"]): string | undefined {
  const values = columns.map((column) => {
    const index = plan.mapper.columnIndex(column)
    return plan.decode(index, row![offset + index])
  })
  return values.includes(null) ? undefined : JSON.stringify(values.map(String))
}
