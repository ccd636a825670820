import { ModelRelation, type RelationPath } from "../../schema/index.ts"
import { planOf } from "../entity-plan.ts"
import { type EntityState, stateOf } from "../entity-state.ts"
import type { SessionState } from "../session-state.ts"

/**
 * A foreign key was written that a loaded many-to-one does not agree with: the relation becomes what the session knows by the
 * new key, or is no longer loaded.
 */
export function alignReferences(state: EntityState, session: SessionState): void {
  if (state.owner !== session) return
  const { entity, plan, relations } = state
  for (const [name, relation] of plan.mapper.relations) {
    const related = entity[name]
    if (related === undefined || !(relation instanceof ModelRelation) || relation.kind !== "manyToOne") continue
    const path = relation.pathFrom(plan.mapper)
    if (refersTo(entity, related, path)) continue
    session.undo.touch(state)
    const known = knownTarget(entity, path, session)
    if (known === undefined) {
      delete entity[name]
      relations?.delete(name)
    } else {
      entity[name] = known
      relations?.set(name, known)
    }
  }
}

function refersTo(entity: Readonly<Record<string, unknown>>, related: object | null, { pairs }: RelationPath): boolean {
  if (related === null) return pairs.some(({ left }) => entity[left.key] === null)
  return pairs.every(({ left, right }) => String(entity[left.key]) === String(Reflect.get(related, right.key)))
}

/** The entity that the foreign key refers to now, null for none, `undefined` when the session does not have it. */
function knownTarget(
  entity: Readonly<Record<string, unknown>>,
  { pairs, target }: RelationPath,
  session: SessionState,
): object | null | undefined {
  const values = target.keyIndexes.map((index) => {
    const pair = pairs.find(({ right }) => right === target.columns[index])
    return pair === undefined ? undefined : entity[pair.left.key]
  })
  if (pairs.some(({ left }) => entity[left.key] === null)) return null
  if (values.length !== pairs.length || values.includes(undefined)) return undefined
  const known = session.identities.get(target, planOf(target, session.dialect).keyOf(values))
  return known === undefined || stateOf(known.entity)?.status !== "persistent" ? undefined : known.entity
}
