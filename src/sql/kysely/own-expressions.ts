import { type OperationNode, OperationNodeTransformer, type QueryId } from "kysely"
import type { Lowerable, LowerContext } from "../lowering/lower.ts"
import { tightNode } from "../lowering/tight-node.ts"
import { marking } from "./encoded-value.ts"
import { type KnownColumn, rememberColumn, rememberRows } from "./known-columns.ts"
import { originOf } from "./own-nodes.ts"

/** Spells what is ours in a query of Kysely's for the database that it is run on. */
export class OwnExpressions extends OperationNodeTransformer {
  readonly #context: () => LowerContext

  constructor(context: () => LowerContext) {
    super()
    this.#context = context
  }

  override transformNode<T extends OperationNode | undefined>(node: T, queryId?: QueryId): T {
    const origin = node === undefined ? undefined : originOf(node)
    if (origin === undefined) return super.transformNode(node, queryId)
    const spelled = marking.transformNode(tightNode(origin.lower(this.#context())), queryId)
    remember(spelled, origin)
    return spelled as T
  }
}

/** What stands for rows of named columns. */
interface RowsLike {
  rowColumns(title: string): readonly (Omit<KnownColumn, "label"> & { readonly name: string })[]
}

function remember(node: OperationNode, origin: Lowerable): void {
  if (isRows(origin)) {
    const columns = origin.rowColumns("a statement in a Kysely query")
    rememberRows(node, new Map(columns.map(({ name, type, json }) => [name, { label: name, type, json }])))
  } else if (isColumn(origin)) rememberColumn(node, origin)
}

function isRows(origin: Lowerable): origin is Lowerable & RowsLike {
  return "rowColumns" in origin && typeof origin.rowColumns === "function"
}

function isColumn(origin: Lowerable): origin is Lowerable & KnownColumn {
  return "label" in origin && "type" in origin
}
