import { BinaryOperationNode, TupleNode, type OperationNode, type Operator } from "kysely"
import { StatementError } from "../../errors/index.ts"
import { type AnyExpr, combine, Condition, Expr, type Operand, type SourceOf, type Subquery } from "./expression.ts"
import { isLowerable, type LowerContext } from "../lowering/lower.ts"
import { emptyMembership, requireWidth } from "./membership.ts"
import { encodeParameter, operandNode, requireOperand } from "./operand.ts"
import { hasOwnSql } from "./own-sql.ts"
import { comparable, operatorNode, type Typed } from "./operators.ts"
import type { RowColumn } from "../dialect/spelling.ts"

type Values<E extends readonly AnyExpr[]> = { readonly [I in keyof E]: E[I]["$value"] }
/** What a row value is compared with: a list of as many values and expressions, or another row value. */
export type TupleOperand<T extends readonly unknown[]> = { readonly [I in keyof T]: Operand<T[I]> } | Tuple<Nullable<T>, any>
type DistinctOperand<T extends readonly unknown[]> = { readonly [I in keyof T]: Operand<T[I]> | null } | Tuple<Nullable<T>, any>
type Nullable<T extends readonly unknown[]> = { readonly [I in keyof T]: T[I] | null }
/** Rows whose columns are of a row value's types; that there are as many is checked when the statement is compiled. */
type RowsOf<T extends readonly unknown[]> = Subquery<Readonly<Record<string, T[number] | null>>>
type NullIn<O> = O extends { readonly $values: infer V extends readonly unknown[] }
  ? Extract<V[number], null>
  : O extends readonly (infer I)[]
    ? I extends { readonly $value: infer V }
      ? Extract<V, null>
      : never
    : O extends { readonly $column: infer C }
      ? Extract<C[keyof C], null>
      : never
type SourceIn<O> = O extends { readonly $values: unknown; readonly $source: infer S extends string }
  ? S
  : O extends readonly (infer I)[]
    ? SourceOf<I>
    : never
type RowCondition<T extends readonly unknown[], S extends string, O> = Condition<
  boolean | Extract<T[number], null> | NullIn<O>,
  S | SourceIn<O>
>

/** Several expressions that are compared as one: first by the first, where that is equal by the second, and so on. */
export class Tuple<out T extends readonly unknown[], out S extends string = string> {
  declare readonly $values: T
  declare readonly $source: S
  readonly items: readonly Typed[]

  constructor(items: readonly Typed[]) {
    this.items = items
  }
  get label(): string {
    return `(${this.items.map((item) => item.label).join(", ")})`
  }

  eq<O extends TupleOperand<T> | RowsOf<T>>(other: O): RowCondition<T, S, O> {
    return compare(this, "=", other)
  }
  ne<O extends TupleOperand<T> | RowsOf<T>>(other: O): RowCondition<T, S, O> {
    return compare(this, "!=", other)
  }
  lt<O extends TupleOperand<T>>(other: O): RowCondition<T, S, O> {
    return compare(this, "<", other)
  }
  lte<O extends TupleOperand<T>>(other: O): RowCondition<T, S, O> {
    return compare(this, "<=", other)
  }
  gt<O extends TupleOperand<T>>(other: O): RowCondition<T, S, O> {
    return compare(this, ">", other)
  }
  gte<O extends TupleOperand<T>>(other: O): RowCondition<T, S, O> {
    return compare(this, ">=", other)
  }
  /** An empty list is false; the text does not depend on the number of rows where their types allow it. */
  in<O extends readonly TupleOperand<T>[] | RowsOf<T>>(rows: O): RowCondition<T, S, O extends readonly (infer R)[] ? R : O> {
    return membership(this, rows, false)
  }
  /** An empty list is true. With a NULL among the rows it may find nothing. */
  notIn<O extends readonly TupleOperand<T>[] | RowsOf<T>>(rows: O): RowCondition<T, S, O extends readonly (infer R)[] ? R : O> {
    return membership(this, rows, true)
  }
  /** All of it is null. */
  isNull(): Condition<boolean, never> {
    return combine(
      "and",
      this.items.map((item) => asExpr(item).isNull()),
    )
  }
  /** None of it is null: not the opposite of {@link isNull}. */
  isNotNull(): Condition<boolean, never> {
    return combine(
      "and",
      this.items.map((item) => asExpr(item).isNotNull()),
    )
  }
  isNotDistinctFrom(other: DistinctOperand<T>): Condition<boolean, never> {
    return distinction(this, other, false)
  }
  isDistinctFrom(other: DistinctOperand<T>): Condition<boolean, never> {
    return distinction(this, other, true)
  }
}

/**
 * A row value: several expressions that are compared as one.
 *
 * @example
 * tuple(Post.c.createdAt, Post.c.id).lt([lastAt, lastId])           // the next page
 * tuple(PostTag.c.postId, PostTag.c.tagId).in([[1, 2], [1, 3]])
 */
export function tuple<E extends readonly [AnyExpr, ...AnyExpr[]]>(...items: E): Tuple<Values<E>, E[number]["$source"]> {
  if (items.length === 0) throw new StatementError("tuple() was given nothing")
  items.forEach((item, index) => {
    if (!(item instanceof Expr)) {
      throw new StatementError(`tuple(): item ${index + 1} is ${String(item)}, not an expression`, {
        hint: "a plain value is wrapped: value(x)",
      })
    }
  })
  return new Tuple(items)
}

function asExpr(item: Typed): Expr<any, any> {
  return item as Expr<any, any>
}

function tupleNode(tuple: Tuple<any>, context: LowerContext): OperationNode {
  return TupleNode.create(tuple.items.map((item) => item.lower(context)))
}

function compare(left: Tuple<any>, operator: Operator, right: unknown): Condition<any, any> {
  const operand = rightSide(left, right, false)
  return new Condition((context) => BinaryOperationNode.create(tupleNode(left, context), operatorNode(operator), operand(context)))
}

function distinction(left: Tuple<any>, right: unknown, negated: boolean): Condition<boolean, never> {
  const operand = rightSide(left, right, true)
  return new Condition((context) => context.dialect.notDistinct(tupleNode(left, context), operand(context), negated))
}

type Lowering = (context: LowerContext) => OperationNode

function rightSide(left: Tuple<any>, right: unknown, nulls: boolean): Lowering {
  if (right instanceof Tuple) {
    requireLength(left, right.items.length)
    return (context) => tupleNode(right, context)
  }
  if (Array.isArray(right)) {
    requireRow(left, right, nulls)
    return (context) => TupleNode.create(rowNodes(left, right, context))
  }
  if (!isLowerable(right)) throw new StatementError(`${left.label} is compared with a list of ${left.items.length}, a tuple or a subquery`)
  return (context) => {
    requireWidth(right, left.items.length, `a comparison of ${left.label}`)
    return right.lower(context)
  }
}

function requireLength(left: Tuple<any>, length: number): void {
  if (length === left.items.length) return
  throw new StatementError(`${left.label} has ${left.items.length} values and is compared with ${length}`)
}

function requireRow(left: Tuple<any>, row: readonly unknown[], nulls: boolean): void {
  requireLength(left, row.length)
  row.forEach((item, index) => {
    if (!(nulls && item === null)) requireOperand(item, left.items[index]!.label)
  })
}

function rowNodes(left: Tuple<any>, row: readonly unknown[], context: LowerContext): readonly OperationNode[] {
  return row.map((item, index) => {
    const { type, label } = left.items[index]!
    return operandNode(item, comparable(type), label, context)
  })
}

function membership(left: Tuple<any>, rows: unknown, negated: boolean): Condition<any, any> {
  requireOperand(rows, left.label)
  if (isLowerable(rows)) {
    return new Condition((context) => {
      requireWidth(rows, left.items.length, `in() of ${left.label}`)
      return among(left, rows.lower(context), negated, context)
    })
  }
  if (!Array.isArray(rows)) throw new StatementError(`in() of ${left.label} takes a list or a subquery`)
  const list = rows.map((row: unknown) => (row instanceof Tuple ? row.items : requireList(left, row)))
  for (const row of list) requireRow(left, row, false)
  if (list.length === 0) return new Condition(() => emptyMembership(negated))
  return new Condition((context) => lowerInRows(left, list, negated, context))
}

function requireList(left: Tuple<any>, row: unknown): readonly unknown[] {
  if (Array.isArray(row)) return row
  throw new StatementError(`in() of ${left.label} takes lists of ${left.items.length} values, not ${String(row)}`)
}

function among(left: Tuple<any>, rows: OperationNode, negated: boolean, context: LowerContext): OperationNode {
  return BinaryOperationNode.create(tupleNode(left, context), operatorNode(negated ? "not in" : "in"), rows)
}

function lowerInRows(left: Tuple<any>, rows: readonly (readonly unknown[])[], negated: boolean, context: LowerContext): OperationNode {
  const columns = context.literals ? undefined : columnsOf(left, rows, context)
  const node =
    columns === undefined
      ? undefined
      : context.dialect.rowIn(
          left.items.map((item) => item.lower(context)),
          columns,
          negated,
        )
  return node ?? among(left, context.dialect.rowList(rows.map((row) => rowNodes(left, row, context))), negated, context)
}

/** The rows place by place, when they are plain values of known types. */
function columnsOf(left: Tuple<any>, rows: readonly (readonly unknown[])[], context: LowerContext): readonly RowColumn[] | undefined {
  const columns: RowColumn[] = []
  for (const [index, { type: given, label }] of left.items.entries()) {
    const type = comparable(given)
    if (type === undefined || hasOwnSql(type) || rows.some((row) => isLowerable(row[index]))) return undefined
    columns.push({ type, values: rows.map((row) => encodeParameter(row[index], type, label, context)) })
  }
  return columns
}
