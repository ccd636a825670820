import type { OperationNode, RootOperationNode } from "kysely"
import { ArgumentError, StatementError } from "../errors/index.ts"
import { CommonTables } from "./lowering/with-clause.ts"
import type { CompiledStatement, Effect } from "./lowering/compiled.ts"
import type { SqlDialect } from "./dialect/dialect.ts"
import { isLowerable, LowerContext, type Lowerable, type LowerOptions } from "./lowering/lower.ts"
import { printNode, printRoot } from "./lowering/print.ts"
import type { Shape } from "./lowering/shape.ts"

/** Anything that can be run: `O` is the type of one row of its result. */
export abstract class Statement<out O = unknown> implements Lowerable {
  declare readonly $result: O
  /** The least effect of its kind; raw parts raise it. */
  abstract readonly effect: Effect
  /** The statement as nodes, and how its rows are put together; no shape when its columns are not known to us. */
  abstract build(context: LowerContext): { readonly node: RootOperationNode; readonly shape: Shape | undefined }

  /** Text and parameters of a statement that is not compiled by being built. */
  compileFor?(dialect: SqlDialect): CompiledStatement

  /** As it stands inside another statement. */
  lower(context: LowerContext): OperationNode {
    return context.inside(() => this.build(context).node)
  }

  /**
   * The statements that it is run as on a database where one statement cannot hold it; `tooLarge` says that it was found not to.
   * They do together and in this order what it does.
   */
  divide?(dialect: SqlDialect, tooLarge: boolean): readonly Statement<O>[] | undefined

  /**
   * The text and parameters for a dialect, as they would be sent.
   * @example select(Post).toSQL(engine.dialect) // { text: 'select …', parameters: [] }
   */
  toSQL(dialect: SqlDialect): { readonly text: string; readonly parameters: readonly unknown[] } {
    const { text, parameters } = compile(this, dialect)
    return { text, parameters }
  }
}

/** Whether a value can be run: a {@link Statement}, or the text that is one and an expression at once. */
export function isStatement(value: unknown): value is Statement {
  return typeof value === "object" && value !== null && "build" in value && "effect" in value && isLowerable(value)
}

/** Turns a statement into text and encoded parameters. @throws StatementError, ValueError before anything is sent. */
export function compile<O>(statement: Statement<O>, dialect: SqlDialect): CompiledStatement {
  if (!isStatement(statement)) {
    throw new ArgumentError(`a statement was expected, not ${statement === undefined ? "undefined" : typeof statement}`, {
      hint: "pass select(…), insert(…), update(…), deleteFrom(…) or an sql`…` template",
    })
  }
  if (statement.compileFor !== undefined) return statement.compileFor(dialect)
  return compileParts(statement, dialect, {})
}

/** As {@link compile}, once for many runs: what each run makes anew is a `DeferredValue` among the parameters. */
export function compileTemplate(statement: Statement, dialect: SqlDialect): CompiledStatement {
  return compileParts(statement, dialect, { defers: true })
}

type CompileOptions = LowerOptions

function compileParts(statement: Statement, dialect: SqlDialect, options: CompileOptions): CompiledStatement {
  const parts = partsOf(statement, dialect, options)
  return parts.length === 1 ? parts[0]! : togetherOf(parts)
}

function partsOf(statement: Statement, dialect: SqlDialect, options: CompileOptions): readonly CompiledStatement[] {
  const parts = statement.divide?.(dialect, false)
  if (parts !== undefined) return parts.flatMap((part) => partsOf(part, dialect, options))
  const whole = compileWhole(statement, dialect, options)
  const count = whole.parameters.length
  const { maxParameters } = dialect.capabilities
  if (count <= maxParameters) return [whole]
  const smaller = statement.divide?.(dialect, true)
  if (smaller !== undefined) return smaller.flatMap((part) => partsOf(part, dialect, options))
  throw new StatementError(`the statement has ${count} parameters; ${dialect.title} takes at most ${maxParameters}`, {
    hint: "split it, or pass one list instead of many conditions",
  })
}

function compileWhole(statement: Statement, dialect: SqlDialect, options: CompileOptions): CompiledStatement {
  const commonTables = new CommonTables()
  const context = new LowerContext(dialect, { ...options, commonTables })
  context.mark(statement.effect)
  const { node, shape } = statement.build(context)
  const { sql, parameters } = printRoot(commonTables.attach(node), dialect)
  if (sql.includes("\0"))
    throw new StatementError("the statement holds the NUL character, which no database takes", {
      hint: "look at its aliases, names and literal text",
    })
  if (!sql.isWellFormed())
    throw new StatementError("the statement holds half of a surrogate pair, which UTF-8 cannot represent", {
      hint: "look at its aliases, names and literal text",
    })
  const { effect, needs } = context
  return needs === undefined ? { text: sql, parameters, effect, shape } : { text: sql, parameters, effect, shape, needs }
}

/** Statements that are run as one. */
export function togetherOf(parts: readonly CompiledStatement[]): CompiledStatement {
  const { effect, shape } = parts.find((part) => part.effect === "unknown") ?? parts[0]!
  return {
    text: [...new Set(parts.map(({ text }) => text))].join(";\n"),
    parameters: parts.flatMap(({ parameters }) => parameters),
    effect,
    shape,
    parts,
  }
}

/** An expression as text without parameters and without table names, as checks, defaults and indexes of a table are written. */
export function expressionText(expression: Lowerable, dialect: SqlDialect): string {
  const context = new LowerContext(dialect, { literals: true })
  const node = context.unqualified(() => expression.lower(context))
  return printNode(node, dialect)
}
