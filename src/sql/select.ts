import { ParensNode, UnaryOperationNode, type SelectQueryNode } from "kysely"
import { StatementError } from "../errors/index.ts"
import { type AnyExpr, Computed, Condition, Expr, type BooleanExpr, type Order } from "./expression.ts"
import { type Alias, aliasTarget } from "./aliased.ts"
import type { LowerContext } from "./lower.ts"
import { operatorNode } from "./operators.ts"
import { isRelation, type Loaded, type Relation, type RelationKeys, type TargetOf } from "./relation.ts"
import type { AnyModel, Item, ItemObject, ResultOf, RowOf } from "./result.ts"
import {
  initialState,
  lowerSelect,
  requireExpressions,
  requireCount,
  sourcesOf,
  type SelectJoin,
  type SelectState,
} from "./select-state.ts"
import { widthOf } from "./selection.ts"
import type { Shape } from "./shape.ts"
import { isSource, source, type Source, type SourceInfo } from "./source.ts"
import { Statement } from "./statement.ts"
import { subqueryInfo, subquerySource, type SubquerySource } from "./subquery.ts"

/** What every SELECT can do; `Self` is the statement's own type, which most clauses keep. */
abstract class SelectBase<O, Self> extends Statement<O> {
  /** The type of its single column, as `in(…)` reads it. */
  declare readonly $column: O
  readonly effect = "pure" as const
  readonly state: SelectState

  constructor(state: SelectState) {
    super()
    this.state = state
  }

  /** The number of its columns. */
  get width(): number {
    return widthOf(this.state.item)
  }

  protected abstract derive(state: SelectState): Self

  protected change(changes: Partial<SelectState>): Self {
    return this.derive({ ...this.state, ...changes })
  }

  /** All conditions must hold; further calls add more. @throws StatementError for `undefined`, which would select everything. */
  where(...conditions: readonly BooleanExpr[]): Self {
    requireExpressions(conditions, "where")
    return this.change({ where: [...this.state.where, ...conditions] })
  }
  orderBy(...order: readonly (Order | AnyExpr)[]): Self {
    requireExpressions(order, "orderBy")
    return this.change({ orderBy: [...this.state.orderBy, ...order] })
  }
  /** At most `count` rows. */
  limit(count: number): Self {
    return this.change({ limit: requireCount(count, "limit") })
  }
  /** Leaves out the first `count` rows. */
  offset(count: number): Self {
    return this.change({ offset: requireCount(count, "offset") })
  }
  distinct(): Self {
    return this.change({ distinct: true })
  }

  override build(context: LowerContext): { readonly node: SelectQueryNode; readonly shape: Shape } {
    const { node, selection } = lowerSelect(this.state, context)
    return { node, shape: selection!.shape }
  }

  protected withJoin(kind: SelectJoin["kind"], target: Relation | Source, on: Condition | undefined): Partial<SelectState> {
    if (isRelation(target)) {
      const present = sourcesOf(this.state)
      return { joins: [...this.state.joins, ...target.joinSteps(present).map((step) => ({ kind, ...step }))] }
    }
    if (!isSource(target)) throw new StatementError(`join: ${String(target)} is neither a relation nor a model, alias or subquery`)
    if (on === undefined) {
      throw new StatementError(`join of ${target.tableName} has no condition`, {
        hint: "pass the condition as the second argument, or join by a relation",
      })
    }
    return { joins: [...this.state.joins, { kind, info: target[source], on }] }
  }
}

/** `select({ … })` or `select(expression)`: rows of columns, entities and nested objects, by one statement. */
export class Select<I, Nullable extends string = never> extends SelectBase<ResultOf<I, Nullable>, Select<I, Nullable>> {
  declare readonly $item: I

  protected override derive(state: SelectState): Select<I, Nullable> {
    return new Select(state)
  }
  /** Where the statement starts; several are a product that `where` has to tie together. */
  from(...sources: readonly Source[]): Select<I, Nullable> {
    return this.change({ from: [...this.state.from, ...sources.map(infoOf)] })
  }
  join(relation: Relation): Select<I, Nullable>
  join(target: Source, on: Condition): Select<I, Nullable>
  join(target: Relation | Source, on?: Condition): Select<I, Nullable> {
    return this.change(this.withJoin("InnerJoin", target, on))
  }
  /** Rows without a partner stay; everything of the joined entry is null in them. */
  leftJoin<T extends Source>(relation: Relation<T>): Select<I, Nullable | T["tableName"]>
  leftJoin<N extends string>(target: Source<N>, on: Condition): Select<I, Nullable | N>
  leftJoin(target: Relation | Source, on?: Condition): Select<I, any> {
    return new Select({ ...this.state, ...this.withJoin("LeftJoin", target, on) })
  }
  groupBy(...keys: readonly AnyExpr[]): Select<I, Nullable> {
    requireExpressions(keys, "groupBy")
    return this.change({ groupBy: [...this.state.groupBy, ...keys] })
  }
  having(...conditions: readonly BooleanExpr[]): Select<I, Nullable> {
    requireExpressions(conditions, "having")
    return this.change({ having: [...this.state.having, ...conditions] })
  }

  /**
   * The statement as a FROM entry whose columns are the properties of its item.
   * @example const stats = select({ userId: Post.c.userId, n: count() }).from(Post).groupBy(Post.c.userId).as("stats")
   */
  as<const A extends string>(alias: A): SubquerySource<ResultOf<I, Nullable>, A> {
    return subquerySource(this.state, alias) as SubquerySource<ResultOf<I, Nullable>, A>
  }
  /** The statement as one value: null when it finds no row. It must select one expression. */
  asScalar(): Expr<ResultOf<I, Nullable> | null> {
    const { item } = this.state
    if (!(item instanceof Expr)) throw new StatementError("asScalar() needs a statement that selects one expression")
    return new Computed<ResultOf<I, Nullable> | null>(
      `(select ${item.label})`,
      item.type,
      (context) => ParensNode.create(this.lower(context)),
      item.json,
    )
  }
}

/** `select(Model)`: entities, with the relations that the statement loads added to their type. */
export class SelectEntity<M extends Source, Out> extends SelectBase<Out, SelectEntity<M, Out>> {
  readonly model: M
  readonly loads: readonly LoadRequest[]

  constructor(model: M, state: SelectState, loads: readonly LoadRequest[]) {
    super(state)
    this.model = model
    this.loads = loads
  }
  protected override derive(state: SelectState): SelectEntity<M, Out> {
    return new SelectEntity(this.model, state, this.loads)
  }
  /** Narrows by another table; the rows stay those of the model. */
  join(relation: Relation): SelectEntity<M, Out>
  join(target: Source, on: Condition): SelectEntity<M, Out>
  join(target: Relation | Source, on?: Condition): SelectEntity<M, Out> {
    return this.change(this.withJoin("InnerJoin", target, on))
  }
  leftJoin(relation: Relation): SelectEntity<M, Out>
  leftJoin(target: Source, on: Condition): SelectEntity<M, Out>
  leftJoin(target: Relation | Source, on?: Condition): SelectEntity<M, Out> {
    return this.change(this.withJoin("LeftJoin", target, on))
  }

  /**
   * The statement as a FROM entry whose rows are entities still.
   * @example const latest = select(Post).orderBy(Post.c.id.desc()).limit(20).as("latest")
   */
  as<const A extends string>(alias: A): Alias<M, A> {
    if (this.loads.length > 0)
      throw new StatementError(`as("${alias}"): a subquery loads no relations`, { hint: "say with(…) on the statement around it" })
    const info = subqueryInfo(this.state, alias)
    return aliasTarget(this.model, alias, { ...info, entity: this.model[source].entity }) as Alias<M, A>
  }

  /**
   * Loads a relation with the entities, by one more statement for all of them. `refine` narrows, orders, limits (per parent)
   * or loads further. What is not loaded does not exist on the type.
   * @example select(Post).with("author").with("comments", (q) => q.with("author").orderBy(Comment.c.id.asc()).limit(3))
   */
  with<K extends RelationKeys<M>>(relation: K): SelectEntity<M, Out & { [P in K]: Loaded<M, P, RowOf<TargetOf<M[K]>>> }>
  with<K extends RelationKeys<M>, O>(
    relation: K,
    refine: (query: SelectEntity<Extract<TargetOf<M[K]>, Source>, RowOf<TargetOf<M[K]>>>) => SelectEntity<any, O>,
  ): SelectEntity<M, Out & { [P in K]: Loaded<M, P, O> }>
  with(name: string, refine?: (query: SelectEntity<any, any>) => SelectEntity<any, any>): SelectEntity<M, any> {
    const relation: unknown = Reflect.get(this.model, name)
    if (!isRelation(relation)) {
      throw new StatementError(`with("${name}"): ${this.model.tableName} has no relation of this name`, {
        hint: "relations are static members of the model made by manyToOne, oneToMany, oneToOne or manyToMany",
      })
    }
    const query = selectEntity(relation.target() as AnyModel)
    const load: LoadRequest = { name, relation, query: refine === undefined ? query : refine(query) }
    return new SelectEntity(this.model, this.state, [...this.loads.filter((other) => other.name !== name), load])
  }
}

/** A relation that a statement for entities asks to load, and the statement for its target as refined. */
export interface LoadRequest {
  readonly name: string
  readonly relation: Relation
  readonly query: SelectEntity<any, any>
}

/**
 * Begins a SELECT. A model gives its entities; an expression gives its values; an object gives rows of whatever it holds.
 *
 * @example
 * select(Post).where(Post.c.title.eq("x")).orderBy(Post.c.id.desc()).limit(10)
 * select({ post: Post, author: User.c.name }).from(Post).join(Post.author)
 * select(count()).from(Post)
 */
export function select<M extends AnyModel>(model: M): SelectEntity<M, RowOf<M>>
export function select<E extends AnyExpr>(expression: E): Select<E>
export function select<const I extends ItemObject>(item: I): Select<I>
export function select(item: Item): SelectEntity<any, any> | Select<any> {
  if (isSource(item))
    return item[source].entity === undefined ? new Select(initialState(item, [item[source]])) : selectEntity(item as AnyModel)
  return new Select(initialState(item, []))
}

function selectEntity(model: AnyModel): SelectEntity<any, any> {
  return new SelectEntity(model, initialState(model, [model[source]]), [])
}

/** Whether the statement finds any row. */
export function exists(statement: Select<any, any> | SelectEntity<any, any>): Condition<boolean, never> {
  if (!(statement instanceof SelectBase)) throw new StatementError(`exists() takes a select, not ${String(statement)}`)
  const { state } = statement
  return new Condition((context) =>
    UnaryOperationNode.create(operatorNode("exists"), ParensNode.create(lowerSelect(state, context, true).node)),
  )
}

function infoOf(from: Source): SourceInfo {
  if (!isSource(from)) throw new StatementError(`from(): ${String(from)} is not a model, an alias or a subquery`)
  return from[source]
}
