import { mapperOf } from "../../schema/index.ts"
import { type EntityReader, rowReader } from "../../sql/index.ts"
import { planOf } from "../entity-plan.ts"
import type { SessionState } from "../session-state.ts"
import { takeRow } from "./take-row.ts"
import { isOfWritten, type WrittenStatement } from "./written-statement.ts"

/**
 * Reads the entities that a statement which writes returns. One that the session has takes its row over; a deleted one that it has not
 * stays unknown to it.
 * @param others reads everything else
 */
export function writtenEntityReader({ written }: WrittenStatement, others: EntityReader, session: SessionState): EntityReader {
  return (shape, dialect) => {
    const readOther = others(shape, dialect)
    if (!isOfWritten(shape, written) || written.kind === "merge") return readOther
    const plan = planOf(mapperOf(shape.entity.entityClass), session.dialect)
    if (!plan.hasKey && written.kind !== "delete") return readOther
    const known = session.identities.of(plan.mapper)
    const readNew = written.kind === "delete" ? rowReader({ ...shape, detached: true }, dialect) : readOther
    return (row) => {
      const state = plan.hasKey ? known.get(plan.keyOfRow(row, shape.offset)) : undefined
      if (state === undefined) return readNew(row)
      if (written.kind !== "delete") takeRow(state, row, shape.offset, plan, session)
      return state.entity
    }
  }
}
