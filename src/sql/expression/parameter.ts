import { ValueNode, type OperationNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import { declaredType, type DeclaredType, type DeclaredValue } from "../types/declared-type.ts"
import { DeferredValue } from "./deferred-value.ts"
import { Expr } from "./expression.ts"
import type { LowerContext, ParameterValues } from "../lowering/lower.ts"
import { encodeValue } from "./encode-value.ts"
import { valueNode } from "./operand.ts"
import { castNode } from "./operators.ts"
import { written } from "./own-sql.ts"
import type { SqlDialect } from "../dialect/dialect.ts"
import { isSameType, unmodified, type SqlType } from "../types/type.ts"

/** A value by name, which is given each time the statement is run: see {@link param} and `prepared`. */
export class Parameter<out T> extends Expr<T> {
  readonly name: string
  override readonly type: SqlType
  readonly nullable: boolean

  constructor(name: string, type: SqlType, nullable: boolean) {
    super()
    this.name = name
    this.type = type
    this.nullable = nullable
  }
  get label(): string {
    return `parameter "${this.name}"`
  }

  /** Standing alone it says its type where the database would have to guess. */
  lower(context: LowerContext): OperationNode {
    const node = this.#node(context)
    if (this.type.codec?.toSql !== undefined) return written(node, this.type, context)
    return context.dialect.castsParameters ? castNode(node, unmodified(this.type), context) : node
  }
  lowerBeside(type: SqlType | undefined, context: LowerContext): OperationNode {
    return type !== undefined && isSameType(type, this.type) && type.kind !== "composite"
      ? written(this.#node(context), this.type, context)
      : this.lower(context)
  }

  /** @throws StatementError for a value that is missing, or null where it must not be */
  require(values: ParameterValues): unknown {
    const value = Object.hasOwn(values, this.name) ? values[this.name] : undefined
    if (value === undefined)
      throw new StatementError(`${this.label} was given no value`, {
        hint: "prepared() declares every parameter of its statement, and each call gives a value for each: null where NULL is meant",
      })
    if (value === null && !this.nullable)
      throw new StatementError(`${this.label} cannot be null`, { hint: "declare it nullable() when null is one of its values" })
    return value
  }

  #node(context: LowerContext): OperationNode {
    const { given, dialect } = context
    if (given !== undefined) return valueNode(this.#encode(given, dialect), context)
    if (context.defers) return ValueNode.create(new DeferredValue((values) => this.#encode(values, dialect)))
    throw new StatementError(`${this.label} has no value here`, {
      hint: "a statement with named parameters is run through prepared(): prepared({ … }, statement)({ … })",
    })
  }
  #encode(values: ParameterValues, dialect: SqlDialect): unknown {
    return encodeValue(this.require(values), this.type, this.label, dialect)
  }
}

/**
 * A parameter by name, for statements that are run through `prepared`: it stands wherever an expression may, as often as one
 * likes.
 *
 * @example
 * const email = param("email", text())
 * const byEmail = prepared({ email }, sql`select id from ${User} where lower(email) = lower(${email})`.returns(integer()))
 */
export function param<D extends DeclaredType>(name: string, type: D): Parameter<DeclaredValue<D>> {
  if (typeof name !== "string" || name === "" || name === "__proto__")
    throw new StatementError(`param(): ${JSON.stringify(name)} cannot be the name of a parameter`)
  const declared = declaredType(type, `param("${name}")`)
  return new Parameter(name, declared.type, declared.nullable)
}
