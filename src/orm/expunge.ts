import { ModelRelation } from "../schema/index.ts"
import { type EntityState, stateOf } from "./entity-state.ts"
import type { SessionState } from "./session-state.ts"

/** The entity leaves the session for good, and with it what it holds by relations that say so. */
export function expunge(state: EntityState, session: SessionState): void {
  const left = new Set([state])
  // Grows while it is walked.
  for (const each of left) {
    for (const [name, relation] of each.plan.mapper.relations) {
      if (!(relation instanceof ModelRelation) || !relation.cascade.expunge) continue
      const value = each.entity[name]
      for (const related of Array.isArray(value) ? value : [value]) {
        const found = typeof related === "object" && related !== null ? stateOf(related) : undefined
        if (found?.owner === session) left.add(found)
      }
    }
  }
  for (const each of left) session.expunge(each)
}

/** All entities leave the session. */
export function expungeAll(session: SessionState): void {
  for (const state of [...session.pending, ...session.deleting, ...session.identities]) session.expunge(state)
}
