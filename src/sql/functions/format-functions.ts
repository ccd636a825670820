import { StatementError } from "../../errors/index.ts"
import type { AnyExpr, Expr, NullOf, Operand, SourceOf } from "../expression/expression.ts"
import { type Argument, call, expression, plain, typed } from "./function-call.ts"
import type { IsoDate } from "../types/iso-text.ts"
import { literalType } from "../types/literal-type.ts"
import { isLowerable } from "../lowering/lower.ts"
import { requireOperand } from "../expression/operand.ts"
import { textType } from "../expression/operators.ts"
import type { SqlType } from "../types/type.ts"

const integerType: SqlType<number> = { kind: "integer" }
const doubleType: SqlType<number> = { kind: "double" }
const bytesType: SqlType<Uint8Array> = { kind: "bytea" }
type Text = AnyExpr<string | null>
type TextOf<O> = Expr<string | NullOf<O>, SourceOf<O>>

/** The code of the first character, in Unicode. */
export function ascii<O extends Text>(of: O): Expr<number | NullOf<O>, SourceOf<O>> {
  return call("ascii", integerType, plain(expression(of, "ascii()"), undefined, "ascii()"))
}
/** The character of a code, in Unicode. */
export function chr<O extends AnyExpr<number | null>>(of: O): TextOf<O> {
  return call("chr", textType, plain(expression(of, "chr()"), undefined, "chr()"))
}

/** The MD5 hash in hexadecimal digits. Not for secrets. */
export function md5<O extends AnyExpr<string | Uint8Array | null>>(of: O): TextOf<O> {
  return call("md5", textType, plain(expression(of, "md5()"), undefined, "md5()"))
}
/** The SHA-256 hash of bytes, or of text in UTF-8. */
export function sha256<O extends AnyExpr<string | Uint8Array | null>>(of: O): Expr<Uint8Array | NullOf<O>, SourceOf<O>> {
  const given = plain(expression(of, "sha256()"), undefined, "sha256()")
  const encoding = plain("UTF8", textType, "sha256()")
  const bytes: Argument = (context) =>
    of.type?.kind === "bytea" ? given(context) : context.dialect.call("convert_to", [given(context), encoding(context)])
  return call("sha256", bytesType, bytes)
}

/** How bytes are written as text. */
export type BytesFormat = "hex" | "base64" | "escape"
const formats: ReadonlySet<unknown> = new Set<BytesFormat>(["hex", "base64", "escape"])

function formatOf(format: BytesFormat, where: string): Argument {
  if (!formats.has(format))
    throw new StatementError(`${where}: ${JSON.stringify(format)} is no form of bytes`, { hint: 'use "hex", "base64" or "escape"' })
  return plain(format, textType, where)
}
/** Bytes as text. */
export function encode<O extends AnyExpr<Uint8Array | null>>(of: O, format: BytesFormat): TextOf<O> {
  return call("encode", textType, plain(expression(of, "encode()"), undefined, "encode()"), formatOf(format, "encode()"))
}
/** Text as the bytes that it stands for. */
export function decode<O extends Text>(of: O, format: BytesFormat): Expr<Uint8Array | NullOf<O>, SourceOf<O>> {
  return call("decode", bytesType, plain(expression(of, "decode()"), undefined, "decode()"), formatOf(format, "decode()"))
}

/** Text with `%s`, `%I` (a quoted name) and `%L` (a quoted literal) replaced by the arguments. */
export function format<O extends Operand<string>>(
  template: O,
  ...args: readonly (string | number | bigint | boolean | AnyExpr)[]
): TextOf<O> {
  const given = args.map((argument, index) => {
    const label = `argument ${index + 1} of format()`
    requireOperand(argument, label)
    return isLowerable(argument) ? plain(argument, undefined, label) : typed(argument, literalType(argument, label), label)
  })
  return call("format", textType, typed(template, textType, "format()"), ...given)
}
/** Text as a name in SQL, in quotes where it needs them. */
export function quoteIdent<O extends Text>(of: O): TextOf<O> {
  return call("quote_ident", textType, plain(expression(of, "quoteIdent()"), undefined, "quoteIdent()"))
}
/** Text as a literal in SQL. */
export function quoteLiteral<O extends Text>(of: O): TextOf<O> {
  return call("quote_literal", textType, plain(expression(of, "quoteLiteral()"), undefined, "quoteLiteral()"))
}

/**
 * A date, a time, a number or a span as text.
 * @example toChar(Post.c.createdAt, "YYYY-MM-DD HH24:MI")
 */
export function toChar<O extends AnyExpr<Date | string | number | bigint | null>, F extends Operand<string>>(
  of: O,
  pattern: F,
): TextOf<O | F> {
  const where = "toChar()"
  return call("to_char", textType, plain(expression(of, where), undefined, where), plain(pattern, textType, where))
}
/** Text as an exact decimal, by a pattern such as `9G999D99`. */
export function toNumber<O extends Text, F extends Operand<string>>(of: O, pattern: F): TextOf<O | F> {
  const where = "toNumber()"
  return call("to_number", { kind: "numeric" }, plain(expression(of, where), undefined, where), plain(pattern, textType, where))
}
/** Text as a date, by a pattern such as `DD.MM.YYYY`. */
export function toDate<O extends Text, F extends Operand<string>>(of: O, pattern: F): Expr<IsoDate | NullOf<O | F>, SourceOf<O | F>> {
  const where = "toDate()"
  return call("to_date", { kind: "date" }, plain(expression(of, where), undefined, where), plain(pattern, textType, where))
}
/** Text as a moment, by a pattern such as `DD.MM.YYYY HH24:MI`; or seconds since 1970 as a moment. */
export function toTimestamp<O extends AnyExpr<number | null>>(seconds: O): Expr<Date | NullOf<O>, SourceOf<O>>
export function toTimestamp<O extends Text, F extends Operand<string>>(of: O, pattern: F): Expr<Date | NullOf<O | F>, SourceOf<O | F>>
export function toTimestamp(of: AnyExpr, pattern?: Operand<string>): Expr<any, any> {
  const where = "toTimestamp()"
  const type: SqlType = { kind: "timestamptz" }
  const given = plain(expression(of, where), doubleType, where)
  return pattern === undefined ? call("to_timestamp", type, given) : call("to_timestamp", type, given, plain(pattern, textType, where))
}
