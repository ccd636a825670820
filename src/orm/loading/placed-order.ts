import type { OperationNode } from "kysely"
import { type AnyExpr, Computed, type Item, Order } from "../../sql/index.ts"
import { identifier, sqlNode } from "../statement-text.ts"

/** An order whose expressions are columns of the rows themselves, so that a statement around can order by them again. */
export class PlacedOrder {
  readonly #orders: readonly Order[]
  readonly #columns: readonly Computed<unknown>[]

  constructor(orderBy: readonly (Order | AnyExpr)[]) {
    this.#orders = orderBy.map((each) => (each instanceof Order ? each : new Order(each, "asc")))
    // Without a type, since nobody reads them: a codec's own SQL around a column would change the order.
    this.#columns = this.#orders.map(
      ({ expression }, index) => new Computed<unknown>(columnName(index), undefined, (context) => expression.lower(context)),
    )
  }

  get width(): number {
    return this.#orders.length
  }
  /** To be selected beside the rows. */
  get items(): Record<string, Item> {
    return Object.fromEntries(this.#columns.map((column, index) => [columnName(index), column]))
  }
  /** The order inside the statement that selects {@link items}. */
  get orderBy(): readonly Order[] {
    return this.#orders.map(({ direction, nulls }, index) => new Order(this.#columns[index]!, direction, nulls))
  }
  /** The selected column that an expression of the order is, or the expression. */
  placed(expression: AnyExpr): AnyExpr {
    return this.#columns[this.#orders.findIndex((order) => order.expression === expression)] ?? expression
  }
  /** The order of the rows as they stand in FROM. */
  by(alias: string): OperationNode[] {
    return this.#orders.map((order, index) => order.around(sqlNode([identifier(alias), ".", identifier(columnName(index))])))
  }
}

function columnName(index: number): string {
  return `rebis_order_${index}`
}
