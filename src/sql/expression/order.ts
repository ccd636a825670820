import { OrderByItemNode, RawNode, type OperationNode } from "kysely"
import type { AnyExpr } from "./any-expression.ts"
import type { Lowerable, LowerContext } from "../lowering/lower.ts"
import { tight } from "./operators.ts"

const directions = { asc: RawNode.createWithSql("asc"), desc: RawNode.createWithSql("desc") }

/** A direction of ordering, as `orderBy` and `index` take it. `T` and `S` are those of the expression. */
export class Order<out T = unknown, out S extends string = string> implements Lowerable {
  declare readonly $value: T
  declare readonly $source: S
  readonly expression: AnyExpr
  readonly direction: "asc" | "desc"
  readonly nulls: "first" | "last" | undefined

  constructor(expression: AnyExpr, direction: "asc" | "desc", nulls?: "first" | "last") {
    this.expression = expression
    this.direction = direction
    this.nulls = nulls
  }
  nullsFirst(): Order<T, S> {
    return new Order(this.expression, this.direction, "first")
  }
  nullsLast(): Order<T, S> {
    return new Order(this.expression, this.direction, "last")
  }
  lower(context: LowerContext): OrderByItemNode {
    return this.around(tight(this.expression, context))
  }
  /** The order of what `node` stands for. */
  around(node: OperationNode): OrderByItemNode {
    const item = OrderByItemNode.create(node, directions[this.direction])
    return this.nulls === undefined ? item : OrderByItemNode.cloneWith(item, { nulls: this.nulls })
  }
}
