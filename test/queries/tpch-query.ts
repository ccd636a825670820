import type { Statement } from "rebis"
import type { Same } from "./question.ts"

/** One of the 22 queries, as the language says it. */
export interface TpchQuery {
  readonly number: number
  readonly statement: Statement
}

/** `Row` has to be the very type of the statement's rows; its properties are in the order of the result's columns. */
export function query<O>(
  number: number,
  statement: Statement<O>,
): { gives<Row>(...wrong: Same<O, Row> extends true ? [] : ["the rows are", O]): TpchQuery } {
  return { gives: () => ({ number, statement }) }
}
