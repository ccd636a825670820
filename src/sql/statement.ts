import type { RootOperationNode } from "kysely"
import { ArgumentError, StatementError } from "../errors/index.ts"
import type { CompiledStatement, Effect } from "./compiled.ts"
import type { SqlDialect } from "./dialect.ts"
import { isLowerable, LowerContext, type Lowerable } from "./lower.ts"
import { printNode, printRoot } from "./print.ts"
import type { Shape } from "./shape.ts"

/** Anything that can be run: `O` is the type of one row of its result. */
export abstract class Statement<out O = unknown> implements Lowerable {
  declare readonly $result: O
  /** The least effect of its kind; raw parts raise it. */
  abstract readonly effect: Effect
  /** The statement as nodes, and how its rows are put together; no shape when its columns are not known to us. */
  abstract build(context: LowerContext): { readonly node: RootOperationNode; readonly shape: Shape | undefined }

  /** Text and parameters of a statement that is not compiled by being built. */
  compileFor?(dialect: SqlDialect): CompiledStatement

  lower(context: LowerContext): RootOperationNode {
    return this.build(context).node
  }

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
  return statement.compileFor === undefined ? compileIn(statement, new LowerContext(dialect)) : statement.compileFor(dialect)
}

/** As {@link compile}, once for many runs: what each run makes anew is a `DeferredValue` among the parameters. */
export function compileTemplate(statement: Statement, dialect: SqlDialect): CompiledStatement {
  return compileIn(statement, new LowerContext(dialect, { defers: true }))
}

function compileIn(statement: Statement, context: LowerContext): CompiledStatement {
  const { dialect } = context
  context.mark(statement.effect)
  const { node, shape } = statement.build(context)
  const { sql, parameters } = printRoot(node, dialect)
  if (sql.includes("\0"))
    throw new StatementError("the statement holds the NUL character, which no database takes", {
      hint: "look at its aliases, names and literal text",
    })
  const { maxParameters } = dialect.capabilities
  if (parameters.length > maxParameters) {
    throw new StatementError(`the statement has ${parameters.length} parameters; ${dialect.title} takes at most ${maxParameters}`, {
      hint: "split it: fewer rows in one insert, or one list instead of many conditions",
    })
  }
  return { text: sql, parameters, effect: context.effect, shape }
}

/** An expression as text without parameters and without table names, as checks, defaults and indexes of a table are written. */
export function expressionText(expression: Lowerable, dialect: SqlDialect): string {
  const context = new LowerContext(dialect, { literals: true })
  const node = context.unqualified(() => expression.lower(context))
  return printNode(node, dialect)
}
