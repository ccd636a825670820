import { ExpressionWrapper, type AliasableExpression, ParensNode, SelectQueryNode, type OperationNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import type { AnyExpr } from "../expression/any-expression.ts"
import { ownNode } from "./own-nodes.ts"
import { isLowerable, type Lowerable, type LowerContext } from "../lowering/lower.ts"
import type { RowColumn } from "../from/row-columns.ts"
import { isStatement, type Statement } from "../statement.ts"
import type { NamedRows } from "../from/subquery.ts"

/**
 * An expression of ours, or a select, as Kysely's `as()` takes it: to be selected, to stand in FROM, or to be a common table
 * expression. Where Kysely takes an expression that needs no name, ours stands as it is.
 *
 * @example
 * kysely.selectFrom("post").select(toKysely(lower(Post.c.title)).as("title")).where(Post.c.id.gt(7))
 * kysely.with("recent", () => toKysely(select({ id: Post.c.id }).where(Post.c.publishedDate.gt("2026-01-01"))))
 * @throws StatementError for a select whose columns have no names of their own, or others than its properties
 */
export function toKysely<T>(expression: AnyExpr<T>): AliasableExpression<T>
export function toKysely<O>(statement: Statement<O> & NamedRows): AliasableExpression<O>
export function toKysely(given: AnyExpr | (Statement & NamedRows)): AliasableExpression<any> {
  if (!isLowerable(given)) throw new StatementError(`toKysely() takes an expression or a select, not ${String(given)}`)
  return new ExpressionWrapper(ownNode("rowColumns" in given && isStatement(given) ? new Rows(given) : given))
}

/** A select that stands in FROM of a query of Kysely's. */
class Rows implements NamedRows {
  readonly #rows: NamedRows

  constructor(rows: Lowerable & NamedRows) {
    this.#rows = rows
    for (const { key, name } of this.rowColumns("toKysely()")) {
      if (key === name) continue
      throw new StatementError(`toKysely(): the column of "${key}" is called "${name}"`, {
        hint: "select an object, whose properties are the names: select({ … })",
      })
    }
  }
  rowColumns(title: string): readonly RowColumn[] {
    return this.#rows.rowColumns(title)
  }
  lower(context: LowerContext): OperationNode {
    const node = this.#rows.lower(context)
    return SelectQueryNode.is(node) ? node : ParensNode.create(node)
  }
}
