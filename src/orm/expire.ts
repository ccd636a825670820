import { ArgumentError } from "../errors/index.ts"
import { changedColumns } from "./changes.ts"
import type { EntityState } from "./entity-state.ts"
import type { WantedKey } from "./keyed-reads.ts"
import { restoreRelation } from "./rollback.ts"
import type { SessionState } from "./session-state.ts"

/** Some of an entity's properties. */
export interface ChosenProperties {
  /** Indexes of columns. */
  readonly columns: readonly number[]
  /** Names of relations. */
  readonly relations: readonly string[]
}

/** @throws ArgumentError for a name that the model does not have */
export function chosenProperties({ plan }: EntityState, names: readonly string[], what: string): ChosenProperties {
  const { mapper } = plan
  const columns: number[] = []
  const relations: string[] = []
  for (const name of names) {
    const index = mapper.indexOf(name)
    if (index !== undefined) columns.push(index)
    else if (mapper.relations.has(name)) relations.push(name)
    else throw new ArgumentError(`${what}: ${mapper.className} has no property "${String(name)}"`)
  }
  return { columns, relations }
}

/** @throws ArgumentError for an entity whose row cannot be read again */
export function requireRow({ plan, row }: EntityState, what: string): void {
  if (row !== undefined && plan.hasKey) return
  throw new ArgumentError(
    plan.hasKey ? `${what}: this ${plan.mapper.className} has no row yet` : `${what}: ${plan.mapper.className} has no primary key`,
    { hint: plan.hasKey ? "flush first" : "select its rows again" },
  )
}

/** Lets the next read of a key ask the database, and overwrite what the session has. */
export function expireKnown({ plan, values }: WantedKey, session: SessionState): void {
  const known = session.identities.get(plan.mapper, plan.keyOf(values))
  if (known !== undefined) expire(known, undefined, session)
}

/** Drops what was not flushed, and lets the next row that is found of the entity overwrite it. */
export function expire(state: EntityState, names: readonly string[] | undefined, session: SessionState): void {
  requireRow(state, "expire()")
  const { mapper } = state.plan
  const { columns, relations } =
    names === undefined
      ? { columns: [...mapper.properties.keys()], relations: [...mapper.relations.keys()] }
      : chosenProperties(state, names, "expire()")
  dropChanges(state, columns)
  for (const name of relations) dropRelation(state, name)
  if (columns.length > 0) session.expired.set(state, new Set([...(session.expired.get(state) ?? []), ...columns]))
}

function dropChanges(state: EntityState, columns: readonly number[]): void {
  const { entity, plan, row, offset } = state
  for (const index of changedColumns(state) ?? []) {
    if (!columns.includes(index)) continue
    state.assigned?.delete(index)
    entity[plan.mapper.properties[index]!.key] = plan.decode(index, row![offset + index])
  }
}

/** A relation is again what was loaded; one that was not loaded is not there. */
export function dropRelation({ entity, relations }: EntityState, name: string): void {
  const snapshot = relations?.get(name)
  if (snapshot !== undefined) restoreRelation(entity, name, snapshot)
  else if (Object.hasOwn(entity, name)) delete entity[name]
}
