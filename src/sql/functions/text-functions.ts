import { StatementError } from "../../errors/index.ts"
import type { AnyExpr, Expr, NullOf, Operand, SourceOf } from "../expression/expression.ts"
import { call, expression, plain, typed } from "./function-call.ts"
import { textType } from "../expression/operators.ts"
import type { SqlType } from "../types/type.ts"

const integerType: SqlType<number> = { kind: "integer" }
const textArrayType: SqlType<string[]> = { kind: "array", element: textType }
type Text = AnyExpr<string | null>
/** Text that is null where any of the operands is. */
type TextOf<O> = Expr<string | NullOf<O>, SourceOf<O>>

/** In lower case. On SQLite of the letters A to Z only. */
export function lower<O extends Text>(of: O): TextOf<O> {
  return call("lower", textType, plain(expression(of, "lower()"), undefined, "lower()"))
}
/** In upper case. On SQLite of the letters a to z only. */
export function upper<O extends Text>(of: O): TextOf<O> {
  return call("upper", textType, plain(expression(of, "upper()"), undefined, "upper()"))
}

/** Without the spaces at both ends, or without any of `characters`. */
export function trim<O extends Text>(of: O, characters?: string): TextOf<O> {
  return trimmed("btrim", of, characters)
}
/** Without the spaces, or any of `characters`, at the beginning. */
export function trimStart<O extends Text>(of: O, characters?: string): TextOf<O> {
  return trimmed("ltrim", of, characters)
}
/** Without the spaces, or any of `characters`, at the end. */
export function trimEnd<O extends Text>(of: O, characters?: string): TextOf<O> {
  return trimmed("rtrim", of, characters)
}
function trimmed(name: string, of: AnyExpr, characters: string | undefined): Expr<any, any> {
  const text = plain(expression(of, "trim()"), undefined, "trim()")
  return characters === undefined
    ? call(name, textType, text)
    : call(name, textType, text, plain(characters, textType, "the characters of trim()"))
}

/** The number of characters. */
export function length<O extends Text>(of: O): Expr<number | NullOf<O>, SourceOf<O>> {
  return call("length", integerType, plain(expression(of, "length()"), undefined, "length()"))
}

/** From the character `start`, counted from 1, to the end or for `count` characters. */
export function substring<O extends Text>(of: O, start: Operand<number>, count?: Operand<number>): TextOf<O> {
  const args = [plain(expression(of, "substring()"), undefined, "substring()"), typed(start, integerType, "the start of substring()")]
  if (count !== undefined) args.push(typed(count, integerType, "the count of substring()"))
  return call("substring", textType, ...args)
}

/** Every occurrence of `from` as `to`. */
export function replace<O extends Text, F extends Operand<string>, W extends Operand<string>>(of: O, from: F, to: W): TextOf<O | F | W> {
  const text = plain(expression(of, "replace()"), undefined, "replace()")
  return call("replace", textType, text, plain(from, textType, "what replace() looks for"), plain(to, textType, "what replace() puts in"))
}

/** Where `text` begins, counted from 1; 0 when it is not in there. */
export function strpos<O extends Text, W extends Operand<string>>(of: O, text: W): Expr<number | NullOf<O | W>, SourceOf<O | W>> {
  return call(
    "strpos",
    integerType,
    plain(expression(of, "strpos()"), undefined, "strpos()"),
    plain(text, textType, "what strpos() looks for"),
  )
}

/** The first `count` characters, or all but the last ones when it is negative. */
export function left<O extends Text, N extends Operand<number>>(of: O, count: N): TextOf<O | N> {
  return withCount("left", of, count)
}
/** The last `count` characters, or all but the first ones when it is negative. */
export function right<O extends Text, N extends Operand<number>>(of: O, count: N): TextOf<O | N> {
  return withCount("right", of, count)
}
/** The text `count` times. */
export function repeat<O extends Text, N extends Operand<number>>(of: O, count: N): TextOf<O | N> {
  return withCount("repeat", of, count)
}
function withCount(name: string, of: AnyExpr, count: unknown): Expr<any, any> {
  return call(name, textType, plain(expression(of, `${name}()`), undefined, name), typed(count, integerType, `the count of ${name}()`))
}

/** Filled up at the front to `length` characters, with spaces or `fill`; what is longer is cut. */
export function lpad<O extends Text, N extends Operand<number>>(of: O, length: N, fill?: Operand<string>): TextOf<O | N> {
  return padded("lpad", of, length, fill)
}
/** Filled up at the end. */
export function rpad<O extends Text, N extends Operand<number>>(of: O, length: N, fill?: Operand<string>): TextOf<O | N> {
  return padded("rpad", of, length, fill)
}
function padded(name: string, of: AnyExpr, length: unknown, fill: unknown): Expr<any, any> {
  const args = [plain(expression(of, `${name}()`), undefined, name), typed(length, integerType, `the length of ${name}()`)]
  if (fill !== undefined) args.push(plain(fill, textType, `the fill of ${name}()`))
  return call(name, textType, ...args)
}

/** The characters from the last to the first. */
export function reverse<O extends Text>(of: O): TextOf<O> {
  return call("reverse", textType, plain(expression(of, "reverse()"), undefined, "reverse()"))
}
/** The first letter of each word in upper case, the others in lower case. */
export function initcap<O extends Text>(of: O): TextOf<O> {
  return call("initcap", textType, plain(expression(of, "initcap()"), undefined, "initcap()"))
}

/** The `n`th part between delimiters, from 1, or from the end when it is negative; empty when there are fewer. */
export function splitPart<O extends Text, D extends Operand<string>, N extends Operand<number>>(
  of: O,
  delimiter: D,
  n: N,
): TextOf<O | D | N> {
  const where = "splitPart()"
  return call(
    "split_part",
    textType,
    plain(expression(of, where), undefined, where),
    plain(delimiter, textType, where),
    typed(n, integerType, where),
  )
}

/** The characters from `start`, counted from 1, replaced: as many as are put in, or `count`. */
export function overlay<O extends Text, W extends Operand<string>>(
  of: O,
  replacement: W,
  start: Operand<number>,
  count?: Operand<number>,
): TextOf<O | W> {
  const where = "overlay()"
  const args = [plain(expression(of, where), undefined, where), plain(replacement, textType, where), typed(start, integerType, where)]
  if (count !== undefined) args.push(typed(count, integerType, where))
  return call("overlay", textType, ...args)
}

/** Each character that stands in `from` as the one at its place in `to`; without one there, left out. */
export function translate<O extends Text, F extends Operand<string>, W extends Operand<string>>(of: O, from: F, to: W): TextOf<O | F | W> {
  const where = "translate()"
  return call(
    "translate",
    textType,
    plain(expression(of, where), undefined, where),
    plain(from, textType, where),
    plain(to, textType, where),
  )
}

/** The parts with `separator` between them; NULLs are left out. */
export function concatWs<O extends Operand<string>>(separator: O, ...parts: readonly (string | AnyExpr)[]): TextOf<O> {
  if (parts.length === 0) throw new StatementError("concatWs() was given nothing to join")
  return call(
    "concat_ws",
    textType,
    typed(separator, textType, "the separator of concatWs()"),
    ...parts.map((part, index) => typed(part, textType, `part ${index + 1} of concatWs()`)),
  )
}

/** The parts between delimiters as an array; parts that are `nullText` are NULL. */
export function stringToArray<O extends Text, D extends Operand<string>>(
  of: O,
  delimiter: D,
): Expr<string[] | NullOf<O | D>, SourceOf<O | D>>
export function stringToArray<O extends Text, D extends Operand<string>>(
  of: O,
  delimiter: D,
  nullText: string,
): Expr<(string | null)[] | NullOf<O | D>, SourceOf<O | D>>
export function stringToArray(of: AnyExpr, delimiter: unknown, nullText?: string): Expr<any, any> {
  const where = "stringToArray()"
  const args = [plain(expression(of, where), undefined, where), plain(delimiter, textType, where)]
  if (nullText !== undefined) args.push(plain(nullText, textType, where))
  return call("string_to_array", textArrayType, ...args)
}

/** One text of all; NULL counts as nothing. `a.concat(b)` is the operator `||`, which gives null then. */
export function concat(...parts: readonly (string | AnyExpr)[]): Expr<string> {
  if (parts.length === 0) throw new StatementError("concat() was given nothing")
  return call("concat", textType, ...parts.map((part, index) => typed(part, textType, `part ${index + 1} of concat()`)))
}
