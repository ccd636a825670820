import type { DriverResult } from "../engine/index.ts"
import { mapperOf } from "../schema/index.ts"
import { type CompiledStatement, type EntityReader, rowReader, type RowReader, type Shape } from "../sql/index.ts"
import { writtenEntityReader } from "./bulk/written-entities.ts"
import type { WrittenStatement } from "./bulk/written-statement.ts"
import { sessionHydrator } from "./populate.ts"
import type { SessionState } from "./session-state.ts"

/** The values of a result's rows, with the session's own objects for its entities. @param written what a statement that writes did to them */
export function readRows({ shape }: CompiledStatement, result: DriverResult, session: SessionState, written?: WrittenStatement): unknown[] {
  const { rows } = result
  if (written !== undefined) return returnsNothing(shape, written) ? [] : rows.map(readerOf(shape, result, session, written))
  if (shape?.kind !== "entity" || shape.detached === true) return rows.map(readerOf(shape, result, session, undefined))
  const hydrate = sessionHydrator(shape, session)
  const known = session.identities.of(mapperOf(shape.entity.entityClass))
  const found: unknown[] = new Array(rows.length)
  for (let index = 0; index < rows.length; index++) found[index] = hydrate(rows[index]!, known, session)
  return found
}

/** The first column of the first row: null when there is none. */
export function readScalar({ shape }: CompiledStatement, result: DriverResult, session: SessionState, written?: WrittenStatement): unknown {
  const [row] = result.rows
  if (row === undefined || returnsNothing(shape, written)) return null
  if (shape?.kind === "declared") return Object.values(readerOf(shape, result, session, written)(row) as object)[0]
  if (shape !== undefined) return readerOf(shape.kind === "object" ? shape.values[0] : shape, result, session, written)(row)
  const [name] = result.columns
  return name === undefined ? null : readerOf({ kind: "value", index: 0, type: undefined, label: name.name }, result, session, written)(row)
}

/** Whether all that was returned is for the session. */
function returnsNothing(shape: Shape | undefined, written: WrittenStatement | undefined): boolean {
  return shape === undefined && written?.beside !== undefined
}

function readerOf(
  shape: Shape | undefined,
  { columns }: DriverResult,
  session: SessionState,
  written: WrittenStatement | undefined,
): RowReader {
  const plain = entityReader(session)
  const entities = written === undefined ? plain : writtenEntityReader(written, plain, session)
  return rowReader(shape, session.dialect, { columns, entities })
}

/** Reads the entities in rows as the session's own objects. */
export function entityReader(session: SessionState): EntityReader {
  return (shape) => {
    const hydrate = sessionHydrator(shape, session)
    const known = session.identities.of(mapperOf(shape.entity.entityClass))
    return (row) => hydrate(row, known, session)
  }
}
