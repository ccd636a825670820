import type { DriverResult } from "../engine/index.ts"
import { StatementError } from "../errors/index.ts"
import { compile, type CompiledStatement, type Statement } from "../sql/index.ts"
import { synchronize, type WrittenStatement, writtenStatement } from "./bulk/written-statement.ts"
import { type EmbeddedStatement, embeddedStatement, readEmbedded } from "./loading/embedded-statement.ts"
import { loadRelations } from "./loading/load-relations.ts"
import { readRows, readScalar } from "./result-rows.ts"
import type { SessionState } from "./session-state.ts"
import type { TransactionScope } from "./transaction-scope.ts"

/** A statement as it is sent, and what becomes of its result. */
export interface PlannedStatement {
  readonly statement: Statement
  readonly compiled: CompiledStatement
  /** Set for a statement that writes rows of a model. */
  readonly written: WrittenStatement | undefined
  /** Set for a statement that loads relations itself. */
  readonly embedded: EmbeddedStatement | undefined
}

/** @throws StatementError, ValueError before anything is sent */
export function planStatement(statement: Statement, session: SessionState): PlannedStatement {
  const written = writtenStatement(statement, session)
  const embedded = written === undefined ? embeddedStatement(statement, session.dialect) : undefined
  const compiled = (written ?? embedded)?.compiled ?? compile(statement, session.dialect)
  return { statement, compiled, written, embedded }
}

/** @throws StatementError for a statement whose rows cannot be read in chunks */
export function requireStreamable({ embedded }: PlannedStatement): void {
  if (embedded?.select.rowAt === undefined) return
  throw new StatementError("a stream cannot join a list, whose rows may stand in several chunks", {
    hint: 'use the strategy "json", or "selectin", the default',
  })
}

/** The rows of a result, with the relations that the statement loads; entities that it wrote are what their rows are then. */
export async function rowsOf(
  { statement, compiled, written, embedded }: PlannedStatement,
  result: DriverResult,
  session: SessionState,
  scope: TransactionScope,
): Promise<unknown[]> {
  if (embedded !== undefined) return await readEmbedded(embedded, result, session, scope)
  const rows = readRows(compiled, result, session, written)
  if (written !== undefined) await synchronize(written, result, session, scope)
  else await loadRelations(rows, statement, session, scope)
  return rows
}

/** The first column of the first row of a result: null when there is none. */
export async function scalarOf(
  { compiled, written, embedded }: PlannedStatement,
  result: DriverResult,
  session: SessionState,
  scope: TransactionScope,
): Promise<unknown> {
  if (embedded !== undefined) return (await readEmbedded(embedded, result, session, scope))[0] ?? null
  const value = readScalar(compiled, result, session, written)
  if (written !== undefined) await synchronize(written, result, session, scope)
  return value
}
