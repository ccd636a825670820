import { ValueNode } from "kysely"
import { compile, type CompiledStatement, Computed, type Expr, type SqlType, type Statement } from "../sql/index.ts"
import type { Dialect } from "./dialect.ts"

class Placeholder {
  readonly index: number

  constructor(index: number) {
    this.index = index
  }
}

/** An expression for a parameter that is given when the statement is run, encoded: see {@link StatementTemplate.bind}. */
export function placeholder(index: number, label: string, type?: SqlType): Expr<any> {
  return new Computed<any>(label, type, () => ValueNode.create(new Placeholder(index)))
}

/** A statement that is compiled once and run with other parameters each time. */
export class StatementTemplate {
  readonly #compiled: CompiledStatement
  readonly #isPlain: boolean

  constructor(statement: Statement, dialect: Dialect) {
    this.#compiled = compile(statement, dialect)
    this.#isPlain = this.#compiled.parameters.every(
      (parameter, position) => parameter instanceof Placeholder && parameter.index === position,
    )
  }

  /** @param values encoded parameters, by the indexes of their placeholders */
  bind(values: readonly unknown[]): CompiledStatement {
    const { text, parameters, effect, shape } = this.#compiled
    if (this.#isPlain) return { text, parameters: values, effect, shape }
    return {
      text,
      parameters: parameters.map((parameter) => (parameter instanceof Placeholder ? values[parameter.index] : parameter)),
      effect,
      shape,
    }
  }
}
