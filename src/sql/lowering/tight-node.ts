import { type OperationNode, ParensNode } from "kysely"

/** Wraps what binds less tightly than an operator around it. */
export function tightNode(node: OperationNode): OperationNode {
  switch (node.kind) {
    case "BinaryOperationNode":
    case "UnaryOperationNode":
    case "RawNode":
    case "CaseNode":
      return ParensNode.create(node)
    default:
      return node
  }
}
