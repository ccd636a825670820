import { createQueryId, RawNode, type OperationNode, type QueryCompiler, type RootOperationNode } from "kysely"
import type { SqlDialect } from "../dialect/dialect.ts"

/** One compiler for all statements of a dialect: making one costs more than printing a short statement. */
const compilers = new WeakMap<SqlDialect, QueryCompiler>()
const queryId = createQueryId()

/** Nodes as text and parameters. */
export function printRoot(node: RootOperationNode, dialect: SqlDialect): { readonly sql: string; readonly parameters: readonly unknown[] } {
  let compiler = compilers.get(dialect)
  if (compiler === undefined) compilers.set(dialect, (compiler = dialect.createQueryCompiler()))
  return compiler.compileQuery(node, queryId)
}

/** The text of a node that is no statement and has no parameters. */
export function printNode(node: OperationNode, dialect: SqlDialect): string {
  return printRoot(RawNode.createWithChild(node), dialect).sql
}
