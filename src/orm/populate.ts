import { UnknownSubtypeError } from "../errors/index.ts"
import type { EntityShape } from "../sql/index.ts"
import { changedColumns } from "./changes.ts"
import { type EntityState, stateOf } from "./entity-state.ts"
import { type Adopter, type Hydrate, hydratorOf } from "./hydrator.ts"
import { type SessionState, titleOf } from "./session-state.ts"
import { alignReferences } from "./unit-of-work/align-references.ts"

/** Makes entities of which nobody will know. */
const nobody: Adopter = { closed: false, adopt: () => undefined }

/** The hydrator for entities of a shape in a session: where some are expired, or all are to be read anew, rows overwrite them. */
export function sessionHydrator(shape: EntityShape, session: SessionState): Hydrate {
  const hydrate = hydratorOf(shape, session.dialect, session.untracked === undefined)
  if (!session.populating && session.expired.size === 0) return hydrate
  return (row, known, adopter) => {
    const entity = hydrate(row, known, adopter)
    const state = entity === null ? undefined : stateOf(entity)
    if (state?.key === undefined || !session.isStale(state)) return entity
    if (known.get(state.key) !== state || state.row === row) return entity
    // Whatever the shape, a row is read by its hydrator: into an entity that is thrown away.
    known.delete(state.key)
    const fresh = stateOf(hydrate(row, known, nobody)!)!
    known.set(state.key, state)
    overwrite(state, fresh, session)
    return entity
  }
}

/** A row that was read again takes the place of the one that an entity has; of an expired one only what is expired, apart from later changes. */
function overwrite(state: EntityState, fresh: EntityState, session: SessionState): void {
  if (fresh.plan !== state.plan) {
    throw new UnknownSubtypeError(`${titleOf(state)} was read again, and its row is of ${fresh.plan.mapper.className} now`, {
      hint: "expunge() the entity, and read the row as what it is",
    })
  }
  const expired = session.populating ? undefined : session.expired.get(state)
  const kept = expired === undefined ? [] : (changedColumns(state) ?? [])
  takeOver(state, { row: fresh.row!, offset: fresh.offset, columns: expired ?? state.plan.mapper.properties.keys(), kept }, session)
  session.expired.delete(state)
}

/** Values of a row that an entity takes over. */
export interface Reread {
  readonly row: readonly unknown[]
  readonly offset: number
  /** Indexes of the columns that are taken over. */
  readonly columns: Iterable<number>
  /** Indexes of those that were changed meanwhile: the entity keeps what it has. */
  readonly kept: readonly number[]
}

export function takeOver(state: EntityState, { row, offset, columns, kept }: Reread, session: SessionState): void {
  const { plan, entity } = state
  const { properties } = plan.mapper
  session.undo.touch(state)
  const merged = state.row!.slice(state.offset, state.offset + properties.length)
  for (const index of columns) {
    merged[index] = row[offset + index]
    if (kept.includes(index)) continue
    state.assigned?.delete(index)
    entity[properties[index]!.key] = plan.decode(index, merged[index])
  }
  state.row = merged
  state.offset = 0
  alignReferences(state, session)
}
