import { ArgumentError } from "../../errors/index.ts"
import { type ForeignKey, type Mapper, type ModelRelation, type RelationPath, relationsOver, type TableColumn } from "../../schema/index.ts"
import type { EntityState } from "../entity-state.ts"
import { relatedKey } from "../loading/related-key.ts"
import { type SessionState, titleOf } from "../session-state.ts"
import type { Link } from "./row.ts"

/** Foreign keys that a flush takes from other entities. */
export interface Links {
  linkOf(child: EntityState, foreignKey: ForeignKey): Link | undefined
  linkedTo(parent: EntityState, foreignKey: ForeignKey): boolean
}

/** Whether lists or partners over the foreign key delete what leaves them. */
export function deletesOrphans(foreignKey: ForeignKey): boolean {
  return relationsOver(foreignKey).some(({ relation }) => relation.cascade.deleteOrphan)
}

/**
 * Whether an entity that lost its parent over a foreign key is an orphan: it cannot be without that parent, or has no other one
 * over a relation that deletes orphans.
 */
export function isOrphan(child: EntityState, lost: ForeignKey, links: Links): boolean {
  if (!lost.columns.some(({ options }) => options.nullable)) return true
  return !child.plan.mapper.foreignKeys.some((other) => other !== lost && hasParent(child, other, links) && deletesOrphans(other))
}

function hasParent(child: EntityState, foreignKey: ForeignKey, links: Links): boolean {
  if (links.linkOf(child, foreignKey) !== undefined) return true
  return foreignKey.columns.every(({ key }) => child.entity[key] !== undefined && child.entity[key] !== null)
}

/** Whether another entity of the session refers to the one that a many-to-one left. */
export function isHeld(target: EntityState, { owner, pairs, foreignKey }: RelationPath, session: SessionState, links: Links): boolean {
  if (links.linkedTo(target, foreignKey)) return true
  const right = pairs.map((pair) => pair.right)
  const left = pairs.map((pair) => pair.left)
  const key = keyOf(target, right)
  for (const state of session.identities.of(owner).values()) {
    if (state.status !== "persistent" || !owner.accepts(state.plan.mapper) || links.linkOf(state, foreignKey) !== undefined) continue
    if (keyOf(state, left) === key) return true
  }
  return false
}

function keyOf({ entity }: EntityState, columns: readonly TableColumn[]): string | undefined {
  return relatedKey(
    columns.map(({ key }) => entity[key]),
    columns,
  )
}

/** @throws ArgumentError when two entities of the session hold the same one by a relation of which that was ruled out */
export function requireSingleParent(relation: ModelRelation<any, any>, mapper: Mapper, session: SessionState): void {
  const name = mapper.relationName(relation)!
  const holders = new Map<unknown, EntityState>()
  for (const holder of [...session.identities.of(mapper).values(), ...session.pending]) {
    if (holder.status === "deleting" || holder.plan.mapper.relations.get(name) !== relation) continue
    const value = holder.entity[name]
    for (const held of new Set<unknown>(Array.isArray(value) ? value : [value])) {
      if (held === undefined || held === null) continue
      const other = holders.get(held)
      if (other !== undefined && other !== holder) {
        throw new ArgumentError(`${mapper.className}.${name}: ${titleOf(other)} and ${titleOf(holder)} hold the same entity`, {
          hint: "the relation says singleParent: take it from one before the other gets it",
        })
      }
      holders.set(held, holder)
    }
  }
}
