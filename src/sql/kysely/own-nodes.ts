import type { OperationNode } from "kysely"
import type { Lowerable } from "../lowering/lower.ts"
import { tightNode } from "../lowering/tight-node.ts"
import { kyselyContext } from "./kysely-context.ts"

const origins = new WeakMap<OperationNode, Lowerable>()

/**
 * What Kysely gets for something of ours: nodes that any Kysely prints, in the default dialect, and by which a session's
 * own Kysely finds the original again, to spell it for its database.
 */
export function ownNode(origin: Lowerable): OperationNode {
  // A copy, because what an expression lowers to may be shared with others.
  const node = Object.freeze({ ...tightNode(origin.lower(kyselyContext())) })
  origins.set(node, origin)
  return node
}

/** What a node was made of by {@link ownNode}. */
export function originOf(node: OperationNode): Lowerable | undefined {
  return origins.get(node)
}
