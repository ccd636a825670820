import { BinaryOperationNode, PrimitiveValueListNode, RawNode, ValueListNode, type OperationNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import { isLowerable, type Lowerable, type LowerContext } from "../lowering/lower.ts"
import { encodeParameter, operandNode } from "./operand.ts"
import { hasOwnSql } from "./own-sql.ts"
import { comparable, operatorNode, tight, tightOperand, type Typed } from "./operators.ts"
import type { Quantified } from "./quantified.ts"
import type { SqlType } from "../types/type.ts"

/** What an empty list of values makes of `in` (negated: `not in`), without a look at the value. */
export function emptyMembership(negated: boolean): OperationNode {
  return RawNode.createWithSql(negated ? "1 = 1" : "1 = 0")
}

/** `in` a subquery, or a list. */
export function lowerIn(left: Typed, values: readonly unknown[] | Lowerable, negated: boolean, context: LowerContext): OperationNode {
  const operator = operatorNode(negated ? "not in" : "in")
  if (isLowerable(values)) {
    requireWidth(values, 1, `in() of ${left.label}`)
    return BinaryOperationNode.create(tight(left, context), operator, values.lower(context))
  }
  if (values.length === 0) return emptyMembership(negated)
  const node = tight(left, context)
  const type = comparable(left.type)
  const label = `${left.label} in a list`
  if (context.literals || hasOwnSql(type) || values.some(isLowerable)) {
    return BinaryOperationNode.create(node, operator, ValueListNode.create(values.map((item) => operandNode(item, type, label, context))))
  }
  const encoded = values.map((item) => encodeParameter(item, type, label, context))
  const any = type === undefined ? undefined : context.dialect.anyOf(node, encoded, type, negated)
  return any ?? BinaryOperationNode.create(node, operator, PrimitiveValueListNode.create(encoded))
}

export function lowerBetweenSymmetric(left: Typed, one: unknown, other: unknown, context: LowerContext): OperationNode {
  const [low, high] = [one, other].map((end) => tightOperand(end, comparable(left.type), left.label, context))
  return context.dialect.betweenSymmetric(tight(left, context), low!, high!)
}

/** A comparison with any or all of the values of a list, an array or a subquery. */
export function lowerQuantified(
  left: Typed,
  operator: string,
  right: Quantified,
  context: LowerContext,
  type: SqlType | undefined = comparable(left.type),
): OperationNode {
  const { operand, quantifier } = right
  const comparison = { left: tight(left, context), operator, quantifier }
  if (!isLowerable(operand)) {
    const items = listItems(left, operand, type, context)
    return context.dialect.quantified({ ...comparison, ...items })
  }
  const array = "type" in operand ? (operand.type as SqlType | undefined) : undefined
  if (array?.kind === "array")
    return context.dialect.quantified({ ...comparison, over: "array", node: operand.lower(context), type: array })
  requireWidth(operand, 1, `${quantifier}() beside ${left.label}`)
  return context.dialect.quantified({ ...comparison, over: "subquery", node: operand.lower(context) })
}

function listItems(left: Typed, items: readonly unknown[], type: SqlType | undefined, context: LowerContext): QuantifiedList {
  const label = `${left.label} beside a list`
  return context.literals || type === undefined || hasOwnSql(type) || items.some(isLowerable)
    ? { over: "items", nodes: items.map((item) => operandNode(item, type, label, context)), type }
    : { over: "values", values: items.map((item) => encodeParameter(item, type, label, context)), type }
}

type QuantifiedList =
  | { readonly over: "items"; readonly nodes: readonly OperationNode[]; readonly type: SqlType | undefined }
  | { readonly over: "values"; readonly values: readonly unknown[]; readonly type: SqlType }

/** @throws StatementError for a subquery of another number of columns */
export function requireWidth(values: Lowerable, wanted: number, where: string): void {
  const width = "width" in values ? values.width : wanted
  if (width === wanted) return
  const columns = wanted === 1 ? "one column" : `${wanted} columns`
  throw new StatementError(`${where} takes a subquery of ${columns}, not of ${String(width)}`, {
    hint: wanted === 1 ? "select the one expression: select(Post.c.userId)" : "select as many expressions as the tuple has, in its order",
  })
}
