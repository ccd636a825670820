import { mapperOf, type RelationPath } from "../../schema/index.ts"
import { isUnrefined, type LoadRequest } from "../../sql/index.ts"
import { planOf } from "../entity-plan.ts"
import { stateOf } from "../entity-state.ts"
import { sessionHydrator } from "../populate.ts"
import type { SessionState } from "../session-state.ts"
import { placeRelation } from "./place-relation.ts"
import { groupByKey, relatedKey } from "./related-key.ts"
import { relatedStatements } from "./related-statement.ts"
import type { RelationLoad } from "./relation-load.ts"
import { shapeOfEntity } from "./entity-of-row.ts"

/** The one that each entity refers to. What the session has already is not asked for again. */
export function loadManyToOne(
  request: LoadRequest,
  path: RelationPath,
  entities: Iterable<Record<string, unknown>>,
  session: SessionState,
): RelationLoad {
  const { name, query } = request
  const plan = planOf(path.target, session.dialect)
  const referring = path.pairs.map(({ left }) => left)
  const referred = path.pairs.map(({ right }) => right)
  const { keys, entitiesOf, withoutKey } = groupByKey(entities, referring, planOf(path.owner, session.dialect))
  const isRefined = !isUnrefined({ ...query.state, orderBy: [] })
  const isPrimaryKey =
    referred.length === path.target.keyIndexes.length &&
    path.target.keyIndexes.every((index, position) => path.target.columns[index] === referred[position])
  const found = new Map<string, object>()
  const missing: (readonly unknown[])[] = []
  let position = 0
  for (const [key, [first]] of entitiesOf) {
    const known =
      isPrimaryKey && !isRefined
        ? session.identities.get(path.target, plan.keyOf(referring.map((column) => first![column.key])))
        : undefined
    if (known === undefined || session.isStale(known)) missing.push(keys[position]!)
    else found.set(key, known.entity)
    position++
  }
  const { statements, keyAt } = relatedStatements(request, path, missing, session.dialect)
  return {
    statements,
    place(results) {
      const mapper = mapperOf(query.model)
      const known = session.identities.of(mapper)
      for (const [index, { rows }] of results.entries()) {
        const hydrate = sessionHydrator(shapeOfEntity(statements[index]!), session)
        for (const row of rows) {
          const values = keyAt.map((at, place) => plan.decode(path.target.columnIndex(referred[place]!), row[at]))
          found.set(relatedKey(values, referred)!, hydrate(row, known, session)!)
        }
      }
      for (const [key, referrers] of entitiesOf) {
        const one = found.get(key) ?? null
        for (const entity of referrers) placeRelation(entity, stateOf(entity), name, one, session)
      }
      for (const entity of withoutKey) placeRelation(entity, stateOf(entity), name, null, session)
      return new Set(found.values())
    },
  }
}
