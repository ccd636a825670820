import { FunctionNode, type OperationNode } from "kysely"
import type { ExpressionSpelling } from "../../sql/index.ts"
import { raw } from "../raw-node.ts"

/** What PostgreSQL spells otherwise than a function. */
const spellings: ReadonlyMap<string, (...args: readonly OperationNode[]) => OperationNode> = new Map([
  ["overlaps", (a, b, c, d) => raw`(${a}, ${b}) overlaps (${c}, ${d})`],
])

/** Functions are named as PostgreSQL names them. */
export const postgresFunctions: Pick<ExpressionSpelling, "call"> = {
  call(name, args) {
    const spelled = spellings.get(name)
    return spelled === undefined ? FunctionNode.create(name, args) : spelled(...args)
  },
}
