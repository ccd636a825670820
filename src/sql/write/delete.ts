import {
  FromNode,
  ParensNode,
  RawNode,
  SelectionNode,
  UnaryOperationNode,
  UsingNode,
  WhereNode,
  type DeleteQueryNode,
  type OperationNode,
  type SelectQueryNode,
} from "kysely"
import { type ChangedRow, type Returned, returnedItem } from "./changed-row.ts"
import { lowerAll, type BooleanExpr } from "../expression/expression.ts"
import { lowerFrom, optionalEntries } from "../from/from-clause.ts"
import type { LowerContext } from "../lowering/lower.ts"
import { operatorNode } from "../expression/operators.ts"
import type { Relation } from "../from/relation.ts"
import type { AnyModel, Item, ResultOf, RowOf } from "../select/result.ts"
import type { Joinable } from "../select/select-base.ts"
import { requireExpressions } from "../select/select-state.ts"
import type { Shape } from "../lowering/shape.ts"
import { source, type Source, type SourceInfo } from "../from/source.ts"
import { lowerReturning, requireModel, targetNode } from "./target.ts"
import { requireRows } from "./update.ts"
import {
  fromNothing,
  withEntries,
  withinWrite,
  withJoin,
  type WriteEntry,
  type WriteFrom,
  writeRows,
  type WriteRows,
} from "./write-from.ts"
import { hoistAll, type InWith, requireCommonTables } from "../from/cte.ts"
import { type ReturnedRow, WriteStatement, type WrittenRows } from "./write-statement.ts"

interface DeleteState<M extends AnyModel> {
  readonly model: M
  readonly where: readonly BooleanExpr[] | "all"
  readonly using: WriteFrom
  readonly returned: Returned
  readonly commonTables: readonly SourceInfo[]
}

/** A DELETE that does not say yet which rows it is for. */
export interface DeleteDraft<M extends AnyModel, Nullable extends string = never> {
  /** Further entries, whose columns may be used in conditions and in what is returned: see {@link Delete.using}. */
  using(...entries: readonly WriteEntry[]): DeleteDraft<M, Nullable>
  /** Rows of the entries without a partner are left out. */
  join(target: Joinable): DeleteDraft<M, Nullable>
  join(target: Source | Relation, on: BooleanExpr | Relation): DeleteDraft<M, Nullable>
  /** Rows of the entries without a partner stay; everything of the joined entry is null in them. */
  leftJoin<N extends string>(target: Joinable<N>): DeleteDraft<M, Nullable | N>
  leftJoin<N extends string>(target: Source<N> | Relation<Source<N>>, on: BooleanExpr | Relation): DeleteDraft<M, Nullable | N>
  /** Rows may meet without a condition between them. */
  allowCartesian(): DeleteDraft<M, Nullable>
  /** The rows to delete. @throws StatementError for `undefined` */
  where(...conditions: readonly [BooleanExpr, ...BooleanExpr[]]): Delete<M, never, Nullable>
  /** Every row of the table, or with further entries every row that meets one of theirs. */
  allRows(): Delete<M, never, Nullable>
}

/** A DELETE; without `returning` it gives no rows. `Nullable` names the entries that an outer join may leave empty. */
export class Delete<M extends AnyModel, O = never, Nullable extends string = never, I = undefined> extends WriteStatement<O, I> {
  readonly #state: DeleteState<M>

  constructor(state: DeleteState<M>) {
    super()
    this.#state = state
  }

  protected get title(): string {
    return `delete from ${this.#state.model.tableName}`
  }
  get written(): WrittenRows {
    const { model } = this.#state
    return { model, kind: "delete", sets: [] }
  }
  protected withReturned(returned: Returned): Delete<M, any, any, any> {
    return this.#change({ returned })
  }
  protected get returned(): Returned {
    return this.#state.returned
  }
  protected get optional(): ReadonlySet<object> {
    return optionalEntries([], this.#state.using.joins)
  }

  /**
   * Further entries: models, aliases, subqueries, or relations of the table. A row is deleted when it meets any of theirs.
   * @example deleteFrom(Post).using(Post.author).where(User.c.name.eq("spam"))
   * @throws StatementError, when the statement is compiled, for an entry that no condition ties to the table
   */
  using(...entries: readonly WriteEntry[]): Delete<M, O, Nullable, I> {
    const { using, model } = this.#state
    return this.#change({ using: withEntries(using, model[source], entries, "using") })
  }
  /** Rows of the entries without a partner are left out. */
  join(target: Joinable): Delete<M, O, Nullable, I>
  join(target: Source | Relation, on: BooleanExpr | Relation): Delete<M, O, Nullable, I>
  join(target: unknown, on?: BooleanExpr | Relation): Delete<M, O, Nullable, I> {
    const { using, model } = this.#state
    return this.#change({ using: withJoin(using, model[source], "InnerJoin", target, on) })
  }
  /** Rows of the entries without a partner stay; everything of the joined entry is null in them. */
  leftJoin<N extends string>(target: Joinable<N>): Delete<M, ReturnedRow<I, Nullable | N | "new">, Nullable | N, I>
  leftJoin<N extends string>(
    target: Source<N> | Relation<Source<N>>,
    on: BooleanExpr | Relation,
  ): Delete<M, ReturnedRow<I, Nullable | N | "new">, Nullable | N, I>
  leftJoin(target: unknown, on?: BooleanExpr | Relation): Delete<M, any, any, any> {
    const { using, model } = this.#state
    return this.#change({ using: withJoin(using, model[source], "LeftJoin", target, on) })
  }
  /** Rows may meet without a condition between them. */
  allowCartesian(): Delete<M, O, Nullable, I> {
    return this.#change({ using: { ...this.#state.using, cartesian: true } })
  }
  /** Narrows the rows to delete further. @throws StatementError for `undefined` */
  where(...conditions: readonly [BooleanExpr, ...BooleanExpr[]]): Delete<M, O, Nullable, I> {
    requireExpressions(conditions, "where")
    const before = this.#state.where === "all" ? [] : this.#state.where
    return this.#change({ where: [...before, ...conditions] })
  }
  /** Every row of the table, or with further entries every row that meets one of theirs. */
  allRows(): Delete<M, O, Nullable, I> {
    return this.#change({ where: "all" })
  }
  /**
   * Gives the deleted rows as entities, or an item of each as `select` would. A function is given the row as it was
   * before and as it is now, `old` and `new`, which PostgreSQL has from version 18 on. `new` is null.
   * @example deleteFrom(Post).where(Post.c.id.eq(1)).returning({ id: Post.c.id })
   */
  returning(): Delete<M, RowOf<M>, Nullable, M>
  returning<const T extends Item>(item: T): Delete<M, ResultOf<T, Nullable>, Nullable, T>
  returning<const T extends Item>(item: (row: ChangedRow<M>) => T): Delete<M, ResultOf<T, Nullable | "new">, Nullable, T>
  returning(item: Item | ((row: ChangedRow<M>) => Item) = this.#state.model): Delete<M, any, any, any> {
    const returned = returnedItem(item, this.#state.model, ["new"])
    return this.#change({ returned })
  }

  /** Puts common table expressions into WITH that are not used in FROM, such as ones that write. */
  withCte(...tables: readonly InWith[]): Delete<M, O, Nullable, I> {
    return this.#change({ commonTables: [...this.#state.commonTables, ...requireCommonTables(tables)] })
  }

  override build(context: LowerContext): { readonly node: DeleteQueryNode; readonly shape: Shape | undefined } {
    const { model, where, using, returned } = this.#state
    const info = model[source]
    const { title } = this
    const conditions = requireRows(where, title)
    hoistAll(this.#state.commonTables, context)
    return withinWrite(info, using, context, () => {
      const table = targetNode(info, title, context)
      const rows = writeRows(using, info, conditions, title, context)
      const isInOne = rows.roots.length === 0 || context.dialect.writes.deleteUsing
      const beside = isInOne ? lowerFrom(rows.roots, rows.joins, context) : {}
      const condition = isInOne ? lowerConditions(rows.where, context) : meetsAny(info, using, rows, context)
      const { returning, shape } = lowerReturning(returned, info, table, title, context)
      const node: DeleteQueryNode = {
        kind: "DeleteQueryNode",
        from: FromNode.create([table]),
        ...(beside.from === undefined ? {} : { using: UsingNode.create(beside.from.froms) }),
        ...(beside.joins === undefined ? {} : { joins: beside.joins }),
        ...(condition === undefined ? {} : { where: WhereNode.create(condition) }),
        ...(returning === undefined ? {} : { returning }),
      }
      return { node, shape }
    })
  }

  #change(changes: Partial<DeleteState<M>>): Delete<M, any, any, any> {
    return new Delete({ ...this.#state, ...changes })
  }
}

function lowerConditions(conditions: readonly BooleanExpr[], context: LowerContext): OperationNode | undefined {
  return conditions.length === 0 ? undefined : lowerAll("and", conditions, context)
}

/** `exists (select 1 from … where …)`: a row goes when it meets any of the other entries' rows, which is what USING means. */
function meetsAny(info: SourceInfo, { joins }: WriteFrom, rows: WriteRows, context: LowerContext): OperationNode {
  return context.within([info], new Set(), () =>
    context.within(
      joins.map((join) => join.info),
      optionalEntries([], joins),
      () => {
        const beside = lowerFrom(rows.roots, rows.joins, context)
        const condition = lowerConditions(rows.where, context)
        const query: SelectQueryNode = {
          kind: "SelectQueryNode",
          selections: [SelectionNode.create(RawNode.createWithSql("1") as never)],
          ...beside,
          ...(condition === undefined ? {} : { where: WhereNode.create(condition) }),
        }
        return UnaryOperationNode.create(operatorNode("exists"), ParensNode.create(query))
      },
    ),
  )
}

/**
 * Begins a DELETE.
 *
 * @example
 * deleteFrom(Post).where(Post.c.userId.eq(1))
 * deleteFrom(Post).allRows()
 * deleteFrom(Post).using(Post.author).where(User.c.email.endsWith("@example.com"))
 */
export function deleteFrom<M extends AnyModel>(model: M): DeleteDraft<M> {
  requireModel(model, "deleteFrom()")
  return new Delete({ model, where: [], using: fromNothing, returned: undefined, commonTables: [] })
}
