import { StatementError } from "../../errors/index.ts"
import { type BooleanExpr, Computed, Expr, lowerAll } from "../expression/expression.ts"
import type { OperationNode } from "kysely"
import type { Argument } from "../functions/function-call.ts"
import type { LowerContext } from "../lowering/lower.ts"
import { orderingsOf, orderNode, type Ordering } from "../expression/ordering.ts"
import { requireExpressions } from "../expression/require-expressions.ts"
import type { JsonShape } from "../lowering/shape.ts"
import type { SqlType } from "../types/type.ts"
import { lowerOver, windowFrom, type WindowArgument } from "../windows/window.ts"

/** Which rows an aggregate is computed of, and in which order. */
export interface AggregateOptions {
  readonly distinct: boolean
  readonly orderBy: readonly Ordering[]
  /** All of these must hold. */
  readonly filter: readonly BooleanExpr[]
}

/** What an aggregate is, whatever rows it is computed of. */
export interface AggregateDefinition {
  readonly label: string
  readonly type: SqlType | undefined
  readonly json?: JsonShape | undefined
  /** Its value is JSON as the database builds it, which need not be parsed again to stand inside other JSON. */
  readonly buildsJson?: boolean
  /** Why values cannot be made distinct or be ordered, where that is so. */
  readonly unordered?: string
  lower(options: AggregateOptions, context: LowerContext, over: OperationNode | undefined): OperationNode
}

const allRows: AggregateOptions = { distinct: false, orderBy: [], filter: [] }

/**
 * A value computed of all rows of a group, or of those that a window sees.
 *
 * @example
 * count().filter(Post.c.publishedDate.isNotNull())
 * stringAgg(Tag.c.label, ", ").distinct()
 * sum(Post.c.viewCount).over({ partitionBy: Post.c.userId })
 */
export class Aggregate<out T, out S extends string = never> extends Expr<T, S> {
  declare readonly $aggregate: true
  readonly #definition: AggregateDefinition
  readonly #options: AggregateOptions

  constructor(definition: AggregateDefinition, options: AggregateOptions = allRows) {
    super()
    this.#definition = definition
    this.#options = options
  }
  get label(): string {
    return this.#definition.label
  }
  get type(): SqlType | undefined {
    return this.#definition.type
  }
  override get json(): JsonShape | undefined {
    return this.#definition.json
  }
  get buildsJson(): boolean {
    return this.#definition.buildsJson ?? false
  }

  /** Only the rows for which all of the conditions hold; further calls add more. @throws StatementError for `undefined` */
  filter(...conditions: readonly BooleanExpr[]): this {
    requireExpressions(conditions, `filter of ${this.label}`)
    return this.#with({ filter: [...this.#options.filter, ...conditions] })
  }
  /** Equal values once. */
  distinct(): this {
    this.#requireValues("distinct()")
    return this.#with({ distinct: true })
  }
  /** The order in which rows are taken, where it matters: of lists and joined text. */
  orderBy(...order: readonly Ordering[]): this {
    this.#requireValues("orderBy()")
    return this.#with({ orderBy: [...this.#options.orderBy, ...orderingsOf(order, `orderBy of ${this.label}`)] })
  }
  /**
   * For each row, of the rows that its window sees, all rows of the result unless more is said. Rows are not grouped by it.
   * @throws StatementError after `distinct()` or `orderBy()`, which no database has over a window
   */
  over(window?: WindowArgument): Expr<T, S> {
    const { label, type, json } = this
    const options = this.#options
    if (options.distinct || options.orderBy.length > 0) {
      throw new StatementError(`${label}: over() cannot be combined with ${options.distinct ? "distinct()" : "orderBy()"}`, {
        hint: "the order of the rows that a window sees is the window's own: over({ orderBy: … })",
      })
    }
    const seen = windowFrom(window)
    const title = `${label} over (…)`
    const lower = (context: LowerContext): OperationNode =>
      context.calls.window(title, () => this.#definition.lower(options, context, lowerOver(seen, context)))
    return new Computed<T, S>(title, type, lower, json)
  }

  lower(context: LowerContext): OperationNode {
    return context.calls.aggregate(this.label, () => this.#definition.lower(this.#options, context, undefined))
  }

  #with(changes: Partial<AggregateOptions>): this {
    return new Aggregate<T, S>(this.#definition, { ...this.#options, ...changes }) as this
  }
  #requireValues(what: string): void {
    const { label, unordered } = this.#definition
    if (unordered !== undefined) throw new StatementError(`${label} has no ${what}: ${unordered}`)
  }
}

/** The condition of a FILTER; none when every row counts. */
export function lowerFilter(conditions: readonly BooleanExpr[], context: LowerContext): OperationNode | undefined {
  return conditions.length === 0 ? undefined : lowerAll("and", conditions, context)
}

/** An aggregate function of the database, by PostgreSQL's name of it. */
export function aggregateCall<T, S extends string>(
  name: string,
  args: readonly Argument[],
  definition: Omit<AggregateDefinition, "lower"> & { readonly of?: SqlType | undefined },
): Aggregate<T, S> {
  return new Aggregate<T, S>({
    ...definition,
    lower: ({ distinct, orderBy, filter }, context, over) =>
      context.dialect.aggregate({
        name,
        args: args.map((argument) => argument(context)),
        type: definition.of,
        distinct,
        orderBy: orderNode(orderBy, context),
        filter: lowerFilter(filter, context),
        over,
      }),
  })
}
