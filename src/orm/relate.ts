import { inverseRelations, ModelRelation, type RelationPath } from "../schema/index.ts"
import { type EntityState, stateOf } from "./entity-state.ts"
import { changeMembers, hasRelation } from "./relation-members.ts"

/**
 * Sets a relation of an entity, and at once the other side of it where that is loaded: lists gain and lose the entity, what left a list
 * refers to nobody, and a partner that is replaced is let go. Nothing is loaded.
 */
export function relate(state: EntityState, name: string, value: unknown): void {
  const { entity, plan } = state
  const relation = plan.mapper.relations.get(name)
  const before = membersOf(entity[name])
  entity[name] = value
  if (!(relation instanceof ModelRelation)) return
  const path = relation.pathFrom(plan.mapper)
  const after = membersOf(value)
  for (const left of before) if (!after.has(left)) release(state, left, path, relation)
  for (const gained of after) if (!before.has(gained)) take(state, gained, path, relation)
}

/** What the entity no longer holds does not show it any more. */
function release({ entity }: EntityState, left: object, path: RelationPath, relation: ModelRelation<any, any>): void {
  for (const { name } of inverseRelations(path, relation)) removeFrom(left, name, entity)
}

/** What the entity holds shows it, and what held it before does not. */
function take({ entity }: EntityState, gained: object, path: RelationPath, relation: ModelRelation<any, any>): void {
  for (const inverse of inverseRelations(path, relation)) {
    const state = stateOf(gained)
    const current: unknown = Reflect.get(gained, inverse.name)
    if (inverse.relation.cardinality !== "many") {
      const other = typeof current === "object" && current !== null ? current : undefined
      const isShown = current !== undefined || state === undefined
      if (other !== undefined && other !== entity) for (const own of ownNames(path, relation)) removeFrom(other, own, gained)
      if (isShown) Reflect.set(gained, inverse.name, entity)
    } else if (state !== undefined && hasRelation(state, inverse.name)) {
      changeMembers(state, inverse.name, { added: new Set([entity]), removed: new Set() })
    }
  }
}

function* ownNames({ owner }: RelationPath, relation: ModelRelation<any, any>): IterableIterator<string> {
  const name = owner.relationName(relation)
  if (name !== undefined) yield name
}

function removeFrom(holder: object, name: string, member: object): void {
  const state = stateOf(holder)
  if (state !== undefined && hasRelation(state, name)) changeMembers(state, name, { added: new Set(), removed: new Set([member]) })
}

function membersOf(value: unknown): ReadonlySet<object> {
  const members = Array.isArray(value) ? value : [value]
  return new Set(members.filter((member): member is object => typeof member === "object" && member !== null))
}
