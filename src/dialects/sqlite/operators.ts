import { BinaryOperationNode, type OperationNode, type Operator, OperatorNode } from "kysely"
import { UnsupportedError } from "../../errors/index.ts"
import type { ExpressionSpelling } from "../../sql/index.ts"
import { raw } from "../raw-node.ts"

type Spelled = Operator | ((left: OperationNode, right: OperationNode) => OperationNode)

/** SQLite's word for an operator of PostgreSQL, where it means the same. */
const spellings: ReadonlyMap<string, Spelled> = new Map<string, Spelled>([
  ["&", "&"],
  ["|", "|"],
  ["<<", "<<"],
  [">>", ">>"],
  ["#", (left, right) => raw`(${left} | ${right}) - (${left} & ${right})`],
])

export const sqliteOperators: Pick<ExpressionSpelling, "infix"> = {
  infix(operator, left, right) {
    const spelled = spellings.get(operator)
    if (spelled === undefined) {
      throw new UnsupportedError(`SQLite has no operator ${operator}`, { hint: "compute it in the application, or run this on PostgreSQL" })
    }
    return typeof spelled === "string" ? BinaryOperationNode.create(left, OperatorNode.create(spelled), right) : spelled(left, right)
  },
}
