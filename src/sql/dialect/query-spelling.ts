import type { OperationNode } from "kysely"
import type { Span } from "../types/interval-span.ts"
import type { SqlType } from "../types/type.ts"

/** A function in FROM, its arguments lowered. */
export interface TableFunctionCall {
  /** PostgreSQL's name of it. */
  readonly name: string
  readonly args: readonly OperationNode[]
  /** The types of the arguments, where they are known. */
  readonly types: readonly (SqlType | undefined)[]
  /** What its columns are called, less the ordinality. */
  readonly columns: readonly { readonly name: string; readonly type: SqlType }[]
  /** It gives records of no type, whose columns are defined where it is called. */
  readonly defined: boolean
  /** The name of the column that numbers its rows from 1. */
  readonly ordinality: string | undefined
  readonly alias: string
  /** Its arguments look at entries before it in FROM. */
  readonly correlated: boolean
}

/** The step of a series: as a node, and what is known of it without asking the database. */
export interface SeriesStep {
  readonly node: OperationNode
  readonly type: SqlType
  /** Of a number that was given as one. */
  readonly amount?: number | bigint | undefined
  /** Of an interval that was given as one. */
  readonly span?: Span | undefined
}

/** `generate_series`, its arguments lowered. */
export interface SeriesCall {
  readonly from: OperationNode
  readonly to: OperationNode
  /** Undefined: one, or one day. */
  readonly step: SeriesStep | undefined
  readonly type: SqlType
  readonly column: string
  readonly ordinality: string | undefined
  readonly alias: string
  readonly correlated: boolean
}

/** Where databases differ in SELECT and the set operations. Numbers are the server's versions from which on it has a thing; undefined: none does. */
export interface QuerySpelling {
  /** A member of a set operation with an order or a limit of its own stands in parentheses; otherwise it is `select * from (…)`. */
  readonly operandsInParentheses: boolean
  /** INTERSECT ALL and EXCEPT ALL. */
  readonly intersectAll: boolean
  /** SEARCH and CYCLE of a recursive common table expression. */
  readonly searchAndCycle: number | undefined
  /** SELECT DISTINCT ON. */
  readonly distinctOn: boolean
  /** FETCH FIRST … ROWS WITH TIES. */
  readonly withTies: number | undefined
  /** FOR UPDATE and its kin. */
  readonly rowLocks: boolean
  /** `array(select …)` */
  readonly arrayOfRows: boolean
  /** TABLESAMPLE. */
  readonly tablesample: boolean
  /** An entry of FROM may name its columns: `as "v"("a", "b")`. */
  readonly namesColumns: boolean
  /** A function in FROM, under its alias. @throws UnsupportedError where the database has nothing equal in meaning */
  tableFunction(call: TableFunctionCall): OperationNode
  /** `generate_series` in FROM, under its alias. @throws UnsupportedError where it cannot be written */
  series(call: SeriesCall): OperationNode
}
