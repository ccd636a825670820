import { RawNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import { type Aggregate, aggregateCall } from "./aggregate.ts"
import type { AnyExpr, Operand, SourceOf } from "../expression/expression.ts"
import { type Argument, expression, plain, typed } from "../functions/function-call.ts"
import type { LowerContext } from "../lowering/lower.ts"
import { castNode, textType } from "../expression/operators.ts"
import type { isoDuration, IsoDuration } from "../types/iso-text.ts"
import { computedDecimal } from "../types/number-types.ts"
import { type SqlType, type TypeKind, unlimited, unmodified } from "../types/type.ts"

const countType: SqlType<number> = { kind: "bigint", mode: "number" }
const bytesType: SqlType<Uint8Array> = { kind: "bytea" }
const doubleType: SqlType<number> = { kind: "double" }
const booleanType: SqlType<boolean> = { kind: "boolean" }

/** An aggregate of one expression. */
export function aggregateOf<T, S extends string>(
  name: string,
  of: AnyExpr,
  type: SqlType | undefined,
  title = `${name}()`,
): Aggregate<T, S> {
  const { type: argument, label } = expression(of, title)
  return aggregateCall<T, S>(name, [plain(of, undefined, title)], { label: `${name}(${label})`, type, of: argument })
}

/** The number of rows, or of those in which an expression is not null; 0 over nothing. */
export function count(of?: AnyExpr): Aggregate<number> {
  if (of !== undefined) return aggregateOf("count", of, countType)
  return aggregateCall("count", [() => star], { label: "count(*)", type: countType, unordered: "it counts rows, not values" })
}
const star = RawNode.createWithSql("*")

/** The number of different values that are not null; of several expressions that of different rows, in which NULL is a value too. */
export function countDistinct(of: AnyExpr, ...more: readonly AnyExpr[]): Aggregate<number> {
  if (more.length === 0) return aggregateOf<number, never>("count", of, countType, "countDistinct()").distinct()
  const items = [of, ...more].map((item) => expression(item, "countDistinct()"))
  const label = `count(distinct (${items.map((item) => item.label).join(", ")}))`
  const row: Argument = (context) =>
    context.dialect.call(
      "row",
      items.map((item) => item.lower(context)),
    )
  return aggregateCall<number, never>("count", [row], { label, type: countType, of: undefined }).distinct()
}

type Summand = number | bigint | string | null

/**
 * The sum, null over nothing. Whole numbers are added exactly, bigints beyond 64 bits too; numeric stays exact where the
 * database has it. Of numbers and intervals.
 * @throws ValueError when a sum of integers is read that a number cannot hold exactly
 */
export function sum<T extends Summand, S extends string>(of: AnyExpr<T, S>): Aggregate<T | null, S> {
  return aggregateOf("sum", of, sumType(requireSummable(of, "sum()")))
}

/** A sum is wider than what it adds. */
function sumType(type: SqlType | undefined): SqlType | undefined {
  switch (type?.kind) {
    case "smallint":
    case "integer":
      return countType
    case "bigint":
      return { ...unmodified(type), unlimited: true }
    default:
      return type === undefined ? undefined : unlimited(type)
  }
}

const summable: ReadonlySet<TypeKind> = new Set([
  "smallint",
  "integer",
  "bigint",
  "numeric",
  "real",
  "double",
  "interval",
  "money",
  "custom",
])

function requireSummable(of: unknown, where: string): SqlType | undefined {
  const { type, label } = expression(of, where)
  if (type !== undefined && !summable.has(type.kind)) {
    throw new StatementError(`${where}: ${label} is ${typeTitle(type)}, of which there is no sum`, {
      hint: "sums and means are of numbers and intervals; cast(column, numeric()) makes a number of text",
    })
  }
  return type
}

function typeTitle({ kind }: SqlType): string {
  return kind === "enum" || kind === "array" ? `an ${kind}` : kind
}

/** What a mean of `T` is: a number of numbers, text with every digit of bigint and numeric, an interval of intervals. */
export type Mean<T> =
  | (NonNullable<T> extends number ? number : typeof isoDuration extends keyof NonNullable<T> ? IsoDuration : string)
  | null

/** The mean, null over nothing: a number for numbers, a decimal string for bigint and numeric, an interval for intervals. */
export function avg<T extends Summand, S extends string>(of: AnyExpr<T, S>): Aggregate<Mean<T>, S> {
  return aggregateOf("avg", of, meanType(requireSummable(of, "avg()")))
}

/** The type of what is computed from the sum of values by a division. */
export function meanType(type: SqlType | undefined): SqlType {
  if (type?.kind === "interval" || type?.kind === "custom") return type
  const isExact = type?.mode !== "number" && (type?.kind === "bigint" || type?.kind === "numeric")
  return isExact ? computedDecimal() : doubleType
}

/** The least value, null over nothing. */
export function min<T, S extends string>(of: AnyExpr<T, S>): Aggregate<T | null, S> {
  return aggregateOf("min", of, expression(of, "min()").type)
}

/** The greatest value, null over nothing. */
export function max<T, S extends string>(of: AnyExpr<T, S>): Aggregate<T | null, S> {
  return aggregateOf("max", of, expression(of, "max()").type)
}

/** Any of the values that are not null; null over nothing else. PostgreSQL has it from version 16. */
export function anyValue<T, S extends string>(of: AnyExpr<T, S>): Aggregate<T | null, S> {
  const { type, label, json } = expression(of, "anyValue()")
  const argument: Argument = (context) => {
    const version = context.dialect.anyValueSince
    if (version > 0) context.requireFeature(version, "anyValue()", { hint: "min() and max() take one of the values too" })
    return of.lower(context)
  }
  return aggregateCall("any_value", [argument], { label: `any_value(${label})`, type, of: type, json })
}

/**
 * The values as an array, NULL among them; null over no rows. Arrays of one length make an array of arrays.
 * @example arrayAgg(Post.c.title).orderBy(Post.c.id) // string[] | null
 */
export function arrayAgg<T, S extends string>(of: AnyExpr<T, S>): Aggregate<T[] | null, S> {
  const { type, label, json } = expression(of, "arrayAgg()")
  if (json !== undefined) throw new StatementError(`arrayAgg(): ${label} is JSON that the database builds`, { hint: "use jsonAgg()" })
  if (type === undefined)
    throw new StatementError(`arrayAgg(): the type of ${label} is not known`, { hint: "give it one: sql`…`.returns(integer())" })
  return aggregateOf("array_agg", of, { kind: "array", element: type })
}

/**
 * The texts in a row with a separator between them, NULL left out; null over nothing. On PostgreSQL also of bytes, with bytes between.
 * @example stringAgg(Tag.c.label, ", ").orderBy(Tag.c.label)
 */
export function stringAgg<T extends string | Uint8Array | null, S extends string, const P extends Operand<Joinable<T>>>(
  of: AnyExpr<T, S>,
  separator: P,
): Aggregate<Joinable<T> | null, S | SourceOf<P>> {
  const { type, label } = expression(of, "stringAgg()")
  if (type?.kind === "bytea") {
    const bytes = [plain(of, undefined, "stringAgg()"), typed(separator, bytesType, "the separator of stringAgg()")]
    return aggregateCall("string_agg", bytes, { label: `string_agg(${label}, …)`, type: bytesType, of: type })
  }
  const text: Argument = (context) => (isText(type) ? of.lower(context) : castToText(of, context))
  return aggregateCall("string_agg", [text, plain(separator, textType, "the separator of stringAgg()")], {
    label: `string_agg(${label}, …)`,
    type: textType,
    of: type,
  })
}

type Joinable<T> = NonNullable<T> extends Uint8Array ? Uint8Array : string

function isText(type: SqlType | undefined): boolean {
  return type === undefined || type.kind === "text" || type.kind === "varchar"
}

function castToText(of: AnyExpr, context: LowerContext) {
  return castNode(of.lower(context), textType, context)
}

/** Whether all are true, null over nothing. */
export function boolAnd<S extends string>(of: AnyExpr<boolean | null, S>): Aggregate<boolean | null, S> {
  return aggregateOf("bool_and", of, booleanType, "boolAnd()")
}
/** Whether any is true, null over nothing. */
export function boolOr<S extends string>(of: AnyExpr<boolean | null, S>): Aggregate<boolean | null, S> {
  return aggregateOf("bool_or", of, booleanType, "boolOr()")
}
/** SQL's own word for {@link boolAnd}. */
export function every<S extends string>(of: AnyExpr<boolean | null, S>): Aggregate<boolean | null, S> {
  return aggregateOf("every", of, booleanType)
}

type Bits = number | bigint | string | null

/** The bits that all have, null over nothing. Of whole numbers and bit strings, on PostgreSQL. */
export function bitAnd<T extends Bits, S extends string>(of: AnyExpr<T, S>): Aggregate<T | null, S> {
  return aggregateOf("bit_and", of, expression(of, "bitAnd()").type)
}
/** The bits that any has, null over nothing. Of whole numbers and bit strings, on PostgreSQL. */
export function bitOr<T extends Bits, S extends string>(of: AnyExpr<T, S>): Aggregate<T | null, S> {
  return aggregateOf("bit_or", of, expression(of, "bitOr()").type)
}
/** The bits that an odd number have, null over nothing. Of whole numbers and bit strings, on PostgreSQL. */
export function bitXor<T extends Bits, S extends string>(of: AnyExpr<T, S>): Aggregate<T | null, S> {
  return aggregateOf("bit_xor", of, expression(of, "bitXor()").type)
}
