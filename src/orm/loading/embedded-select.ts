import { OrderByNode, type OperationNode } from "kysely"
import {
  Condition,
  type Effect,
  type EntityShape,
  type Item,
  type LowerContext,
  Select,
  type SelectEntity,
  type Shape,
  type Source,
  source,
  type SourceInfo,
  Statement,
} from "../../sql/index.ts"
import { identifier, separated, sqlNode, type SqlPart } from "../statement-text.ts"
import { type EmbeddedRelation, type Loads, shapeAt } from "./embedded-relation.ts"
import { PlacedOrder } from "./placed-order.ts"
import { columnIn, keyItem } from "./related-statement.ts"

/** What the rows of the statement itself are called. */
export const rootAlias = "rebis_0"
const rowNumber = "rebis_row"

/** Where the columns of a relation begin in a row: its entity's, followed by its key's; of JSON its only one. */
export type Places = ReadonlyMap<EmbeddedRelation, number>

/**
 * A select of entities with what it loads in the same statement: joined rows beside, or JSON that is built for each. The select stands
 * inside, so that its limit and its order are of entities, whatever is joined to them.
 */
export class EmbeddedSelect extends Statement {
  readonly effect: Effect = "pure"
  readonly entity: EntityShape
  readonly places: Places
  /** Where a row says which row of the select it belongs to, when joins may give several for one. */
  readonly rowAt: number | undefined
  readonly #select: Select<any, any>
  readonly #order: PlacedOrder
  readonly #info: SourceInfo
  readonly #joined: readonly EmbeddedRelation[]
  readonly #json: readonly EmbeddedRelation[]

  constructor({ model, state }: SelectEntity<any, any>, { embedded }: Loads) {
    super()
    this.#info = (model as Source)[source]
    this.#order = new PlacedOrder(state.orderBy)
    this.#select = new Select({
      ...state,
      item: { entity: model as Item, ...this.#order.items },
      orderBy: this.#order.orderBy,
      distinctOn: state.distinctOn.map((each) => this.#order.placed(each)),
    })
    this.entity = { kind: "entity", offset: 0, entity: this.#info.entity!, optional: false }
    this.#joined = joinedIn(embedded)
    this.#json = [{ embedded }, ...this.#joined].flatMap((each) => each.embedded.filter(({ strategy }) => strategy === "json"))
    const multiplies = this.#joined.some(({ mayMultiply }) => mayMultiply)
    let place = this.#info.columns.length + this.#order.width
    this.rowAt = multiplies ? place++ : undefined
    const places = new Map<EmbeddedRelation, number>()
    for (const relation of this.#joined) {
      places.set(relation, place)
      place += relation.target.columns.length + relation.path.pairs.length + relation.select.order.width
    }
    for (const relation of this.#json) places.set(relation, place++)
    this.places = places
  }

  build(context: LowerContext): { readonly node: ReturnType<typeof sqlNode>; readonly shape: Shape } {
    const columns: SqlPart[][] = [rootAlias, ...this.#joined.map(({ alias }) => alias)].map((alias) => [identifier(alias), ".*"])
    for (const relation of this.#json) columns.push(this.#embeddedJson(relation, this.#infoOf(relation.owner), context))
    const from: SqlPart[] = ["(", this.#root(context), ") as ", identifier(rootAlias)]
    for (const relation of this.#joined) {
      from.push(" left join (", relation.select.joinable.build(context).node, ") as ", identifier(relation.alias), " on ")
      from.push(...equalities(relation, this.#infoOf(relation.owner)))
    }
    const order = this.#orderBy()
    const orderBy = order.length === 0 ? [] : [" order by ", ...separated(order, ", ")]
    const shapes = [this.entity, ...this.#joined.map((relation) => shapeAt(relation, this.places.get(relation)!))]
    return {
      node: sqlNode(["select ", ...separated(columns, ", "), " from ", ...from, ...orderBy]),
      shape: { kind: "object", keys: shapes.map((_, index) => String(index)), values: shapes },
    }
  }

  /** The select itself, with a number for each of its rows where joins may multiply them. */
  #root(context: LowerContext): OperationNode {
    const { node } = this.#select.build(context)
    if (this.rowAt === undefined) return node
    return sqlNode(["select *, row_number() over () as ", identifier(rowNumber), " from (", node, ") as ", identifier("rebis_rows")])
  }

  #orderBy(): SqlPart[][] {
    const order: SqlPart[][] = this.#order.by(rootAlias).map((each) => [each])
    if (this.rowAt !== undefined) order.push([identifier(rootAlias), ".", identifier(rowNumber)])
    for (const { alias, select, mayMultiply } of this.#joined) if (mayMultiply) order.push(...select.order.by(alias).map((each) => [each]))
    return order
  }

  #infoOf(alias: string): SourceInfo {
    return this.#joined.find((relation) => relation.alias === alias)?.target ?? this.#info
  }

  /** The related rows as JSON: a list of lists of columns, or one such list. */
  #embeddedJson(relation: EmbeddedRelation, owner: SourceInfo, context: LowerContext): SqlPart[] {
    const { alias, target, isMany, select, embedded } = relation
    const { dialect } = context
    const values = target.columns.map(({ name, type }) => dialect.jsonValue(reference(alias, name), type))
    for (const inner of embedded) values.push(dialect.jsonDocument(sqlNode(this.#embeddedJson(inner, target, context))))
    const row = dialect.jsonArray(values)
    const rows = select.atKey(new Condition((inner) => sqlNode(correlation(relation, owner, inner)))).build(context).node
    const order = OrderByNode.create(select.order.by(alias) as never)
    const from: SqlPart[] = [" from (", rows, ") as ", identifier(alias)]
    if (isMany) return ["(select ", dialect.jsonAggregate(row, { orderBy: order }), ...from, ")"]
    return ["(select ", row, ...from, " ", order, " limit 1)"]
  }
}

/** Relations that are joined, owners before what they own. */
function joinedIn(relations: readonly EmbeddedRelation[]): EmbeddedRelation[] {
  return relations.flatMap((each) => (each.strategy === "joined" ? [each, ...joinedIn(each.embedded)] : []))
}

function equalities({ alias, owner, path }: EmbeddedRelation, info: SourceInfo): SqlPart[] {
  return separated(
    path.pairs.map(({ left }, position) => [reference(alias, keyItem(position)), " = ", reference(owner, columnIn(info, left).name)]),
    " and ",
  )
}

/** That the rows of a relation belong to the row of its owner at hand. */
function correlation({ select, owner, path }: EmbeddedRelation, info: SourceInfo, context: LowerContext): SqlPart[] {
  return separated(
    path.pairs.map(({ left }, position) => [
      select.keyColumns[position]!.lower(context),
      " = ",
      reference(owner, columnIn(info, left).name),
    ]),
    " and ",
  )
}

function reference(alias: string, column: string): OperationNode {
  return sqlNode([identifier(alias), ".", identifier(column)])
}
