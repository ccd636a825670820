import type { OperationNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import { type AnyExpr, Computed, Condition, Expr, type NullOf, type Operand, type SourceOf } from "../expression/expression.ts"
import { requireOperand } from "../expression/operand.ts"
import { castNode, textType, tight, typedOperand } from "../expression/operators.ts"
import { documentType } from "../json/json-access.ts"
import { isLowerable, type LowerContext } from "../lowering/lower.ts"
import type { SqlType } from "../types/type.ts"
import { type Argument, call, expression, plain, typed } from "./function-call.ts"

type Document = AnyExpr
/** A document in place of another one, whose type nothing tells: as the first, unless it is said. */
type Same<D> = D extends { readonly $value: infer V } ? V : never
type Key = string | number

const jsonbType: SqlType = { kind: "jsonb" }
const integerType: SqlType<number> = { kind: "integer" }
const booleanType: SqlType<boolean> = { kind: "boolean" }
const textsType: SqlType<string[]> = { kind: "array", element: textType }

/** What JSON can be. */
export type JsonKind = "object" | "array" | "string" | "number" | "boolean" | "null"

/** What a document, or a part of one, is. @example jsonTypeof(User.c.settings.get("size")).eq("number") */
export function jsonTypeof<D extends Document>(document: D): Expr<JsonKind | NullOf<D>, SourceOf<D>> {
  return call(`${kindOf(document)}_typeof`, textType, plain(document, undefined, "jsonTypeof()"))
}
/** The number of elements of a JSON array. */
export function jsonArrayLength<D extends Document>(document: D): Expr<number | NullOf<D>, SourceOf<D>> {
  return call(`${kindOf(document)}_array_length`, integerType, plain(document, undefined, "jsonArrayLength()"))
}
function kindOf(document: Document): "json" | "jsonb" {
  return documentType(expression(document, "a function of JSON")).kind === "jsonb" ? "jsonb" : "json"
}

/** Whether an object has a property, or an array the text among its elements. */
export function jsonbHasKey<D extends Document, K extends Operand<string>>(
  document: D,
  key: K,
): Condition<boolean | NullOf<D | K>, SourceOf<D | K>> {
  return having("?", document, key, textType)
}
/** Whether an object has any of the properties. */
export function jsonbHasAnyKey<D extends Document>(
  document: D,
  keys: Operand<readonly string[]>,
): Condition<boolean | NullOf<D>, SourceOf<D>> {
  return having("?|", document, keys, textsType)
}
/** Whether an object has all of the properties. */
export function jsonbHasAllKeys<D extends Document>(
  document: D,
  keys: Operand<readonly string[]>,
): Condition<boolean | NullOf<D>, SourceOf<D>> {
  return having("?&", document, keys, textsType)
}
function having(operator: string, document: Document, keys: unknown, type: SqlType): Condition<any, any> {
  const of = jsonb(document)
  const label = `a key of ${of.label}`
  requireOperand(keys, label)
  return new Condition((context) => context.dialect.infix(operator, tight(of, context), typedOperand(keys, type, label, context)))
}

/** A document as jsonb: `json` has no operators. */
function jsonb(document: Document): AnyExpr {
  const of = expression(document, "a function of JSON")
  if (documentType(of).kind === "jsonb") return of
  return new Computed<any, any>(of.label, jsonbType, (context) => castNode(of.lower(context), jsonbType, context))
}
function jsonbArgument(document: Document): Argument {
  const of = jsonb(document)
  return (context) => of.lower(context)
}

/** Any expression or value as `jsonb`. @example toJsonb(Post.c.tags) */
export function toJsonb<T, S extends string>(of: AnyExpr<T, S>): Expr<T, S> {
  return call("to_jsonb", jsonbType, plain(expression(of, "toJsonb()"), undefined, "toJsonb()"))
}

/** A document or value that is put into another one. */
function put(given: unknown, name: string): Argument {
  requireOperand(given, `what ${name}() puts in`)
  return isLowerable(given) && given instanceof Expr && given.type?.kind !== "jsonb"
    ? (context) => context.dialect.call("to_jsonb", [given.lower(context)])
    : typed(given, jsonbType, `what ${name}() puts in`)
}
/** Keys as one array of texts. */
function pathArgument(path: unknown, name: string): Argument {
  if (!Array.isArray(path) || path.length === 0 || !path.every(isKey)) {
    throw new StatementError(`${name}() takes a path: a list of names of properties and of indexes`, {
      hint: `${name}(document, ["a", 0], …)`,
    })
  }
  const keys = path.map(String)
  return (context) => typedOperand(keys, textsType, `the path of ${name}()`, context)
}
function isKey(key: unknown): key is Key {
  return (typeof key === "string" && !key.includes("\0")) || Number.isSafeInteger(key)
}

/**
 * The document with another value at a path, which is added where there is none unless `create` is false. An expression that is no JSON
 * becomes it.
 * @example update(User).set({ settings: jsonbSet(User.c.settings, ["theme", "name"], "dark") })
 */
export function jsonbSet<D extends Document>(
  document: D,
  path: readonly Key[],
  to: unknown,
  { create = true }: { readonly create?: boolean } = {},
): Expr<Same<D>, SourceOf<D>> {
  const args = [jsonbArgument(document), pathArgument(path, "jsonbSet"), put(to, "jsonbSet")]
  if (!create) args.push(flag(false))
  return call("jsonb_set", jsonbType, ...args)
}
/** The document with a value put before an element of an array, or after it, or with a new property; what is there stays. */
export function jsonbInsert<D extends Document>(
  document: D,
  path: readonly Key[],
  given: unknown,
  { after = false }: { readonly after?: boolean } = {},
): Expr<Same<D>, SourceOf<D>> {
  const args = [jsonbArgument(document), pathArgument(path, "jsonbInsert"), put(given, "jsonbInsert")]
  if (after) args.push(flag(true))
  return call("jsonb_insert", jsonbType, ...args)
}
function flag(given: boolean): Argument {
  return (context) => typedOperand(given, booleanType, "an option", context)
}

/** The document without what is at a path. @example jsonbDelete(User.c.settings, ["theme"]) */
export function jsonbDelete<D extends Document>(document: D, path: readonly Key[]): Expr<Same<D>, SourceOf<D>> {
  const of = jsonb(document)
  const at = pathArgument(path, "jsonbDelete")
  return new Computed<any, any>(of.label, jsonbType, (context) => context.dialect.infix("#-", tight(of, context), at(context)))
}
/** The document without the properties of objects, at any depth, that are null. */
export function jsonbStripNulls<D extends Document>(document: D): Expr<Same<D>, SourceOf<D>> {
  return call("jsonb_strip_nulls", jsonbType, jsonbArgument(document))
}
/** The document as text on several lines, indented. */
export function jsonbPretty<D extends Document>(document: D): Expr<string | NullOf<D>, SourceOf<D>> {
  return call("jsonb_pretty", textType, jsonbArgument(document))
}

/** Values that a path of SQL/JSON calls by `$name`. */
export interface JsonPathOptions {
  readonly vars?: Readonly<Record<string, unknown>>
  /** What does not fit the document's structure finds nothing instead of being an error. */
  readonly silent?: boolean
}

/** Whether a path of SQL/JSON finds anything. @example jsonbPathExists(Order.c.items, "$[*] ? (@.price > $least)", { vars: { least: 10 } }) */
export function jsonbPathExists<D extends Document>(
  document: D,
  path: Operand<string>,
  options?: JsonPathOptions,
): Expr<boolean | NullOf<D>, SourceOf<D>> {
  return byPath("jsonb_path_exists", booleanType, document, path, options)
}
/** What a path that is a condition says; null where it says nothing. */
export function jsonbPathMatch<D extends Document>(
  document: D,
  path: Operand<string>,
  options?: JsonPathOptions,
): Expr<boolean | null, SourceOf<D>> {
  return byPath("jsonb_path_match", booleanType, document, path, options)
}
/** The first thing that a path finds. `T` is what that is. */
export function jsonbPathQueryFirst<T = unknown>(
  document: Document,
  path: Operand<string>,
  options?: JsonPathOptions,
): Expr<T | null, string> {
  return byPath("jsonb_path_query_first", jsonbType, document, path, options)
}
/** Everything that a path finds, as a JSON array. */
export function jsonbPathQueryArray<T = unknown>(document: Document, path: Operand<string>, options?: JsonPathOptions): Expr<T[], string> {
  return byPath("jsonb_path_query_array", jsonbType, document, path, options)
}

function byPath(name: string, type: SqlType, document: Document, path: unknown, { vars, silent }: JsonPathOptions = {}): Expr<any, any> {
  requireOperand(path, `the path of ${name}()`)
  const args: Argument[] = [jsonbArgument(document), (context) => pathNode(path, name, context)]
  if (vars !== undefined || silent !== undefined) args.push(typed(vars ?? {}, jsonbType, `the values of ${name}()`))
  if (silent !== undefined) args.push(flag(silent))
  return call(name, type, ...args)
}

const pathType: SqlType = { kind: "custom", sqlName: "jsonpath" }
function pathNode(path: unknown, name: string, context: LowerContext): OperationNode {
  return castNode(typedOperand(path, textType, `the path of ${name}()`, context), pathType, context)
}
