import { UnaryOperationNode, type OperationNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import type { SetMember } from "./compound-state.ts"
import { type AnyExpr, Condition, type BooleanExpr, type Expr } from "../expression/expression.ts"
import { type GroupKey, requireGroupKeys } from "./grouping.ts"
import type { LowerContext, ParameterValues } from "../lowering/lower.ts"
import { operatorNode } from "../expression/operators.ts"
import { Query, type QueryOf } from "./query.ts"
import { isRelation, type Loaded, type Relation, type RelationKeys, type TargetOf } from "../from/relation.ts"
import type { AnyModel, Item, ItemObject, ResultOf, RowOf, SourcesIn } from "./result.ts"
import { type Joinable, SelectBase } from "./select-base.ts"
import { initialState, lowerSelect, requireExpressions, type SelectState } from "./select-state.ts"
import { type Column, isSource, source, type Source, type SourceInfo } from "../from/source.ts"
import { inParentheses, type SubquerySource } from "../from/subquery.ts"

/**
 * `select({ … })` or `select(expression)`: rows of columns, entities and nested objects, by one statement. `Empty` is null when it
 * may find no row, and never when it is an aggregate of all rows.
 */
export class Select<I, Nullable extends string = never, Empty extends null = null> extends SelectBase<
  ResultOf<I, Nullable>,
  undefined,
  Select<I, Nullable, Empty>,
  Select<I, Nullable>
> {
  declare readonly $item: I
  readonly entitySource = undefined

  protected override derive(state: SelectState): Select<I, Nullable, Empty> {
    return new Select(state)
  }
  /** Where the statement starts; several are a product that `where` has to tie together. After joins it adds to what they give. */
  from<N extends string>(...sources: readonly Source<N>[]): Select<I, Exclude<Nullable, N>, Empty> {
    return new Select(withFrom(this.state, sources.map(infoOf)))
  }
  /**
   * Rows without a partner on either side are left out. A relation brings its own condition, to which another may be added, and
   * an alias or a subquery of entities may be joined as a relation.
   * @example
   * select({ … }).from(Post).join(Post.author, User.c.email.isNotNull())
   * select({ … }).from(Post).join(editor, Post.editor) // editor is aliased(User, "editor")
   */
  join<N extends string>(target: Joinable<N>): Select<I, Exclude<Nullable, N>, Empty>
  join<N extends string>(target: Source<N> | Relation<Source<N>>, on: BooleanExpr | Relation): Select<I, Exclude<Nullable, N>, Empty>
  join(target: Relation | Source, on?: BooleanExpr | Relation): any {
    return this.change(this.joined("InnerJoin", target, on))
  }
  /** Rows without a partner stay; everything of the joined entry is null in them. */
  leftJoin<N extends string>(target: Joinable<N>): Select<I, Nullable | N, Empty>
  leftJoin<N extends string>(target: Source<N> | Relation<Source<N>>, on: BooleanExpr | Relation): Select<I, Nullable | N, Empty>
  leftJoin(target: Relation | Source, on?: BooleanExpr | Relation): any {
    return this.change(this.joined("LeftJoin", target, on))
  }
  /** Rows of the joined entry without a partner stay; everything of the entries before it is null in them. */
  rightJoin<N extends string>(target: Relation<Source<N>>): Select<I, Nullable | Exclude<SourcesIn<I>, N>, Empty>
  rightJoin<N extends string>(
    target: Source<N> | Relation<Source<N>>,
    on: BooleanExpr | Relation,
  ): Select<I, Nullable | Exclude<SourcesIn<I>, N>, Empty>
  rightJoin(target: Relation | Source, on?: BooleanExpr | Relation): any {
    return this.change(this.joined("RightJoin", target, on))
  }
  /** Rows of both sides stay, with a partner or without. */
  fullJoin<N extends string>(target: Relation<Source<N>>): Select<I, Nullable | SourcesIn<I>, Empty>
  fullJoin<N extends string>(target: Source<N> | Relation<Source<N>>, on: BooleanExpr | Relation): Select<I, Nullable | SourcesIn<I>, Empty>
  fullJoin(target: Relation | Source, on?: BooleanExpr | Relation): any {
    return this.change(this.joined("FullJoin", target, on))
  }
  /** Every row with every row of the other. */
  crossJoin<N extends string>(target: Source<N>): Select<I, Exclude<Nullable, N>, Empty> {
    return new Select({ ...this.state, ...this.joined("CrossJoin", target, undefined) })
  }
  /**
   * One row for each group of rows that are equal in all of the keys. A model groups its rows by their key.
   * @example groupBy(User.c.id), groupBy(rollup(Sale.c.country, Sale.c.city))
   */
  groupBy<S extends string = never>(...keys: readonly GroupKey<S>[]): Select<I, Nullable | S> {
    requireGroupKeys(keys)
    return new Select({ ...this.state, groupBy: [...this.state.groupBy, ...keys] })
  }
  /** As {@link groupBy}, and each group once, where several rollups, cubes or sets of keys make the same one. */
  groupByDistinct<S extends string = never>(...keys: readonly GroupKey<S>[]): Select<I, Nullable | S> {
    requireGroupKeys(keys)
    return new Select({ ...this.state, groupBy: [...this.state.groupBy, ...keys], groupsOnce: true })
  }
  having(...conditions: readonly BooleanExpr[]): Select<I, Nullable> {
    requireExpressions(conditions, "having")
    return this.change({ having: [...this.state.having, ...conditions] })
  }

  /**
   * The statement as one value: null when it finds no row, which an aggregate of all rows always does. It must select one
   * expression.
   */
  override asScalar(): Expr<ResultOf<I, Nullable> | Empty> {
    return super.asScalar() as Expr<any>
  }
}

/** `select(Model)`: entities, with the relations that the statement loads added to their type. */
export class SelectEntity<M extends Source, Out> extends SelectBase<Out, M, SelectEntity<M, Out>> {
  readonly model: M
  readonly loads: readonly LoadRequest[]

  constructor(model: M, state: SelectState, loads: readonly LoadRequest[]) {
    super(state)
    this.model = model
    this.loads = loads
  }
  get entitySource(): Source {
    return this.model
  }
  protected override derive(state: SelectState): SelectEntity<M, Out> {
    return new SelectEntity(this.model, state, this.loads)
  }
  /** Narrows by another table; the rows stay those of the model. */
  join(target: Joinable): SelectEntity<M, Out>
  join(target: Source | Relation, on: BooleanExpr | Relation): SelectEntity<M, Out>
  join(target: Relation | Source, on?: BooleanExpr | Relation): SelectEntity<M, Out> {
    return this.change(this.joined("InnerJoin", target, on))
  }
  leftJoin(target: Joinable): SelectEntity<M, Out>
  leftJoin(target: Source | Relation, on: BooleanExpr | Relation): SelectEntity<M, Out>
  leftJoin(target: Relation | Source, on?: BooleanExpr | Relation): SelectEntity<M, Out> {
    return this.change(this.joined("LeftJoin", target, on))
  }
  /** Refused: it would give rows without an entity. Select an object, `{ post: Post }`, whose property may be null. */
  rightJoin(_target: never, _on?: never): never {
    return refuseOuterJoin(this.model, "rightJoin")
  }
  /** Refused, as {@link rightJoin} is. */
  fullJoin(_target: never, _on?: never): never {
    return refuseOuterJoin(this.model, "fullJoin")
  }
  /** Each entity with every row of the other. */
  crossJoin(target: Source): SelectEntity<M, Out> {
    return this.change(this.joined("CrossJoin", target, undefined))
  }
  override entry(info: SourceInfo, added?: readonly Column<any, any, any>[]): unknown {
    if (this.loads.length > 0)
      throw new StatementError(`${info.name}: a subquery loads no relations`, { hint: "say with(…) on the statement around it" })
    return super.entry(info, added)
  }
  override aligned(like: Item, where: string): SetMember {
    if (this.loads.length > 0) throw new StatementError(`${where}: its members load no relations`, { hint: "leave with(…) out" })
    return super.aligned(like, where)
  }

  /**
   * Loads a relation with the entities, by one more statement for all of them. `refine` narrows, orders, limits (per parent)
   * or loads further. What is not loaded does not exist on the type.
   * @example select(Post).with("author").with("comments", (q) => q.with("author").orderBy(Comment.c.id.asc()).limit(3))
   */
  with<K extends RelationKeys<M>>(
    relation: K,
    options?: LoadOptions,
  ): SelectEntity<M, Out & { [P in K]: Loaded<M, P, RowOf<TargetOf<M[K]>>> }>
  with<K extends RelationKeys<M>, O>(
    relation: K,
    refine: (query: SelectEntity<Extract<TargetOf<M[K]>, Source>, RowOf<TargetOf<M[K]>>>) => RefinedQuery<O>,
    options?: LoadOptions,
  ): SelectEntity<M, Out & { [P in K]: Loaded<M, P, O> }>
  with(
    name: string,
    given?: LoadOptions | ((query: SelectEntity<any, any>) => RefinedQuery<any>),
    options?: LoadOptions,
  ): SelectEntity<M, any> {
    const refine = typeof given === "function" ? given : undefined
    const strategy = loadStrategy(name, typeof given === "object" ? given : options)
    // An alias has relations of its own to join by; entities are loaded by those of their class.
    const relation: unknown = Reflect.get(this.model[source].entity?.entityClass ?? this.model, name)
    if (!isRelation(relation)) {
      throw new StatementError(`with("${name}"): ${this.model.tableName} has no relation of this name`, {
        hint: "relations are static members of the model made by manyToOne, oneToMany, oneToOne or manyToMany",
      })
    }
    const query = selectEntity(relation.target() as AnyModel)
    const refined: unknown = refine === undefined ? query : refine(query)
    if (!(refined instanceof SelectEntity)) {
      throw new StatementError(`with("${name}"): its function gave ${String(refined)}, not the query that it was given, refined`)
    }
    if (refined.model !== query.model) {
      throw new StatementError(`with("${name}"): its function gave a query of ${refined.model.tableName}, not the one that it was given`, {
        hint: "refine the query that the function is given, and give that",
      })
    }
    const load: LoadRequest = { name, relation, query: refined, strategy }
    return new SelectEntity(this.model, this.state, [...this.loads.filter((other) => other.name !== name), load])
  }
}

function refuseOuterJoin({ tableName }: Source, method: string): never {
  throw new StatementError(`${method}() would give rows without a ${tableName}, and select(${tableName}) gives entities`, {
    hint: `select an object, whose property may be null: select({ ${tableName}: … }).from(…).${method}(…)`,
  })
}

/** A statement for entities, as far as the compiler has to compare two. */
interface RefinedQuery<out O> {
  readonly $result: O
  readonly loads: readonly LoadRequest[]
}

/**
 * How a relation is loaded: by a statement of its own for all entities (`selectin`), or with them, by their own statement: as more
 * columns and rows (`joined`) or as JSON that the database builds (`json`).
 */
export type LoadStrategy = "selectin" | "joined" | "json"

/** What `with` may be told. */
export interface LoadOptions {
  /** Default: `selectin`, inside a relation that of the relation. */
  readonly strategy?: LoadStrategy
}

/** @throws StatementError for one that does not exist */
function loadStrategy(name: string, options: LoadOptions | undefined): LoadStrategy | undefined {
  if (options === undefined || !("strategy" in options)) return undefined
  const strategy: unknown = options.strategy
  if (strategy === "selectin" || strategy === "joined" || strategy === "json") return strategy
  throw new StatementError(`with("${name}"): there is no strategy ${String(strategy)}`, { hint: "there are selectin, joined and json" })
}

/** A relation that a statement for entities asks to load, and the statement for its target as refined. */
export interface LoadRequest {
  readonly name: string
  readonly relation: Relation
  readonly query: SelectEntity<any, any>
  readonly strategy?: LoadStrategy | undefined
  /** What named parameters in it are given. */
  readonly values?: ParameterValues | undefined
}

/**
 * Begins a SELECT. A model gives its entities; an expression gives its values; an object gives rows of whatever it holds; a
 * subquery gives its rows.
 *
 * @example
 * select(Post).where(Post.c.title.eq("x")).orderBy(Post.c.id.desc()).limit(10)
 * select({ post: Post, author: User.c.name }).from(Post).join(Post.author)
 * select(count()).from(Post)
 */
export function select<M extends AnyModel>(model: M): SelectEntity<M, RowOf<M>>
export function select<E extends AnyExpr>(expression: E): Select<E, never, E extends { readonly $aggregate: true } ? never : null>
export function select<Q extends SubquerySource<any, any>>(subquery: Q): Select<Q>
export function select<const I extends ItemObject>(item: I): Select<I>
export function select(item: Item): SelectEntity<any, any> | Select<any> {
  if (isSource(item) && item[source].entity !== undefined) return selectEntity(item as AnyModel)
  return new Select(initialState(item, []))
}

function selectEntity(model: AnyModel): SelectEntity<any, any> {
  return new SelectEntity(model, initialState(model, [model[source]]), [])
}

/** Whether the statement finds any row. */
export function exists(statement: QueryOf<unknown>): Condition<boolean, never> {
  if (!(statement instanceof Query)) throw new StatementError(`exists() takes a select, not ${String(statement)}`)
  return new Condition((context) => UnaryOperationNode.create(operatorNode("exists"), inParentheses(rowsOf(statement, context))))
}

function rowsOf(statement: Query<unknown, unknown>, context: LowerContext): OperationNode {
  return statement instanceof SelectBase ? lowerSelect(statement.state, context, true).node : statement.lower(context)
}

/** What is selected whole is in FROM already. Once there are joins, the order of all entries says what may be empty: an entry is added as one more join. */
function withFrom(state: SelectState, named: readonly SourceInfo[]): SelectState {
  const { from, joins } = state
  const added = isSource(state.item) ? named.filter(({ id }) => id !== from[0]?.id) : named
  if (joins.length === 0) return { ...state, from: [...from, ...added] }
  if (from.length > 0) return { ...state, joins: [...joins, ...added.map((info) => ({ kind: "InnerJoin" as const, info, on: undefined }))] }
  if (joins.some(({ kind }) => kind === "RightJoin" || kind === "FullJoin"))
    throw new StatementError("from() after a right or full join does not say what may be empty", { hint: "call from() before the joins" })
  return { ...state, from: added }
}

function infoOf(from: Source): SourceInfo {
  if (!isSource(from)) throw new StatementError(`from(): ${String(from)} is not a model, an alias or a subquery`)
  return from[source]
}
