import { IdentifierNode, ParensNode, RawNode, type OperationNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import type { Alias } from "../from/aliased.ts"
import type { Effect } from "../lowering/compiled.ts"
import { Expr } from "../expression/expression.ts"
import { isQueryNode } from "../kysely/query-scope.ts"
import { isLowerable, type Lowerable, type LowerContext } from "../lowering/lower.ts"
import { operandNode } from "../expression/operand.ts"
import { tight } from "../expression/operators.ts"
import type { AnyModel } from "../select/result.ts"
import type { Shape, ValueShape } from "../lowering/shape.ts"
import { isSource, source, type SourceInfo } from "../from/source.ts"
import { compile, isStatement, type Statement } from "../statement.ts"
import type { SqlDialect } from "../dialect/dialect.ts"
import type { SubquerySource } from "../from/subquery.ts"
import { type DeclaredColumns, type DeclaredRow, type DeclaredRows, TextRows, textSource } from "./text-statement.ts"
import { requireReadable } from "../expression/own-sql.ts"
import { typeFrom, type TypeSource } from "../types/type-source.ts"
import type { SqlType } from "../types/type.ts"

/**
 * A piece of SQL text: an expression wherever one is taken, and a statement by itself. As a statement, its rows are objects
 * by column name, decoded by the types that the driver tells; with {@link returns}, the values of its only column.
 */
export class SqlText<out T> extends Expr<T> implements Statement<T> {
  declare readonly $result: T
  declare readonly $column: T
  /** The text was not built by Rebis, so what it does is not known. */
  readonly effect: Effect = "unknown"
  readonly label: string = "sql`…`"
  readonly type: SqlType | undefined
  readonly #fragments: readonly string[]
  readonly #values: readonly unknown[]

  constructor(fragments: readonly string[], values: readonly unknown[], type?: SqlType) {
    super()
    this.#fragments = fragments
    this.#values = values
    this.type = type
  }

  /** The type by which its value is read, and by which what it is compared with is written; null where it says `nullable()`. */
  returns<R>(type: TypeSource<R> & { readonly $nullable: true }): SqlText<R | null>
  returns<R>(type: TypeSource<R>): SqlText<0 extends 1 & T ? R : R | Extract<T, null>>
  returns(type: TypeSource<unknown>): SqlText<any> {
    return new SqlText(this.#fragments, this.#values, typeFrom(type, "returns()"))
  }
  /**
   * The types by which its rows are read: by name, as objects, or in a list by place, so that columns may share a name.
   * @example sql`select id, created_at as at from ${Post}`.rows({ id: integer(), at: timestamptz().nullable() })
   * @throws from the run: StatementError when a column is not there, or is there twice; ValueError for a null that was not declared
   */
  rows<const C extends DeclaredRows>(columns: C): TextRows<DeclaredRow<C>> {
    return new TextRows(this, columns)
  }
  /**
   * The text in parentheses as a FROM entry: with the types of its columns, or for a model whose columns it gives by their names
   * in the database. Then its rows are entities.
   * @example const old = sql`select * from ${Post} for update skip locked`.as("old", Post)
   */
  as<const A extends string, M extends AnyModel>(alias: A, model: M): Alias<M, A>
  as<const A extends string, const C extends DeclaredColumns>(alias: A, columns: C): SubquerySource<DeclaredRow<C>, A>
  as(alias: string, columns: AnyModel | DeclaredColumns): any {
    return textSource(this, alias, columns)
  }

  lower(context: LowerContext): RawNode {
    context.mark(this.effect)
    const sources = this.#sources()
    return context.calls.opaque("text", () =>
      sources.length === 0
        ? this.#lower(context)
        : context.within(sources, context.optional, () => {
            context.level!.clause = "text"
            return this.#lower(context)
          }),
    )
  }

  build(context: LowerContext): { readonly node: RawNode; readonly shape: Shape | undefined } {
    requireReadable(this.type, "returns()")
    const shape: ValueShape | undefined =
      this.type === undefined ? undefined : { kind: "value", index: 0, type: this.type, label: this.label }
    return { node: this.lower(context), shape }
  }

  toSQL(dialect: SqlDialect): { readonly text: string; readonly parameters: readonly unknown[] } {
    const { text, parameters } = compile(this, dialect)
    return { text, parameters }
  }

  #lower(context: LowerContext): RawNode {
    const fragments = [...this.#fragments]
    const nodes = this.#values.map((value, index) => {
      const node = interpolated(value, index, context)
      // Kysely puts parentheses around a statement inside text: none beside the author's own, which would make a row of it.
      if (
        (isStatement(value) || isQueryNode(node)) &&
        !(value instanceof SqlText) &&
        fragments[index]!.trimEnd().endsWith("(") &&
        fragments[index + 1]!.trimStart().startsWith(")")
      ) {
        fragments[index] = fragments[index]!.trimEnd().slice(0, -1)
        fragments[index + 1] = fragments[index + 1]!.trimStart().slice(1)
        return ParensNode.is(node) ? node : ParensNode.create(node)
      }
      return node
    })
    return RawNode.create(fragments, nodes)
  }

  /** The FROM entries named in the text: their columns may be used in it, whatever stands around. */
  #sources(): readonly SourceInfo[] {
    const found = new Map<object, SourceInfo>()
    for (const value of this.#values) if (isSource(value)) found.set(value[source].id, value[source])
    return [...found.values()]
  }
}

function interpolated(value: unknown, index: number, context: LowerContext): OperationNode {
  if (isSource(value)) return value[source].from(context)
  if (value instanceof SqlText) return value.lower(context)
  if (isStatement(value)) return value.lower(context)
  if (value instanceof Expr) return tight(value, context)
  if (isLowerable(value)) return value.lower(context)
  return operandNode(value, undefined, `value ${index + 1} of sql\`…\``, context)
}

function requireValues(values: readonly unknown[]): void {
  values.forEach((value, index) => {
    if (value === undefined) {
      throw new StatementError(`value ${index + 1} of sql\`…\` is undefined`, {
        hint: "pass null where NULL is meant, or an empty sql`` where nothing is",
      })
    }
    if (Array.isArray(value)) {
      throw new StatementError(`value ${index + 1} of sql\`…\` is a list`, {
        hint: "write sql.join(list) for its items one by one, or value(list, integer().array()) for one array",
      })
    }
    if ((typeof value === "function" && !isSource(value)) || typeof value === "symbol") {
      throw new StatementError(`value ${index + 1} of sql\`…\` is a ${typeof value}`)
    }
  })
}

/** Text and what stands in it: see {@link sql}. */
export interface SqlTag {
  <T = any>(fragments: TemplateStringsArray, ...values: readonly unknown[]): SqlText<T>
  /** A quoted identifier; several are joined by dots. @example sql.identifier("app", "post") // "app"."post" */
  identifier(...names: readonly [string, ...string[]]): Lowerable
  /** Values, expressions or pieces of text in a row, with `separator` between them: a comma unless given. */
  join(items: readonly unknown[], separator?: SqlText<any>): SqlText<any>
  /** Text as it is. Whoever can write into it can write into the database: never from a request. */
  unsafe<T = any>(text: string): SqlText<T>
}

/**
 * SQL text. What is interpolated becomes a parameter; expressions, columns, models (as table names), statements and other
 * `sql` pieces become part of the text.
 *
 * @example
 * sql<number>`length(${Post.c.title})`.returns(integer())     // an expression
 * sql<{ id: number }>`select id from ${Post} where id > ${10}`  // a statement
 * @throws StatementError for `undefined`, with its place
 */
export const sql: SqlTag = Object.assign(
  <T = any>(fragments: TemplateStringsArray, ...values: readonly unknown[]): SqlText<T> => {
    // A string, or a list from a request, would be text that somebody else wrote.
    if (!Array.isArray(fragments) || !Object.hasOwn(fragments, "raw")) {
      throw new StatementError(`sql is a template's tag, not a function of ${fragments === null ? "null" : typeof fragments}`, {
        hint: "write sql`…`; text that was put together before is sql.unsafe(text)",
      })
    }
    requireValues(values)
    return new SqlText<T>(fragments, values)
  },
  {
    identifier(...names: readonly [string, ...string[]]): Lowerable {
      if (names.length === 0) throw new StatementError("sql.identifier() was given no name")
      for (const name of names) {
        if (typeof name !== "string" || name === "" || name.includes("\0"))
          throw new StatementError(`sql.identifier(): ${JSON.stringify(name)} cannot be a name`)
      }
      const node = RawNode.create(
        ["", ...names.slice(1).map(() => "."), ""],
        names.map((name) => IdentifierNode.create(name)),
      )
      return { lower: () => node }
    },
    join(items: readonly unknown[], separator: SqlText<any> = comma): SqlText<any> {
      if (!Array.isArray(items) || items.length === 0) {
        throw new StatementError("sql.join() was given nothing to join", {
          hint: "an empty list has no text that is right everywhere: decide it before",
        })
      }
      if (!(separator instanceof SqlText)) {
        throw new StatementError("sql.join(): the separator is not a piece of sql", { hint: "write sql.join(list, sql` or `)" })
      }
      const values = items.flatMap((item, index) => (index === 0 ? [item] : [separator, item]))
      requireValues(values)
      return new SqlText<any>(["", ...values.map(() => "")], values)
    },
    unsafe<T = any>(text: string): SqlText<T> {
      if (typeof text !== "string") throw new StatementError(`sql.unsafe() takes a string, not ${String(text)}`)
      return new SqlText<T>([text], [])
    },
  },
)

const comma: SqlText<any> = new SqlText([", "], [])
