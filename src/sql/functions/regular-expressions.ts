import { StatementError } from "../../errors/index.ts"
import type { AnyExpr, Expr, NullOf, Operand, SourceOf } from "../expression/expression.ts"
import { type Argument, call, expression, plain, typed } from "./function-call.ts"
import { textType } from "../expression/operators.ts"
import type { SqlType } from "../types/type.ts"

// All of these are PostgreSQL's: SQLite has no regular expressions.

const integerType: SqlType<number> = { kind: "integer" }
const textArrayType: SqlType<string[]> = { kind: "array", element: textType }
type Text = AnyExpr<string | null>

/** How a regular expression is matched: `i` without regard to case, `g` everywhere, `n` and others by lines. */
export interface RegexpOptions {
  readonly flags?: string
  /** Where to begin, counted from 1. */
  readonly start?: Operand<number>
}

const flagPattern = /^[bceginmpqstwx]*$/

function flagsOf(flags: unknown, where: string): string {
  if (typeof flags !== "string" || !flagPattern.test(flags)) {
    throw new StatementError(`${where}: ${JSON.stringify(flags)} are no flags of a regular expression`, {
      hint: 'letters such as "i" (any case) and "g" (everywhere)',
    })
  }
  return flags
}

function subject(of: AnyExpr, pattern: unknown, where: string): readonly Argument[] {
  return [plain(expression(of, where), undefined, where), plain(pattern, textType, `the pattern of ${where}`)]
}

function position({ start = 1 }: RegexpOptions, where: string): Argument {
  return typed(start, integerType, `the start of ${where}`)
}

/** What a regular expression matches, replaced: once, or everywhere with the flag `g`. `\\1` and `\\&` in the replacement stand for groups. */
export function regexpReplace<O extends Text, P extends Operand<string>, W extends Operand<string>>(
  of: O,
  pattern: P,
  replacement: W,
  options: { readonly flags?: string } = {},
): Expr<string | NullOf<O | P | W>, SourceOf<O | P | W>> {
  const where = "regexpReplace()"
  const args = [...subject(of, pattern, where), plain(replacement, textType, `the replacement of ${where}`)]
  if (options.flags !== undefined) args.push(plain(flagsOf(options.flags, where), textType, where))
  return call("regexp_replace", textType, ...args)
}

/** The groups of the first match, or all of it when there is no group; null without a match. A group that took no part is null. */
export function regexpMatch<O extends Text, P extends Operand<string>>(
  of: O,
  pattern: P,
  options: { readonly flags?: string } = {},
): Expr<(string | null)[] | null, SourceOf<O | P>> {
  const where = "regexpMatch()"
  const args = [...subject(of, pattern, where)]
  if (options.flags !== undefined) args.push(plain(flagsOf(options.flags, where), textType, where))
  return call("regexp_match", textArrayType, ...args)
}

/** How often a regular expression matches. */
export function regexpCount<O extends Text, P extends Operand<string>>(
  of: O,
  pattern: P,
  options: RegexpOptions = {},
): Expr<number | NullOf<O | P>, SourceOf<O | P>> {
  const where = "regexpCount()"
  const flags = flagsOf(options.flags ?? "", where)
  return call("regexp_count", integerType, ...subject(of, pattern, where), position(options, where), plain(flags, textType, where))
}

/** The first part that matches, or the `occurrence`th; null without one. */
export function regexpSubstr<O extends Text, P extends Operand<string>>(
  of: O,
  pattern: P,
  options: RegexpOptions & { readonly occurrence?: Operand<number> } = {},
): Expr<string | null, SourceOf<O | P>> {
  const where = "regexpSubstr()"
  return call(
    "regexp_substr",
    textType,
    ...subject(of, pattern, where),
    position(options, where),
    typed(options.occurrence ?? 1, integerType, `the occurrence of ${where}`),
    plain(flagsOf(options.flags ?? "", where), textType, where),
  )
}

/** The parts between matches. */
export function regexpSplitToArray<O extends Text, P extends Operand<string>>(
  of: O,
  pattern: P,
  options: { readonly flags?: string } = {},
): Expr<string[] | NullOf<O | P>, SourceOf<O | P>> {
  const where = "regexpSplitToArray()"
  const args = [...subject(of, pattern, where)]
  if (options.flags !== undefined) args.push(plain(flagsOf(options.flags, where), textType, where))
  return call("regexp_split_to_array", textArrayType, ...args)
}
