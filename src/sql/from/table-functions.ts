import { StatementError } from "../../errors/index.ts"
import { type AnyExpr, Expr } from "../expression/expression.ts"
import { expression } from "../functions/function-call.ts"
import { itemsOf } from "../select/result.ts"
import type { RowColumn } from "./row-columns.ts"
import { calledFunction, functionArgument, type FunctionArgument, type TableFunction } from "./table-function.ts"
import type { DeclaredColumns, DeclaredRow } from "../text/text-statement.ts"
import type { SqlType } from "../types/type.ts"
import { declaredColumns } from "./values-list.ts"

/** The elements of an array, those of arrays inside it too. */
export type ElementOf<A> = NonNullable<A> extends readonly (infer E)[] ? ElementOf<E> : A

const textType: SqlType<string> = { kind: "text" }
const jsonbType: SqlType = { kind: "jsonb" }
const jsonType: SqlType = { kind: "json" }

type Arrays = Readonly<Record<string, AnyExpr<readonly unknown[] | null>>>

/**
 * The elements of an array as rows of one column, `value`. Several arrays, as an object, are rows of a column each: where one
 * is shorter, it has null.
 *
 * @example
 * const tag = unnest(Post.c.tags).as("tag")
 * select({ title: Post.c.title, tag: tag.c.value }).from(Post).crossJoin(tag)
 * unnest({ id: value([1, 2], integer().array()), name: value(["a", "b"], text().array()) }).as("pair")
 */
export function unnest<A extends readonly unknown[]>(array: AnyExpr<A | null>): TableFunction<{ value: ElementOf<A> }>
export function unnest<const A extends Arrays>(arrays: A): TableFunction<{ [K in keyof A]: ElementOf<A[K]["$value"]> | null }>
export function unnest(given: AnyExpr | Arrays): TableFunction<any> {
  if (given instanceof Expr) return elements([["value", given]], false)
  if (typeof given !== "object" || given === null)
    throw new StatementError(`unnest() takes an array or an object of arrays, not ${String(given)}`)
  const entries = itemsOf(given)
  if (entries.length === 0) throw new StatementError("unnest() was given no array")
  return elements(entries, true)
}

function elements(entries: readonly (readonly [string, unknown])[], nullable: boolean): TableFunction<any> {
  const columns = entries.map(([key, array]): RowColumn => {
    const { type, label } = expression(array, "unnest()")
    if (type?.kind !== "array" || type.element === undefined)
      throw new StatementError(`unnest(): ${label} is ${type?.kind ?? "of no known type"}, not an array`)
    return { key, name: key, type: leafOf(type), json: undefined, nullable }
  })
  return calledFunction(
    "unnest",
    entries.map(([, array]) => functionArgument(array, undefined, "unnest()")),
    columns,
  )
}

function leafOf(type: SqlType): SqlType {
  return type.kind === "array" && type.element !== undefined ? leafOf(type.element) : type
}

function column(name: string, type: SqlType, nullable = false): RowColumn {
  return { key: name, name, type, json: undefined, nullable }
}

/** Stored JSON, or a value that becomes JSON. */
type Document = AnyExpr | object

function document(given: unknown, type: SqlType, name: string): readonly FunctionArgument[] {
  return [functionArgument(given, type, `the JSON of ${name}()`)]
}

/** The elements of a JSON array as rows of one column, `value`. @example jsonbArrayElements<{ n: number }>(Post.c.meta).as("entry") */
export function jsonbArrayElements<T = unknown>(array: Document): TableFunction<{ value: T }> {
  return calledFunction("jsonb_array_elements", document(array, jsonbType, "jsonb_array_elements"), [column("value", jsonbType)])
}
/** As {@link jsonbArrayElements}, of `json`. */
export function jsonArrayElements<T = unknown>(array: Document): TableFunction<{ value: T }> {
  return calledFunction("json_array_elements", document(array, jsonType, "json_array_elements"), [column("value", jsonType)])
}
/** The elements of a JSON array as text: null for JSON's null. */
export function jsonbArrayElementsText(array: Document): TableFunction<{ value: string | null }> {
  return calledFunction("jsonb_array_elements_text", document(array, jsonbType, "jsonb_array_elements_text"), [
    column("value", textType, true),
  ])
}
/** The properties of a JSON object as rows of `key` and `value`. */
export function jsonbEach<T = unknown>(object: Document): TableFunction<{ key: string; value: T }> {
  return calledFunction("jsonb_each", document(object, jsonbType, "jsonb_each"), [column("key", textType), column("value", jsonbType)])
}
/** As {@link jsonbEach}, of `json`. */
export function jsonEach<T = unknown>(object: Document): TableFunction<{ key: string; value: T }> {
  return calledFunction("json_each", document(object, jsonType, "json_each"), [column("key", textType), column("value", jsonType)])
}

/**
 * The objects of a JSON array as rows with the columns that are said; what an object does not have is null.
 *
 * @example
 * const given = jsonbToRecordset([{ id: 1, name: "a" }], { id: integer(), name: text() }).as("given")
 */
export function jsonbToRecordset<C extends DeclaredColumns>(array: Document, columns: C): TableFunction<NullableRow<C>> {
  return records("jsonb_to_recordset", array, jsonbType, columns)
}
/** As {@link jsonbToRecordset}, of `json`. */
export function jsonToRecordset<C extends DeclaredColumns>(array: Document, columns: C): TableFunction<NullableRow<C>> {
  return records("json_to_recordset", array, jsonType, columns)
}
/** One JSON object as a row. */
export function jsonbToRecord<C extends DeclaredColumns>(object: Document, columns: C): TableFunction<NullableRow<C>> {
  return records("jsonb_to_record", object, jsonbType, columns)
}
/** As {@link jsonbToRecord}, of `json`. */
export function jsonToRecord<C extends DeclaredColumns>(object: Document, columns: C): TableFunction<NullableRow<C>> {
  return records("json_to_record", object, jsonType, columns)
}

type NullableRow<C> = { [K in keyof DeclaredRow<C>]: DeclaredRow<C>[K] | null }

function records(name: string, given: unknown, type: SqlType, columns: DeclaredColumns): TableFunction<any> {
  const defined = declaredColumns(columns, `${name}()`).map((each) => ({ ...each, nullable: true }))
  return calledFunction(name, document(given, type, name), defined, { defined: true })
}

/** The parts of a text between the matches of a regular expression, as rows of one column, `value`. */
export function regexpSplitToTable(
  text: AnyExpr<string | null> | string,
  pattern: AnyExpr<string> | string,
  flags?: AnyExpr<string> | string,
): TableFunction<{ value: string }> {
  const given = [text, pattern, ...(flags === undefined ? [] : [flags])]
  return calledFunction(
    "regexp_split_to_table",
    given.map((argument) => functionArgument(argument, textType, "regexp_split_to_table()")),
    [column("value", textType)],
  )
}
