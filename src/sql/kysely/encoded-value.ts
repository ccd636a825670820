import { OperationNodeTransformer, type PrimitiveValueListNode, type ValueNode } from "kysely"

/** A parameter among a query's values that is encoded for the driver already. */
export class EncodedValue {
  readonly value: unknown

  constructor(value: unknown) {
    this.value = value
  }
}

/** Marks the parameters of nodes that were made by us, so that they are not encoded once more with those around them. */
class Marking extends OperationNodeTransformer {
  protected override transformValue(node: ValueNode): ValueNode {
    return node.immediate === true ? node : { ...node, value: marked(node.value) }
  }
  protected override transformPrimitiveValueList(node: PrimitiveValueListNode): PrimitiveValueListNode {
    return { ...node, values: node.values.map(marked) }
  }
}

function marked(value: unknown): EncodedValue {
  return value instanceof EncodedValue ? value : new EncodedValue(value)
}

export const marking: OperationNodeTransformer = new Marking()
