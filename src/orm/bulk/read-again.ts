import type { Mapper } from "../../schema/index.ts"
import { type AnyModel, compile, select, source } from "../../sql/index.ts"
import { planOf } from "../entity-plan.ts"
import type { EntityState } from "../entity-state.ts"
import { isOneOf, keyChunks } from "../loading/key-list.ts"
import { shapeOfEntity } from "../loading/entity-of-row.ts"
import type { SessionState } from "../session-state.ts"
import type { TransactionScope } from "../transaction-scope.ts"
import { forgetRows } from "./forget-rows.ts"
import { takeRow } from "./take-row.ts"

/** Reads the rows of some entities again, in one statement; those whose rows are gone leave the session. */
export async function readAgain(
  states: readonly EntityState[],
  { root }: Mapper,
  session: SessionState,
  scope: TransactionScope,
): Promise<void> {
  if (states.length === 0) return
  const { dialect } = session
  const plan = planOf(root, dialect)
  const model = root.entityClass as unknown as AnyModel
  const columns = root.keyIndexes.map((index) => model[source].columns[index]!)
  const keys = states.map(({ row, offset, plan: { mapper } }) => mapper.keyIndexes.map((index) => row![offset + index]))
  const statements = keyChunks(keys, columns.length, dialect).map((chunk) =>
    compile(select(model).where(isOneOf(columns, chunk, dialect)), dialect),
  )
  const results = await scope.runAll(statements)
  const known = session.identities.of(root)
  const found = new Set<EntityState>()
  for (const [index, { rows }] of results.entries()) {
    const { offset } = shapeOfEntity(statements[index]!)
    for (const row of rows) {
      const state = known.get(plan.keyOfRow(row, offset))
      if (state === undefined) continue
      found.add(state)
      takeRow(state, row, offset, plan, session)
    }
  }
  forgetRows(
    states.filter((state) => !found.has(state)),
    session,
  )
}
