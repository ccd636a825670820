import { ValueError } from "../../errors/index.ts"
import { valueToWrite } from "../assigned-values.ts"
import { changedColumns } from "../changes.ts"
import type { EntityState } from "../entity-state.ts"
import type { SessionState } from "../session-state.ts"
import { requireSameClass } from "./discriminator.ts"
import type { RelationChanges } from "./relation-changes.ts"
import { storedTitle } from "./row-keys.ts"
import type { ChangedRow, Link } from "./row.ts"
import { writePlanOf } from "./write-plan.ts"

/** The loaded entities whose rows have to be updated. @throws ValueError for what cannot be written */
export function changedRows(session: SessionState, relations: RelationChanges): ChangedRow[] {
  const rows: ChangedRow[] = []
  for (const states of session.identities.maps()) {
    for (const state of states.values()) {
      if (state.status !== "persistent") continue
      const links = relations.openLinks(state)
      const changed = changedColumns(state)
      if (changed !== undefined || links.length > 0) rows.push(changedRow(state, changed ?? [], links))
    }
  }
  return rows
}

/** An update of columns, and of what an update changes in any case. @throws ValueError */
export function changedRow(state: EntityState, changed: readonly number[], links: readonly Link[]): ChangedRow {
  const { plan, entity } = state
  const { onUpdate, made } = writePlanOf(plan)
  requireWritable(state, changed, made)
  requireSameClass(state, changed)
  if (links.length === 0 && onUpdate.length === 0) return { state, columns: changed, links }
  const columns = new Set(changed)
  for (const link of links) for (const column of link.columns) columns.add(column)
  for (const index of onUpdate) {
    if (columns.has(index)) continue
    entity[plan.mapper.properties[index]!.key] = plan.mapper.columns[index]!.options.clientOnUpdate!()
    columns.add(index)
  }
  return { state, columns: inOrder(columns), links }
}

/** Columns by their index, each once: so rows in which the same ones change have the same list. */
export function inOrder(columns: Iterable<number>): readonly number[] {
  return [...new Set(columns)].sort((left, right) => left - right)
}

function requireWritable(state: EntityState, columns: readonly number[], made: readonly number[]): void {
  const { labels, mapper } = state.plan
  for (const index of made) {
    if (columns.includes(index))
      throw new ValueError(`${labels[index]} is a version that the database makes: it cannot be set`, {
        hint: "refresh() the entity to have it as the database does",
      })
  }
  for (const index of mapper.keyIndexes) {
    if (columns.includes(index) && valueToWrite(state, index) === null) {
      throw new ValueError(`${labels[index]} is part of the primary key: it cannot be null, as it is now in ${storedTitle(state)}`, {
        hint: "delete the entity with db.delete(…), or give it another key",
      })
    }
  }
}
