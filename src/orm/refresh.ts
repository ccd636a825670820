import { NoResultFoundError } from "../errors/index.ts"
import { type AnyModel, select, type SelectEntity } from "../sql/index.ts"
import { selectByKey } from "./entity-statements.ts"
import type { EntityState } from "./entity-state.ts"
import { chosenProperties, dropRelation, requireRow } from "./expire.ts"
import { loadRelations } from "./loading/load-relations.ts"
import { takeOver } from "./populate.ts"
import { type SessionState, titleOf } from "./session-state.ts"
import type { TransactionScope } from "./transaction-scope.ts"

/** Reads an entity's row again, or some of its properties and relations. */
export async function refresh(
  state: EntityState,
  names: readonly string[] | undefined,
  session: SessionState,
  scope: TransactionScope,
): Promise<void> {
  requireRow(state, "refresh()")
  const { mapper } = state.plan
  const { columns, relations } =
    names === undefined ? { columns: [...mapper.properties.keys()], relations: [] } : chosenProperties(state, names, "refresh()")
  if (columns.length > 0) await refreshColumns(state, columns, session, scope)
  if (relations.length > 0) await refreshRelations(state, relations, session, scope)
}

async function refreshColumns(
  state: EntityState,
  columns: readonly number[],
  session: SessionState,
  scope: TransactionScope,
): Promise<void> {
  const { plan } = state
  const key = plan.mapper.keyIndexes.map((index) => state.row![state.offset + index])
  const { rows } = await scope.run(selectByKey(plan, key))
  const [row] = rows
  if (row === undefined)
    throw new NoResultFoundError(`refresh(): the row of ${titleOf(state)} is gone`, { hint: "someone else deleted it" })
  takeOver(state, { row, offset: 0, columns, kept: [] }, session)
  if (columns.length === plan.mapper.properties.length) session.expired.delete(state)
}

async function refreshRelations(
  state: EntityState,
  names: readonly string[],
  session: SessionState,
  scope: TransactionScope,
): Promise<void> {
  for (const name of names) dropRelation(state, name)
  let query: SelectEntity<any, any> = select(state.plan.mapper.entityClass as never as AnyModel)
  for (const name of names) query = query.with(name as never)
  await loadRelations([state.entity], query, session, scope)
}
