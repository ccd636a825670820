import type { OperationNode } from "kysely"
import type { Span } from "../types/interval-span.ts"
import type { SqlType } from "../types/type.ts"

/** A comparison with any or all of several values; `operator` is one of `=`, `!=`, `<`, `<=`, `>`, `>=`, `like`, `ilike` and their negations. */
export type QuantifiedComparison = {
  readonly left: OperationNode
  readonly operator: string
  readonly quantifier: "any" | "all"
} & (
  | { readonly over: "subquery"; readonly node: OperationNode }
  | { readonly over: "array"; readonly node: OperationNode; readonly type: SqlType }
  /** Expressions and values. */
  | { readonly over: "items"; readonly nodes: readonly OperationNode[]; readonly type: SqlType | undefined }
  /** Encoded values of one type. */
  | { readonly over: "values"; readonly values: readonly unknown[]; readonly type: SqlType }
)

/** The values that one place of a row has in a list of rows: encoded, and all of one type. */
export interface RowColumn {
  readonly type: SqlType
  readonly values: readonly unknown[]
}

/** One side of an arithmetic operation. */
export interface ArithmeticOperand {
  readonly node: OperationNode
  readonly type: SqlType | undefined
  /** What an interval is, when it is known. */
  readonly span?: Span | undefined
}
export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%"

/** The fields of a date, a time or a span that can be taken from it. */
export type DateField =
  | "century"
  | "day"
  | "decade"
  | "dow"
  | "doy"
  | "epoch"
  | "hour"
  | "isodow"
  | "isoyear"
  | "julian"
  | "microseconds"
  | "millennium"
  | "milliseconds"
  | "minute"
  | "month"
  | "quarter"
  | "second"
  | "week"
  | "year"
/** The units that a date or time can be cut to. */
export type DateUnit = Extract<
  DateField,
  | "century"
  | "day"
  | "decade"
  | "hour"
  | "microseconds"
  | "millennium"
  | "milliseconds"
  | "minute"
  | "month"
  | "quarter"
  | "second"
  | "week"
  | "year"
>

/**
 * How a database spells the expressions that not every database spells the same way.
 * A method throws an UnsupportedError for what the database has nothing equal in meaning for.
 */
export interface ExpressionSpelling {
  quantified(comparison: QuantifiedComparison): OperationNode
  /**
   * `(a, b) in (…)` with a text that does not depend on the number of rows, or `undefined` where there is none: then the rows
   * are listed by {@link rowList}. `columns` are the rows' values, place by place.
   */
  rowIn(left: readonly OperationNode[], columns: readonly RowColumn[], negated: boolean): OperationNode | undefined
  /** Rows as the right side of `in`. */
  rowList(rows: readonly (readonly OperationNode[])[]): OperationNode
  /** Between two values, whichever of them is the lower. */
  betweenSymmetric(value: OperationNode, one: OperationNode, other: OperationNode): OperationNode
  /** `left + right` of numbers, dates, times and intervals; `result` is the type of what it gives. */
  arithmetic(operator: ArithmeticOperator, left: ArithmeticOperand, right: ArithmeticOperand, result: SqlType | undefined): OperationNode
  /** An infix operator by PostgreSQL's name for it, of sides that bind at least as tightly. */
  infix(operator: string, left: OperationNode, right: OperationNode): OperationNode
  /** A function by PostgreSQL's name for it. */
  call(name: string, args: readonly OperationNode[]): OperationNode
  /** A number: a field of a date, a time or a span. */
  extract(field: DateField, of: OperationNode, type: SqlType | undefined): OperationNode
  /** The beginning of the unit that a moment is in, of the moment's type. */
  dateTrunc(unit: DateUnit, of: OperationNode, type: SqlType | undefined, zone: OperationNode | undefined): OperationNode
  /** A value as a type of dates or times; `undefined` where CAST does it. */
  castMoment(of: OperationNode, from: SqlType | undefined, to: SqlType): OperationNode | undefined
}
