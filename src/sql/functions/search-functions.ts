import { ValueNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import { type AnyExpr, Computed, type Expr, type NullOf, type Operand, type SourceOf } from "../expression/expression.ts"
import { requireOperand } from "../expression/operand.ts"
import { castNode, textType, tight, tightOperand } from "../expression/operators.ts"
import { isLowerable } from "../lowering/lower.ts"
import type { SqlType } from "../types/type.ts"
import { type Argument, call, expression, plain, typed } from "./function-call.ts"

const vectorType: SqlType<string> = { kind: "tsvector" }
const queryType: SqlType<string> = { kind: "tsquery" }
const configType: SqlType<string> = { kind: "custom", sqlName: "regconfig" }
const realType: SqlType<number> = { kind: "real" }
const weightsType: SqlType<number[]> = { kind: "array", element: realType }
const integerType: SqlType<number> = { kind: "integer" }
const labelType: SqlType<string> = { kind: "custom", sqlName: '"char"' }

type Text = Operand<string>
type TextOf<O> = Expr<string | NullOf<O>, SourceOf<O>>

/** In which language words are brought to their stems: `english`, `german`, `simple`, …; the database's own where it is not said. */
export interface SearchConfig {
  readonly config?: string
}

/** The words of a text, or of the texts in a JSON document, as a document to search. @example toTsvector(Post.c.content, { config: "english" }) */
export function toTsvector<O extends Text | AnyExpr>(of: O, { config }: SearchConfig = {}): TextOf<O> {
  const document = isLowerable(of) ? plain(of, textType, "toTsvector()") : typed(of, textType, "the text of toTsvector()")
  return call("to_tsvector", vectorType, ...configured(config), document)
}
/** A query of words and the operators `&`, `|`, `!`, `<->`; anything else is an error. */
export function toTsquery<O extends Text>(query: O, { config }: SearchConfig = {}): TextOf<O> {
  return queryFrom("to_tsquery", query, config)
}
/** A query for all words of a text. */
export function plaintoTsquery<O extends Text>(query: O, { config }: SearchConfig = {}): TextOf<O> {
  return queryFrom("plainto_tsquery", query, config)
}
/** A query for the words of a text one after the other. */
export function phrasetoTsquery<O extends Text>(query: O, { config }: SearchConfig = {}): TextOf<O> {
  return queryFrom("phraseto_tsquery", query, config)
}
/** A query as people type it: words, "phrases", `or`, `-without`. Never an error. */
export function websearchToTsquery<O extends Text>(query: O, { config }: SearchConfig = {}): TextOf<O> {
  return queryFrom("websearch_to_tsquery", query, config)
}
function queryFrom(name: string, query: unknown, config: unknown): Expr<any, any> {
  return call(name, queryType, ...configured(config), typed(query, textType, `the query of ${name}()`))
}
/** Written into the text: an index on `to_tsvector('english', …)` is only found by the same constant. */
function configured(config: unknown): readonly Argument[] {
  if (config === undefined) return []
  if (typeof config !== "string" || !/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)?$/.test(config)) {
    throw new StatementError(`${JSON.stringify(config)} is not the name of a search configuration`, {
      hint: "letters, digits and underscores, after a schema's name and a dot if need be",
    })
  }
  return [(context) => castNode(ValueNode.createImmediate(config), configType, context)]
}

/** How a document is ranked. */
export interface RankOptions {
  /** What a word of the weights D, C, B and A counts, from 0 to 1. */
  readonly weights?: readonly [d: number, c: number, b: number, a: number]
  /** How the length of the document counts: the sum of 1, 2, 4, 8, 16 and 32, as PostgreSQL describes them. */
  readonly normalization?: number
}
/** How well a document fits a query, by how often its words are in it. */
export function tsRank<D extends AnyExpr<string | null>, Q extends Text>(document: D, query: Q, options?: RankOptions): RankOf<D | Q> {
  return rank("ts_rank", document, query, options)
}
/** As {@link tsRank}, by how near to each other the words are, too. */
export function tsRankCd<D extends AnyExpr<string | null>, Q extends Text>(document: D, query: Q, options?: RankOptions): RankOf<D | Q> {
  return rank("ts_rank_cd", document, query, options)
}
type RankOf<O> = Expr<number | NullOf<O>, SourceOf<O>>
function rank(name: string, document: AnyExpr, query: unknown, { weights, normalization }: RankOptions = {}): Expr<any, any> {
  const args: Argument[] = weights === undefined ? [] : [typed(weights, weightsType, `the weights of ${name}()`)]
  args.push(plain(vector(document, name), undefined, `${name}()`), typed(query, queryType, `the query of ${name}()`))
  if (normalization !== undefined) args.push(typed(normalization, integerType, `the normalization of ${name}()`))
  return call(name, realType, ...args)
}
function vector(document: AnyExpr, name: string): AnyExpr {
  const of = expression(document, `${name}()`)
  if (of.type === undefined || of.type.kind === "tsvector") return of
  throw new StatementError(`${name}(): ${of.label} is ${of.type.kind}, not a tsvector`, { hint: "make it one: toTsvector(…)" })
}

/** How the words of a query are shown in a text. */
export interface HeadlineOptions extends SearchConfig {
  /** As PostgreSQL takes them, by name. @example { StartSel: "<b>", StopSel: "</b>", MaxFragments: 2 } */
  readonly options?: Readonly<Record<string, string | number | boolean>>
}
/** Parts of a text with the words of a query marked. The text is not escaped: what is shown as HTML has to be escaped before. */
export function tsHeadline<O extends AnyExpr<string | null>, Q extends Text>(
  text: O,
  query: Q,
  { config, options }: HeadlineOptions = {},
): TextOf<O | Q> {
  const args = [
    ...configured(config),
    plain(expression(text, "tsHeadline()"), undefined, "tsHeadline()"),
    typed(query, queryType, "the query of tsHeadline()"),
  ]
  if (options !== undefined) args.push(typed(printOptions(options), textType, "the options of tsHeadline()"))
  return call("ts_headline", textType, ...args)
}
/** `Name="value"`, with quotes doubled. @throws StatementError for what cannot be the name of an option */
function printOptions(options: Readonly<Record<string, string | number | boolean>>): string {
  const printed = Object.entries(options).map(([name, given]) => {
    if (!/^[A-Za-z]+$/.test(name)) throw new StatementError(`tsHeadline(): ${JSON.stringify(name)} is not the name of an option`)
    return `${name}="${String(given).replaceAll('"', '""')}"`
  })
  return printed.join(", ")
}

/** The document with all its words of a weight, A being the highest. @example setweight(toTsvector(Post.c.title), "A").concat(…) */
export function setweight<D extends AnyExpr<string | null>>(document: D, weight: "A" | "B" | "C" | "D"): TextOf<D> {
  if (!["A", "B", "C", "D"].includes(weight)) throw new StatementError(`setweight(): ${JSON.stringify(weight)} is not A, B, C or D`)
  const label: Argument = (context) => castNode(ValueNode.createImmediate(weight), labelType, context)
  return call("setweight", vectorType, plain(vector(document, "setweight"), undefined, "setweight()"), label)
}

/** What fits both queries. */
export function tsqueryAnd<Q extends AnyExpr<string | null>, O extends Text>(query: Q, other: O): TextOf<Q | O> {
  return joined("&&", query, other)
}
/** What fits either query. */
export function tsqueryOr<Q extends AnyExpr<string | null>, O extends Text>(query: Q, other: O): TextOf<Q | O> {
  return joined("||", query, other)
}
function joined(operator: string, query: AnyExpr, other: unknown): Expr<any, any> {
  const of = expression(query, `the query before ${operator}`)
  requireOperand(other, of.label)
  return new Computed<any, any>(of.label, queryType, (context) =>
    context.dialect.infix(operator, tight(of, context), tightOperand(other, queryType, of.label, context)),
  )
}
/** What does not fit the query. */
export function tsqueryNot<Q extends AnyExpr<string | null>>(query: Q): TextOf<Q> {
  return call("tsquery_not", queryType, plain(expression(query, "tsqueryNot()"), undefined, "tsqueryNot()"))
}
/** What fits the first query and, `distance` words behind it, the second. */
export function tsqueryPhrase<Q extends AnyExpr<string | null>, O extends Text>(
  query: Q,
  other: O,
  distance: Operand<number> = 1,
): TextOf<Q | O> {
  return call(
    "tsquery_phrase",
    queryType,
    plain(expression(query, "tsqueryPhrase()"), undefined, "tsqueryPhrase()"),
    typed(other, queryType, "the second query of tsqueryPhrase()"),
    typed(distance, integerType, "the distance of tsqueryPhrase()"),
  )
}
