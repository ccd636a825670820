import type { DriverResult } from "../../engine/index.ts"
import { BoundStatement, type CompiledStatement, compile, type ParameterValues, SelectEntity, type Statement } from "../../sql/index.ts"
import type { Dialect } from "../dialect.ts"
import type { SessionState } from "../session-state.ts"
import type { TransactionScope } from "../transaction-scope.ts"
import { type Loads, LoadTree } from "./embedded-relation.ts"
import { EmbeddedRows } from "./embedded-rows.ts"
import { EmbeddedSelect, rootAlias } from "./embedded-select.ts"
import { type LoadTask, runTasks, tasksFor } from "./load-relations.ts"

/** A select of entities that loads relations itself. */
export interface EmbeddedStatement {
  readonly statement: SelectEntity<any, any>
  readonly values: ParameterValues | undefined
  readonly loads: Loads
  readonly select: EmbeddedSelect
  readonly compiled: CompiledStatement
}

/** How a statement is run that asks for relations to be joined or built as JSON; `undefined` for any other. */
export function embeddedStatement(statement: Statement, dialect: Dialect): EmbeddedStatement | undefined {
  const inner = statement instanceof BoundStatement ? statement.statement : statement
  if (!(inner instanceof SelectEntity) || !inner.loads.some(({ strategy }) => strategy === "joined" || strategy === "json"))
    return undefined
  const loads = new LoadTree(dialect).loadsOf(inner, rootAlias, "selectin")
  const select = new EmbeddedSelect(inner, loads)
  if (!(statement instanceof BoundStatement))
    return { statement: inner, values: undefined, loads, select, compiled: compile(select, dialect) }
  const bound = statement.derived(`embedded in ${dialect.title}`, () => select)
  return { statement: inner, values: statement.values, loads, select, compiled: compile(bound, dialect) }
}

/** The entities with all relations that the statement asks for. */
export async function readEmbedded(
  statement: EmbeddedStatement,
  result: DriverResult,
  session: SessionState,
  scope: TransactionScope,
): Promise<object[]> {
  const read = new EmbeddedRows(statement.select, session)
  const rows = read.read(result, statement.loads)
  await runTasks(tasksLeft(rows, statement, read), session, scope)
  return rows
}

/** What is left to statements of their own. */
function tasksLeft(rows: readonly object[], { statement, loads, values }: EmbeddedStatement, read: EmbeddedRows): LoadTask[] {
  const tasks = tasksFor(new Set(rows), { model: statement.model, loads: loads.later }, values)
  const addInner = ({ embedded }: Loads): void => {
    for (const relation of embedded) {
      tasks.push(...tasksFor(read.found(relation), { model: relation.request.query.model, loads: relation.later }, values))
      addInner(relation)
    }
  }
  addInner(loads)
  return tasks
}
