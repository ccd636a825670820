import { mapperOf } from "../../schema/index.ts"
import { isUnrefined, type LoadRequest } from "../../sql/index.ts"
import { planOf } from "../entity-plan.ts"
import { stateOf } from "../entity-state.ts"
import { sessionHydrator } from "../populate.ts"
import type { SessionState } from "../session-state.ts"
import { shapeOfEntity } from "./entity-of-row.ts"
import type { LoadPath } from "./load-path.ts"
import { placeRelation } from "./place-relation.ts"
import { groupByKey, relatedKey } from "./related-key.ts"
import { relatedStatements } from "./related-statement.ts"
import type { RelationLoad } from "./relation-load.ts"

/** The entities that refer to each one, directly or by rows between; for a one-to-one relation the first of them. */
export function loadToMany(
  request: LoadRequest,
  path: LoadPath,
  entities: Iterable<Record<string, unknown>>,
  session: SessionState,
): RelationLoad {
  const { name, relation, query } = request
  const { keys, entitiesOf, withoutKey } = groupByKey(
    entities,
    path.pairs.map(({ left }) => left),
    planOf(path.owner, session.dialect),
  )
  const { statements, keyAt } = relatedStatements(request, path, keys, session.dialect)
  const holder = path.pairs.map(({ right }) => right)
  const codecs = holder.map(({ type }) => session.dialect.codec(type))
  return {
    statements,
    place(results) {
      const known = session.identities.of(mapperOf(query.model))
      const targets = new Set<object>()
      const listOf = new Map<string, object[]>()
      for (const [index, { rows }] of results.entries()) {
        const hydrate = sessionHydrator(shapeOfEntity(statements[index]!), session)
        for (const row of rows) {
          const key = relatedKey(
            keyAt.map((at, position) => (row[at] === null ? null : codecs[position]!.decode(row[at]))),
            holder,
          )
          if (key === undefined) continue
          const target = hydrate(row, known, session)!
          targets.add(target)
          const list = listOf.get(key)
          if (list === undefined) listOf.set(key, [target])
          else list.push(target)
        }
      }
      const isPartial = !isUnrefined({ ...query.state, orderBy: [] })
      const place = (entity: Record<string, unknown>, list: readonly object[]) =>
        placeRelation(entity, stateOf(entity), name, relation.cardinality === "many" ? [...list] : (list[0] ?? null), session, isPartial)
      for (const [key, owners] of entitiesOf) for (const entity of owners) place(entity, listOf.get(key) ?? [])
      for (const entity of withoutKey) place(entity, [])
      return targets
    },
  }
}
