import { BinaryOperationNode, type Operator, OperatorNode } from "kysely"
import type { ExpressionSpelling } from "../../sql/index.ts"

/** Operators are named as PostgreSQL names them. */
export const postgresOperators: Pick<ExpressionSpelling, "infix"> = {
  infix: (operator, left, right) => BinaryOperationNode.create(left, OperatorNode.create(operator as Operator), right),
}
