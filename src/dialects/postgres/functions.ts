import { CastNode, FunctionNode, type OperationNode, RawNode } from "kysely"
import { type ExpressionSpelling, tightNode } from "../../sql/index.ts"
import { raw } from "../raw-node.ts"
import { postgresOperators } from "./operators.ts"

/** What PostgreSQL spells otherwise than a function. */
const spellings: ReadonlyMap<string, (...args: readonly OperationNode[]) => OperationNode> = new Map([
  ["overlaps", (a, b, c, d) => raw`(${a}, ${b}) overlaps (${c}, ${d})`],
  ["row", (...items) => RawNode.create(["(", ...items.slice(1).map(() => ", "), ")"], items)],
  ["array", (...items) => RawNode.create(["array[", ...items.slice(1).map(() => ", "), "]"], items)],
  ["array_element", (array, ...indexes) => RawNode.create(["(", ")[", ...indexes.slice(1).map(() => "]["), "]"], [array, ...indexes])],
  ["array_slice", (array, from, to) => raw`(${array})[${from}:${to}]`],
  ["array_from", (array, from) => raw`(${array})[${from}:]`],
  ["array_to", (array, to) => raw`(${array})[:${to}]`],
  ["tsquery_not", (query) => raw`!! ${tightNode(query)}`],
  ["range_before", (range, other) => infix("<<", range, other)],
  ["range_after", (range, other) => infix(">>", range, other)],
  ["range_overleft", (range, other) => infix("&<", range, other)],
  ["range_overright", (range, other) => infix("&>", range, other)],
  ["range_adjacent", (range, other) => infix("-|-", range, other)],
  ["range_union", (range, other) => infix("+", range, other)],
  ["range_intersect", (range, other) => infix("*", range, other)],
  ["range_minus", (range, other) => infix("-", range, other)],
  ["range_lower", (range) => FunctionNode.create("lower", [range])],
  ["range_upper", (range) => FunctionNode.create("upper", [range])],
  ["json_get", (document, ...path) => jsonGet("->", "#>", document, path)],
  ["json_get_text", (document, ...path) => jsonGet("->>", "#>>", document, path)],
])

/** The operators of ranges, which indexes know; PostgreSQL's functions of these names are theirs. */
function infix(operator: string, left: OperationNode, right: OperationNode): OperationNode {
  return postgresOperators.infix(operator, left, right)
}

/** One key by its own operator, a path as an array of texts. */
function jsonGet(single: string, several: string, document: OperationNode, path: readonly OperationNode[]): OperationNode {
  const left = tightNode(document)
  if (path.length === 1) return RawNode.create(["", ` ${single} `, ""], [left, path[0]!])
  const keys = path.map((key) => (CastNode.is(key) ? CastNode.create(key.expression, textNode) : key))
  return RawNode.create(["", ` ${several} array[`, ...keys.slice(1).map(() => ", "), "]"], [left, ...keys])
}
const textNode = RawNode.createWithSql("text")

/** Functions are named as PostgreSQL names them. */
export const postgresFunctions: Pick<ExpressionSpelling, "call"> = {
  call(name, args) {
    const spelled = spellings.get(name)
    return spelled === undefined ? FunctionNode.create(name, args) : spelled(...args)
  },
}
