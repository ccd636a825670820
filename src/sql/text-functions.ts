import { StatementError } from "../errors/index.ts"
import type { AnyExpr, Expr, NullOf, Operand, SourceOf } from "./expression.ts"
import { call, expression, plain, typed } from "./function-call.ts"
import { textType } from "./operators.ts"
import type { SqlType } from "./type.ts"

const integerType: SqlType<number> = { kind: "integer" }
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
export function trimStart<O extends Text>(of: O, characters?: string): TextOf<O> {
  return trimmed("ltrim", of, characters)
}
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

/** One text of all; NULL counts as nothing. `a.concat(b)` is the operator `||`, which gives null then. */
export function concat(...parts: readonly (string | AnyExpr)[]): Expr<string> {
  if (parts.length === 0) throw new StatementError("concat() was given nothing")
  return call("concat", textType, ...parts.map((part, index) => typed(part, textType, `part ${index + 1} of concat()`)))
}
