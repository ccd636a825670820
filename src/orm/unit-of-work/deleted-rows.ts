import type { ForeignKey } from "../../schema/index.ts"
import type { EntityState } from "../entity-state.ts"
import type { FlushTarget } from "./insert-step.ts"

/**
 * The rows of these entities are gone: so are, in the session, those of entities that the database deletes with them, and
 * foreign keys that it sets to null are null.
 */
export function forgetDeleted(states: readonly EntityState[], target: FlushTarget): void {
  let gone = states
  while (gone.length > 0) {
    for (const state of gone) {
      target.undo.touch(state)
      target.identities.delete(state)
      state.status = "deleted"
    }
    gone = followers(gone, target)
  }
}

/** Entities that go with the deleted ones. */
function followers(gone: readonly EntityState[], target: FlushTarget): EntityState[] {
  const found = new Set<EntityState>()
  const tables = new Set(gone.map((state) => state.plan.mapper.table))
  for (const states of [...target.identities.maps()]) {
    const first = states.values().next().value
    for (const foreignKey of first?.plan.mapper.foreignKeys ?? []) {
      const { onDelete } = foreignKey.options
      if (!tables.has(foreignKey.referredTable) || (onDelete !== "cascade" && onDelete !== "set null")) continue
      const keys = new Set(
        gone
          .filter((state) => state.plan.mapper.table === foreignKey.referredTable)
          .map((state) => identity(state, foreignKey.referredColumns)),
      )
      for (const state of states.values()) {
        const key = identity(state, foreignKey.columns)
        if (key === undefined || !keys.has(key)) continue
        if (onDelete === "cascade") found.add(state)
        else setNull(state, foreignKey, target)
      }
    }
  }
  return [...found]
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
