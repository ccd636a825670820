import { BinaryOperationNode, OperatorNode, ParensNode, RawNode, UnaryOperationNode, type OperationNode, type Operator } from "kysely"
import { isLowerable, type Lowerable, type LowerContext } from "../lowering/lower.ts"
import { isKyselyExpression, lowerBeside, operandNode, parameterNode } from "./operand.ts"
import { tightNode } from "../lowering/tight-node.ts"
import { unlimited, type SqlType } from "../types/type.ts"

/** What an operator needs to know of its left side. */
export interface Typed extends Lowerable {
  readonly type: SqlType | undefined
  readonly label: string
}

export const textType: SqlType<string> = { kind: "text" }

const operators = new Map<string, OperatorNode>()

export function operatorNode(operator: string): OperatorNode {
  let node = operators.get(operator)
  if (node === undefined) operators.set(operator, (node = OperatorNode.create(operator as Operator)))
  return node
}

/** Wraps what binds less tightly than an operator around it. */
export function tight(expression: Lowerable, context: LowerContext): OperationNode {
  return tightNode(expression.lower(context))
}

/** An operand as {@link operandNode} makes it, wrapped where it binds less tightly than the operator before it. */
export function tightOperand(operand: unknown, type: SqlType | undefined, label: string, context: LowerContext): OperationNode {
  if (isLowerable(operand)) return tightNode(lowerBeside(operand, type, context))
  const node = operandNode(operand, type, label, context)
  return isKyselyExpression(operand) ? tightNode(node) : node
}

export function lowerBinary(left: Typed, operator: Operator, right: unknown, context: LowerContext): OperationNode {
  return BinaryOperationNode.create(
    tight(left, context),
    operatorNode(operator),
    tightOperand(right, comparable(left.type), left.label, context),
  )
}

/** The type of what stands beside an expression: length, precision and scale limit what a column stores, not what it meets. */
export function comparable(type: SqlType | undefined): SqlType | undefined {
  return type === undefined ? undefined : type.kind === "varchar" && type.codec === undefined ? textType : unlimited(type)
}

export function lowerIsNull(left: Typed, negated: boolean, context: LowerContext): OperationNode {
  return BinaryOperationNode.create(tight(left, context), operatorNode(negated ? "is not" : "is"), nullNode)
}
const nullNode: OperationNode = RawNode.createWithSql("null")

export function lowerIsTruth(left: Typed, truth: "true" | "false", negated: boolean, context: LowerContext): OperationNode {
  return BinaryOperationNode.create(tight(left, context), operatorNode(negated ? "is not" : "is"), truths[truth])
}
const truths = { true: RawNode.createWithSql("true"), false: RawNode.createWithSql("false") }

export function lowerNotDistinct(left: Typed, right: unknown, negated: boolean, context: LowerContext): OperationNode {
  return context.dialect.notDistinct(tight(left, context), tightOperand(right, comparable(left.type), left.label, context), negated)
}

export function lowerNot(condition: Lowerable, context: LowerContext): OperationNode {
  const node = condition.lower(context)
  return UnaryOperationNode.create(operatorNode("not"), node.kind === "ParensNode" ? node : ParensNode.create(node))
}

/** A value whose type the statement around it does not tell: cast where the database would have to guess. */
export function typedOperand(operand: unknown, type: SqlType, label: string, context: LowerContext): OperationNode {
  if (isLowerable(operand)) return operand.lower(context)
  const node = parameterNode(operand, type, label, context)
  if (type.codec?.toSql !== undefined) return node
  return context.dialect.castsParameters ? castNode(node, type, context) : node
}

export function castNode(node: OperationNode, type: SqlType, context: LowerContext): OperationNode {
  return { kind: "CastNode", expression: node, dataType: RawNode.createWithSql(context.dialect.typeName(type)) } as OperationNode
}
