import { mapperOfEntity } from "../schema/index.ts"
import { type EntityState, stateOf as knownState } from "./entity-state.ts"

/**
 * Where an entity stands.
 *
 * - `transient`: in no session, and without a row: new, forgotten, or deleted by a transaction that was committed.
 * - `pending`: in a session that will insert it at its next flush.
 * - `persistent`: in a session, with a row; also when `delete()` was called and nothing is flushed yet.
 * - `deleted`: its row was deleted in the transaction that is under way.
 * - `detached`: in no open session, with the row that it had in one.
 */
export type ObjectState = "transient" | "pending" | "persistent" | "deleted" | "detached"

/**
 * Where an entity stands, whichever session it is or was in.
 * @example stateOf(new Post({ title: "x", userId: 1 })) // "transient"
 * @throws ArgumentError for what is no instance of a model
 */
export function stateOf(entity: object): ObjectState {
  mapperOfEntity(entity)
  const state = knownState(entity)
  return state === undefined ? "transient" : objectState(state)
}

function objectState({ owner, status, row }: EntityState): ObjectState {
  const isHeld = owner !== undefined && !owner.closed
  switch (status) {
    case "transient":
      return "transient"
    case "pending":
      return isHeld ? "pending" : "transient"
    case "deleted":
      return isHeld ? "deleted" : "transient"
    default:
      if (isHeld) return "persistent"
      return row === undefined ? "transient" : "detached"
  }
}
