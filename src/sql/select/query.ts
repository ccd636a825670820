import { ParensNode, RawNode, SelectQueryNode, type OperationNode, type RootOperationNode } from "kysely"
import { StatementError, UnsupportedError } from "../../errors/index.ts"
import { type Alias, aliasTarget } from "../from/aliased.ts"
import {
  type CompoundOrder,
  type CompoundState,
  lowerCompound,
  operationTitle,
  placeIn,
  type SetMember,
  type SetOperation,
} from "./compound-state.ts"
import { commonTableInfo, type CommonTableOptions, type InWith, requireCommonTables } from "../from/cte.ts"
import { type AnyExpr, Computed, Expr, type Order } from "../expression/expression.ts"
import type { LowerContext } from "../lowering/lower.ts"
import type { AnyModel, Item, SubqueryRow } from "./result.ts"
import type { RowColumn } from "../from/row-columns.ts"
import { type LimitOptions, requireCount, type RowCount } from "./row-count.ts"
import { widthOf } from "./selection.ts"
import { unitedType } from "./set-operands.ts"
import type { Shape } from "../lowering/shape.ts"
import { type Column, source, type Lateral, type Source, type SourceInfo } from "../from/source.ts"
import { Statement } from "../statement.ts"
import { inParentheses, type NamedRows, subqueryInfo, subquerySource, type SubquerySource } from "../from/subquery.ts"
import type { SqlType } from "../types/type.ts"

/** A query as a FROM entry: rows of `O`, or of the model `M` still. */
export type EntryOf<O, M, A extends string> = [M] extends [AnyModel] ? Alias<M, A> : SubquerySource<SubqueryRow<O>, A>

/** The rows of a set operation: of each property what either side gives. */
export type United<O, P> = [O] extends [P] ? ([P] extends [O] ? O : UnitedRow<O, P>) : UnitedRow<O, P>
type UnitedRow<O, P> = O extends Scalar ? O | P : P extends Scalar ? O | P : { [K in keyof O & keyof P]: O[K] | P[K] }
type Scalar = string | number | bigint | boolean | Date | Uint8Array | readonly unknown[] | null

/** Nothing to ask of two sides with the same properties, of types of which one takes the other; otherwise an error that says so. */
export type Uniting<O, P> = 0 extends 1 & P
  ? unknown
  : [keyof NonNullable<O>] extends [keyof NonNullable<P>]
    ? [keyof NonNullable<P>] extends [keyof NonNullable<O>]
      ? false extends { [K in keyof O]: K extends keyof P ? Meets<O[K], P[K]> : true }[keyof O]
        ? DifferentRows
        : unknown
      : DifferentRows
    : DifferentRows
type Meets<A, B> = [NonNullable<A>] extends [NonNullable<B>] ? true : [NonNullable<B>] extends [NonNullable<A>] ? true : false
interface DifferentRows {
  readonly $rows: "both sides must select the same properties, of the same types"
}

/** The properties of rows by which a set operation is ordered. */
type KeyOf<O> = O extends Scalar ? never : keyof O & string

/** Any query, as far as others need to know one. */
export interface QueryOf<out O, out M = unknown> {
  readonly $result: O
  readonly $model: M
}

/** A statement that gives rows without changing any: a SELECT, or several by set operations. `M` is the model whose entities they are. */
export abstract class Query<O, M = undefined> extends Statement<O> implements NamedRows, SetMember {
  /** The type of its single column, as `in(…)` reads it. */
  declare readonly $column: O
  declare readonly $model: M
  readonly effect = "pure" as const
  /** What a row is made of. */
  abstract readonly item: Item
  /** The model, alias or subquery whose entities the rows are. */
  abstract readonly entitySource: Source | undefined
  abstract readonly isBare: boolean
  /** Whether it says how many rows at most. */
  abstract readonly hasLimit: boolean
  abstract aligned(like: Item, where: string): SetMember
  abstract rowColumns(title: string): readonly RowColumn[]
  abstract readonly columnTypes: readonly (SqlType | undefined)[]
  abstract readonly locksRows: boolean
  abstract limit(count: RowCount, options?: LimitOptions): Statement
  abstract override build(context: LowerContext): { readonly node: RootOperationNode; readonly shape: Shape }

  /** The number of its columns. */
  get width(): number {
    return widthOf(this.item)
  }

  override lower(context: LowerContext): OperationNode {
    const { node } = context.inside(() => this.build(context))
    return SelectQueryNode.is(node) ? node : ParensNode.create(node)
  }

  /** The rows of both, each different one once. Properties meet by their names. */
  union<P>(other: QueryOf<P> & Uniting<O, P>): Compound<United<O, P>, M> {
    return this.#with(other, { operator: "union", all: false })
  }
  /** The rows of both. */
  unionAll<P>(other: QueryOf<P> & Uniting<O, P>): Compound<United<O, P>, M> {
    return this.#with(other, { operator: "union", all: true })
  }
  /** The rows that both give, each once. */
  intersect<P>(other: QueryOf<P> & Uniting<O, P>): Compound<United<O, P>, M> {
    return this.#with(other, { operator: "intersect", all: false })
  }
  /** The rows that both give, as often as both do. */
  intersectAll<P>(other: QueryOf<P> & Uniting<O, P>): Compound<United<O, P>, M> {
    return this.#with(other, { operator: "intersect", all: true })
  }
  /** The rows that the other one does not give, each once. */
  except<P>(other: QueryOf<P> & Uniting<O, P>): Compound<United<O, P>, M> {
    return this.#with(other, { operator: "except", all: false })
  }
  /** The rows that the other one does not give: of equal ones as many as it gives are left out. */
  exceptAll<P>(other: QueryOf<P> & Uniting<O, P>): Compound<United<O, P>, M> {
    return this.#with(other, { operator: "except", all: true })
  }
  #with(other: unknown, operation: SetOperation): Compound<any, M> {
    const where = operationTitle(operation)
    if (!(other instanceof Query)) throw new StatementError(`${where} takes a query, not ${String(other)}`)
    const { members, operations } = this.chain(operation)
    return new Compound({
      members: [...members, other.aligned(this.item, where)],
      operations: [...operations, operation],
      orderBy: [],
      limit: undefined,
      offset: undefined,
      withTies: false,
      commonTables: [],
    })
  }
  /** The members of which a further operation is one more: the query as a whole, unless it is such a chain itself. */
  protected chain(_next: SetOperation): Pick<CompoundState, "members" | "operations"> {
    return { members: [this], operations: [] }
  }

  /**
   * The statement as a FROM entry: its columns are the properties of its item, and rows of a model are entities still.
   * @example
   * const stats = select({ userId: Post.c.userId, n: count() }).from(Post).groupBy(Post.c.userId).as("stats")
   * const latest = select(Post).orderBy(Post.c.id.desc()).limit(20).as("latest")
   */
  as<const A extends string>(alias: A): EntryOf<O, M, A> {
    return this.entry(subqueryInfo(this, alias, "as")) as EntryOf<O, M, A>
  }
  /**
   * As {@link as}, and for each row of the entries before it in FROM, whose columns it may use.
   * @example
   * const newest = select({ title: Post.c.title }).where(Post.c.userId.eq(User.c.id)).orderBy(Post.c.id.desc()).limit(3).lateral("newest")
   * select({ name: User.c.name, title: newest.c.title }).from(User).leftJoin(newest)
   */
  lateral<const A extends string>(alias: A): EntryOf<O, M, A> & Lateral {
    return this.entry(subqueryInfo(this, alias, "lateral")) as never
  }
  /**
   * As {@link as}, standing once in the WITH of the outermost statement that uses it, however often it is used.
   * `materialized` says whether the database computes it by itself or as part of what uses it.
   */
  cte<const A extends string>(name: A, options: CommonTableOptions = {}): EntryOf<O, M, A> & InWith {
    return this.entry(commonTableInfo(this, name, options)) as never
  }
  /** A FROM entry for rows of this query; `added` are columns that it has beside them. */
  entry(info: SourceInfo, added: readonly Column<any, any, any>[] = []): unknown {
    const model = this.entitySource
    if (model === undefined) return subquerySource(info, added)
    return aliasTarget(model, info.name, { ...info, entity: model[source].entity }, added)
  }

  /** The statement as one value: null when it finds no row. It must select one expression. */
  asScalar(): Expr<O | null> {
    const { item } = this
    if (!(item instanceof Expr)) throw new StatementError("asScalar() needs a statement that selects one expression")
    const [type] = this.columnTypes
    return new Computed<O | null>(`(select ${item.label})`, type, (context) => inParentheses(this.lower(context)), item.json)
  }
  /** The rows as one array, in their order; an empty one over no rows. It must select one expression. PostgreSQL only. */
  asArray(): Expr<O[]> {
    const { item } = this
    const [element] = this.columnTypes
    if (!(item instanceof Expr)) throw new StatementError("asArray() needs a statement that selects one expression")
    if (item.json !== undefined || element === undefined) {
      throw new StatementError(`asArray(): ${item.label} is ${item.json === undefined ? "of no known type" : "JSON"}`, {
        hint: item.json === undefined ? "give it one: sql`…`.returns(integer())" : "select jsonAgg(…) as a scalar",
      })
    }
    return new Computed<O[]>(`array(select ${item.label})`, { kind: "array", element }, (context) => {
      if (!context.dialect.queries.arrayOfRows)
        throw new UnsupportedError(`asArray(): ${context.dialect.title} has no arrays of rows`, { hint: "select jsonAgg(…) as a scalar" })
      return RawNode.create(["array", ""], [inParentheses(this.lower(context))])
    })
  }
}

/** Several queries by set operations, with an order and a limit of their own. */
export class Compound<O, M = undefined> extends Query<O, M> {
  readonly state: CompoundState
  readonly isBare = false
  readonly locksRows = false

  constructor(state: CompoundState) {
    super()
    this.state = state
  }

  get item(): Item {
    return this.state.members[0].item
  }
  get entitySource(): Source | undefined {
    const [first] = this.state.members
    return first instanceof Query ? first.entitySource : undefined
  }
  get hasLimit(): boolean {
    return this.state.limit !== undefined
  }
  get columnTypes(): readonly (SqlType | undefined)[] {
    const [first, ...others] = this.state.members.map((member) => member.columnTypes)
    return first!.map((type, index) => unitedType([type, ...others.map((types) => types[index])]))
  }
  rowColumns(title: string): readonly RowColumn[] {
    const [first, ...others] = this.state.members.map((member) => member.rowColumns(title))
    const types = this.columnTypes
    return first!.map((column, index) => ({
      ...column,
      type: types[index] ?? column.type,
      nullable: column.nullable || others.some((columns) => columns[index]!.nullable),
    }))
  }
  aligned(like: Item, where: string): Compound<O, M> {
    const [first, ...others] = this.state.members
    return this.#change({ members: [first.aligned(like, where), ...others.map((member) => member.aligned(like, where))] })
  }
  protected override chain(next: SetOperation): Pick<CompoundState, "members" | "operations"> {
    const { members, operations, orderBy, limit, offset, commonTables } = this.state
    const isPlain = orderBy.length + commonTables.length === 0 && limit === undefined && offset === undefined
    // INTERSECT binds more tightly than the others.
    const keepsOrder = next.operator !== "intersect" || operations.every(({ operator }) => operator === "intersect")
    return isPlain && keepsOrder ? { members, operations } : super.chain(next)
  }

  /**
   * The order of all rows: by properties, or by expressions that the first statement selects.
   * @example a.union(b).orderBy("kind", Post.c.title.desc())
   * @throws StatementError for what the rows do not have
   */
  orderBy(...order: readonly (Order | AnyExpr | KeyOf<O>)[]): Compound<O, M> {
    const given = order as readonly CompoundOrder[]
    for (const each of given) placeIn(each, this.item, operationTitle(this.state.operations[0]!))
    return this.#change({ orderBy: [...this.state.orderBy, ...given] })
  }
  /** At most `count` rows. */
  limit(count: RowCount, options: LimitOptions = {}): Compound<O, M> {
    return this.#change({ limit: requireCount(count, "limit"), withTies: options.withTies ?? false })
  }
  /** Leaves out the first `count` rows. */
  offset(count: RowCount): Compound<O, M> {
    return this.#change({ offset: requireCount(count, "offset") })
  }
  /** Puts common table expressions into WITH that are not used in FROM, such as ones that write. */
  withCte(...tables: readonly InWith[]): Compound<O, M> {
    return this.#change({ commonTables: [...this.state.commonTables, ...requireCommonTables(tables)] })
  }
  #change(changes: Partial<CompoundState>): Compound<O, M> {
    return new Compound({ ...this.state, ...changes })
  }

  override build(context: LowerContext): { readonly node: RootOperationNode; readonly shape: Shape } {
    return lowerCompound(this.state, context)
  }
}
