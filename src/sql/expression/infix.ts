import { UnaryOperationNode, type OperationNode } from "kysely"
import type { LowerContext } from "../lowering/lower.ts"
import { tight, tightOperand, operatorNode, type Typed } from "./operators.ts"
import type { SqlType } from "../types/type.ts"

/** `left operator right`, where not every database has the operator; a value on the right is of `type`. */
export function lowerInfix(left: Typed, operator: string, right: unknown, type: SqlType | undefined, context: LowerContext): OperationNode {
  return context.dialect.infix(operator, tight(left, context), tightOperand(right, type, left.label, context))
}

/** `operator operand`. */
export function lowerPrefix(operator: "-" | "~", operand: Typed, context: LowerContext): OperationNode {
  return UnaryOperationNode.create(operatorNode(operator), tight(operand, context))
}
