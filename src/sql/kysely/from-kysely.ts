import {
  AndNode,
  BinaryOperationNode,
  type Compilable,
  type Expression,
  type OperationNode,
  type OperationNodeSource,
  OperatorNode,
  OrNode,
  ParensNode,
  type RootOperationNode,
  type SqlBool,
  UnaryOperationNode,
} from "kysely"
import { StatementError } from "../../errors/index.ts"
import type { Alias } from "../from/aliased.ts"
import type { Effect } from "../lowering/compiled.ts"
import { declaredType, type DeclaredType, type DeclaredValue } from "../types/declared-type.ts"
import { Computed, Condition, type Expr } from "../expression/expression.ts"
import { isQueryNode } from "./query-scope.ts"
import { comparisons } from "./value-encoder.ts"
import type { LowerContext } from "../lowering/lower.ts"
import { operandNode } from "../expression/operand.ts"
import type { AnyModel } from "../select/result.ts"
import type { Shape } from "../lowering/shape.ts"
import { Statement } from "../statement.ts"
import type { SubquerySource } from "../from/subquery.ts"
import { type DeclaredColumns, type DeclaredRow, TextRows, textSource } from "../text/text-statement.ts"

/** A query of Kysely's: a select, insert, update, delete or merge builder. */
export type KyselyQuery<O> = Compilable<O> & OperationNodeSource

/** Columns whose types are those that Kysely knows of them. */
type Matching<O, C> = {
  readonly [K in keyof C]: K extends keyof O ? (DeclaredValue<C[K]> extends O[K] ? C[K] : TypeOf<O[K]>) : NoSuchColumn<K>
}
interface NoSuchColumn<K> {
  readonly noSuchColumn: K
}
interface TypeOf<V> {
  readonly type: { readonly $value?: V }
}

/**
 * A query of Kysely's as a statement: a session runs it, `in` takes it, and with the types of its columns it stands in FROM. Its rows
 * are objects by column name, decoded by the types that the driver tells, or by those that are declared.
 */
export class KyselyRows<O> extends Statement<O> {
  declare readonly $column: O[keyof O]
  /** It may hold any text. */
  readonly effect: Effect = "unknown"
  readonly #query: OperationNodeSource

  constructor(query: OperationNodeSource) {
    super()
    this.#query = query
  }
  override lower(context: LowerContext): RootOperationNode {
    return operandNode(this.#query, undefined, "a Kysely query", context) as RootOperationNode
  }
  override build(context: LowerContext): { readonly node: RootOperationNode; readonly shape: Shape | undefined } {
    return { node: this.lower(context), shape: undefined }
  }

  /** The types by which its rows are read, by column name. */
  rows<const C extends DeclaredColumns>(columns: C & Matching<O, C>): TextRows<DeclaredRow<C>> {
    return new TextRows(this, columns)
  }
  /** The query as a FROM entry: with the types of its columns, or for a model whose columns it gives by their names in the database. */
  as<const A extends string, M extends AnyModel>(alias: A, model: M): Alias<M, A>
  as<const A extends string, const C extends DeclaredColumns>(alias: A, columns: C & Matching<O, C>): SubquerySource<DeclaredRow<C>, A>
  as(alias: string, columns: AnyModel | DeclaredColumns): any {
    return textSource(this, alias, columns)
  }
}

type FromExpression<T> = 0 extends 1 & T ? Expr<T> : [T] extends [SqlBool] ? Condition<boolean, never> : Expr<T>

/**
 * A query of Kysely's as a statement of ours, or an expression of Kysely's as one of ours: for `where`, select lists and whatever
 * else takes expressions. Without a type its value is read by the type that the driver tells; with one a query is a scalar subquery.
 *
 * @example
 * select({ id: Post.c.id, size: fromKysely(kyselySql<number>`length(title)`, integer()) }).from(Post)
 * const busy = fromKysely(kysely.selectFrom("post").select(["user_id"]).groupBy("user_id"))
 * select(User).where(User.c.id.in(busy))
 * select(User).join(busy.as("busy", { user_id: integer() }), …)
 */
export function fromKysely<O, const D extends DeclaredType>(query: KyselyQuery<O>, type: D): Expr<DeclaredValue<D> | null>
export function fromKysely<O>(query: KyselyQuery<O>): KyselyRows<O>
export function fromKysely<T, const D extends DeclaredType>(expression: Expression<T>, type: D): Expr<DeclaredValue<D> | Extract<T, null>>
export function fromKysely<T>(expression: Expression<T>): FromExpression<T>
export function fromKysely(given: OperationNodeSource, type?: DeclaredType): any {
  if (typeof given !== "object" || given === null || !("toOperationNode" in given))
    throw new StatementError(`fromKysely() takes a query or an expression of Kysely's, not ${String(given)}`)
  const node = given.toOperationNode()
  const lower = (context: LowerContext): OperationNode => operandNode(given, undefined, "a Kysely expression", context)
  if (type !== undefined) return new Computed("a Kysely expression", declaredType(type, "fromKysely()").type, lower)
  if (isQueryNode(node)) return new KyselyRows(given)
  return isCondition(node) ? new Condition(lower) : new Computed("a Kysely expression", undefined, lower)
}

const logical: ReadonlySet<string> = new Set(["not", "exists", "not exists"])

function isCondition(node: OperationNode): boolean {
  if (ParensNode.is(node)) return isCondition(node.node)
  if (UnaryOperationNode.is(node)) return OperatorNode.is(node.operator) && logical.has(node.operator.operator)
  if (BinaryOperationNode.is(node)) return OperatorNode.is(node.operator) && comparisons.has(node.operator.operator)
  return AndNode.is(node) || OrNode.is(node)
}
