import { ArgumentError, StatementError } from "../errors/index.ts"
import type { CompiledStatement, Effect } from "./lowering/compiled.ts"
import type { DeclaredType, DeclaredValue } from "./types/declared-type.ts"
import { DeferredValue } from "./expression/deferred-value.ts"
import type { SqlDialect } from "./dialect/dialect.ts"
import type { LowerContext, ParameterValues } from "./lowering/lower.ts"
import { param, type Parameter } from "./expression/parameter.ts"
import { compileTemplate, isStatement, Statement, togetherOf } from "./statement.ts"

/** The types of parameters, by their names. */
export type ParameterTypes = Readonly<Record<string, DeclaredType>>
/** The parameters as expressions, by their names. */
export type ParametersOf<P> = { readonly [K in keyof P]: Parameter<DeclaredValue<P[K]>> }
/** What each run is given. */
export type ValuesOf<P> = { readonly [K in keyof P]: DeclaredValue<P[K]> }

/** A statement that is compiled once for each database, as a function of the values of its parameters. */
export type Prepared<P, O> = (...values: Record<never, never> extends P ? [values?: P] : [values: P]) => Statement<O>

/**
 * A statement whose text is made once and whose values are given at each run: as fast as text by hand, and the same prepared
 * statement on the server every time. Any statement can be prepared: a select with the relations that it loads, an insert, an
 * update, a delete, text. A parameter may be used several times, and is written as its type says.
 *
 * @example
 * const postsAfter = prepared({ email: text(), after: integer() }, (p) =>
 *   select(Post).join(Post.author).where(User.c.email.eq(p.email), Post.c.id.gt(p.after)).orderBy(Post.c.id.asc()).limit(20))
 * await db.all(postsAfter({ email: "ada@example.org", after: 0 }))
 * @throws StatementError from the call for a value that is missing, unknown, or null where it must not be; ValueError from the
 *   run for one that its type cannot hold. Both name the parameter.
 */
export function prepared<const P extends ParameterTypes, O>(
  parameters: P,
  statement: Statement<O> | ((parameters: ParametersOf<P>) => Statement<O>),
): Prepared<ValuesOf<P>, O> {
  if (typeof parameters !== "object" || parameters === null) {
    throw new ArgumentError(`prepared() takes the types of the parameters, not ${String(parameters)}`, {
      hint: "write prepared({ email: text() }, (p) => …)",
    })
  }
  const declared = Object.entries<DeclaredType>(parameters).map(([name, type]) => param(name, type))
  const named = Object.fromEntries(declared.map((each) => [each.name, each])) as unknown as ParametersOf<P>
  const built = typeof statement === "function" ? statement(named) : statement
  if (!isStatement(built)) {
    throw new ArgumentError(`prepared() takes a statement or a function that gives one, not ${String(built)}`)
  }
  const template = new Template(built)
  return (values?: ParameterValues) => new BoundStatement<O>(template, checked(values ?? {}, declared))
}

/** @throws StatementError for a value that is missing, unknown, or null where it must not be. */
function checked(values: ParameterValues, declared: readonly Parameter<unknown>[]): ParameterValues {
  if (typeof values !== "object") throw new StatementError(`a prepared statement takes its values as an object, not ${String(values)}`)
  for (const parameter of declared) parameter.require(values)
  for (const name of Object.keys(values)) {
    if (declared.some((parameter) => parameter.name === name)) continue
    throw new StatementError(`the prepared statement has no parameter "${name}"`, {
      hint: declared.length === 0 ? "it has none" : `its parameters are ${declared.map((parameter) => parameter.name).join(", ")}`,
    })
  }
  return values
}

/** A statement with parameters, compiled once for each dialect, and what was derived from it. */
class Template {
  readonly statement: Statement
  readonly #compiled = new WeakMap<SqlDialect, CompiledStatement>()
  readonly #derived = new Map<string, Template>()

  constructor(statement: Statement) {
    this.statement = statement
  }
  compiledFor(dialect: SqlDialect): CompiledStatement {
    let compiled = this.#compiled.get(dialect)
    if (compiled === undefined) this.#compiled.set(dialect, (compiled = compileTemplate(this.statement, dialect)))
    return compiled
  }
  derived(key: string, change: (statement: Statement) => Statement): Template {
    let template = this.#derived.get(key)
    if (template === undefined) {
      const statement = change(this.statement)
      this.#derived.set(key, (template = statement === this.statement ? this : new Template(statement)))
    }
    return template
  }
}

/** A prepared statement with the values of its parameters. */
export class BoundStatement<out O> extends Statement<O> {
  readonly effect: Effect
  readonly values: ParameterValues
  readonly #template: Template

  constructor(template: Template, values: ParameterValues) {
    super()
    this.effect = template.statement.effect
    this.values = values
    this.#template = template
  }

  /** The statement that was prepared. */
  get statement(): Statement {
    return this.#template.statement
  }
  /** The same values for a statement that was made from the prepared one; made once for each `key`. */
  derived(key: string, change: (statement: Statement) => Statement): BoundStatement<O> {
    return new BoundStatement(this.#template.derived(key, change), this.values)
  }

  override build(context: LowerContext): ReturnType<Statement["build"]> {
    return context.giving(this.values, () => this.#template.statement.build(context))
  }
  override compileFor(dialect: SqlDialect): CompiledStatement {
    return boundTo(this.values, this.#template.compiledFor(dialect))
  }
}

function boundTo(values: ParameterValues, { text, parameters, effect, shape, needs, parts }: CompiledStatement): CompiledStatement {
  if (parts !== undefined) return togetherOf(parts.map((part) => boundTo(values, part)))
  const encoded = parameters.map((parameter) => (parameter instanceof DeferredValue ? parameter.encode(values) : parameter))
  return needs === undefined ? { text, parameters: encoded, effect, shape } : { text, parameters: encoded, effect, shape, needs }
}

/** A statement that was made of parts of a prepared one, with the values of its parameters. */
export function givenParameters(statement: Statement, values: ParameterValues | undefined): Statement {
  return values === undefined ? statement : new WithParameters(statement, values)
}

class WithParameters extends Statement {
  readonly effect: Effect
  readonly #statement: Statement
  readonly #values: ParameterValues

  constructor(statement: Statement, values: ParameterValues) {
    super()
    this.effect = statement.effect
    this.#statement = statement
    this.#values = values
  }
  override build(context: LowerContext): ReturnType<Statement["build"]> {
    return context.giving(this.#values, () => this.#statement.build(context))
  }
}
