import { BinaryOperationNode, CastNode, FunctionNode, type OperationNode, OperatorNode, RawNode } from "kysely"
import { UnsupportedError } from "../../errors/index.ts"
import type { ArithmeticOperand, ExpressionSpelling } from "../../sql/index.ts"

const operators = Object.fromEntries((["+", "-", "*", "/", "%"] as const).map((name) => [name, OperatorNode.create(name)]))

export const postgresArithmetic: Pick<ExpressionSpelling, "arithmetic"> = {
  arithmetic(operator, left, right, result) {
    if (operator === "%" && (result?.kind === "real" || result?.kind === "double")) {
      throw new UnsupportedError("PostgreSQL has no remainder of floating-point numbers", {
        hint: "cast both to numeric: cast(column, numeric())",
      })
    }
    // Sums of bigints are numeric, which would be divided with a fraction.
    if (operator === "/" && result?.kind === "bigint" && result.unlimited === true)
      return FunctionNode.create("div", [left.node, right.node])
    const days = result?.kind === "date"
    return BinaryOperationNode.create(days ? asDays(left) : left.node, operators[operator]!, days ? asDays(right) : right.node)
  },
}

/** Days are added to a date as an integer; a count is a bigint. */
function asDays({ node, type }: ArithmeticOperand): OperationNode {
  return type?.kind === "bigint" ? CastNode.create(node, RawNode.createWithSql("integer")) : node
}
