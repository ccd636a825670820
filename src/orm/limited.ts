import { BoundStatement, Query, type Statement } from "../sql/index.ts"

/** The statement with a limit where it is one that we know and it has none: rows that are not looked at need not be sent. */
export function limited<O>(statement: Statement<O>, count: number): Statement<O> {
  if (statement instanceof BoundStatement) return statement.derived(`limit ${count}`, (inner) => limited(inner, count))
  return statement instanceof Query && !statement.hasLimit ? (statement.limit(count) as Statement<O>) : statement
}
