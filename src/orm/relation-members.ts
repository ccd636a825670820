import type { EntityState } from "./entity-state.ts"
import { isComplete } from "./partial-relations.ts"
import type { RelationSnapshot } from "./relation-snapshot.ts"

/** Entities that a relation gains and loses. */
export interface MemberChange {
  readonly added: ReadonlySet<object>
  readonly removed: ReadonlySet<object>
}

/** Whether the entity has the relation, loaded or set. */
export function hasRelation({ entity }: EntityState, name: string): boolean {
  return entity[name] !== undefined
}

/**
 * Changes what a relation shows, in the list that it is. A list that holds only some of what belongs to the entity loses what
 * goes and gains nothing: who knows whether it would be among them.
 * @returns whether anything was different
 */
export function changeMembers(state: EntityState, name: string, change: MemberChange): boolean {
  const { entity } = state
  const value = entity[name]
  if (!Array.isArray(value)) {
    const next = partnerAfter(value, change)
    entity[name] = next
    return next !== value
  }
  const next = membersAfter(value, isGaining(state, name) ? change : { ...change, added: new Set() })
  if (next === value) return false
  value.length = 0
  for (const member of next) value.push(member)
  return true
}

/** What was loaded of a relation, after a change that the database knows of. */
export function snapshotAfter(state: EntityState, name: string, before: RelationSnapshot, change: MemberChange): RelationSnapshot {
  if (!Array.isArray(before)) return partnerAfter(before, change) as object | null
  return membersAfter(before, isGaining(state, name) ? change : { ...change, added: new Set() })
}

function isGaining(state: EntityState, name: string): boolean {
  return state.relations?.has(name) !== true || isComplete(state, name)
}

function partnerAfter(value: unknown, { added, removed }: MemberChange): unknown {
  const [next] = added
  if (next !== undefined) return next
  return typeof value === "object" && value !== null && removed.has(value) ? null : value
}

function membersAfter(list: readonly unknown[], { added, removed }: MemberChange): readonly unknown[] {
  const kept = removed.size === 0 ? list : list.filter((member) => !removed.has(member as object))
  const present = added.size === 0 ? undefined : new Set(kept)
  const gained = [...added].filter((member) => present?.has(member) === false)
  return kept.length === list.length && gained.length === 0 ? list : [...kept, ...gained]
}
