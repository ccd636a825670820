import { BinaryOperationNode, IdentifierNode, RawNode, type OperationNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import { lowerInfix } from "./infix.ts"
import type { LowerContext } from "../lowering/lower.ts"
import { lowerQuantified } from "./membership.ts"
import { requireOperand } from "./operand.ts"
import { lowerNot, operatorNode, textType, tight, tightOperand, type Typed } from "./operators.ts"
import { Quantified } from "./quantified.ts"
import type { SqlType } from "../types/type.ts"

export function lowerLike(left: Typed, pattern: unknown, negated: boolean, context: LowerContext): OperationNode {
  const operator = negated ? "not like" : "like"
  if (pattern instanceof Quantified) return lowerQuantified(left, operator, pattern, context, textType)
  const comparison = BinaryOperationNode.create(
    tight(left, context),
    operatorNode(operator),
    tightOperand(pattern, textType, left.label, context),
  )
  return RawNode.create(["", " escape '\\'"], [comparison])
}

export function lowerIlike(left: Typed, pattern: unknown, negated: boolean, context: LowerContext): OperationNode {
  if (pattern instanceof Quantified) return lowerQuantified(left, negated ? "not ilike" : "ilike", pattern, context, textType)
  return context.dialect.ilike(tight(left, context), tightOperand(pattern, textType, left.label, context), negated)
}

export function lowerSimilar(left: Typed, pattern: unknown, negated: boolean, context: LowerContext): OperationNode {
  return lowerInfix(left, negated ? "not similar to" : "similar to", pattern, textType, context)
}

const queryType: SqlType = { kind: "tsquery" }

/** How a regular expression is matched. */
export interface MatchOptions {
  /** Upper and lower case are the same. */
  readonly insensitive?: boolean
}

/** A regular expression beside text, a query beside a document. */
export function lowerMatches(
  left: Typed,
  pattern: unknown,
  { insensitive = false }: MatchOptions,
  negated: boolean,
  context: LowerContext,
): OperationNode {
  if (left.type?.kind === "tsvector") {
    const match: Typed = { label: left.label, type: undefined, lower: (inner) => lowerInfix(left, "@@", pattern, queryType, inner) }
    return negated ? lowerNot(match, context) : match.lower(context)
  }
  return lowerInfix(left, `${negated ? "!" : ""}~${insensitive ? "*" : ""}`, pattern, textType, context)
}

/** `left collate "name"`. @throws StatementError for what cannot be a name */
export function collated(left: Typed, collation: string): (context: LowerContext) => OperationNode {
  if (typeof collation !== "string" || collation === "" || collation.includes("\0")) {
    throw new StatementError(`collate(): ${JSON.stringify(collation)} cannot be the name of a collation`, {
      hint: 'names are as the database lists them: "C", "de-x-icu"; on SQLite "NOCASE", "BINARY"',
    })
  }
  const name = IdentifierNode.create(collation)
  return (context) => RawNode.create(["", " collate ", ""], [tight(left, context), name])
}

/** Text of a user's as LIKE takes it: `%`, `_` and the escape character stand for themselves. */
export function literalText(text: unknown, left: Typed): string {
  requireOperand(text, left.label)
  if (typeof text !== "string") throw new StatementError(`${left.label} is searched for text, not for ${typeof text}`)
  return text.replace(/[\\%_]/g, "\\$&")
}
