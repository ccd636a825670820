import { type CaseNode, WhenNode, type OperationNode } from "kysely"
import { StatementError } from "../errors/index.ts"
import { type AnyExpr, Computed, Expr, type BooleanExpr } from "./expression.ts"
import { literalType, type Literal, type Widened } from "./literal-type.ts"
import { isLowerable, type LowerContext } from "./lower.ts"
import { operandNode, valueNode } from "./operand.ts"
import { comparable, typedOperand } from "./operators.ts"
import type { JsonShape } from "./shape.ts"
import type { SqlType } from "./type.ts"

/** What a branch may give. */
export type Outcome = AnyExpr | Literal | null
type ValueOf<R> = R extends { readonly $value: infer V } ? V : Widened<R>
type Source<R> = R extends { readonly $source: infer S extends string } ? S : never

interface Branch {
  readonly when: BooleanExpr
  readonly result: Outcome
}

/** `case when … then … end`: null where no condition holds, until `else` says otherwise. */
export class Case<out T, out S extends string> extends Expr<T | null, S> {
  readonly label: string = "case"
  readonly type: SqlType | undefined
  readonly #branches: readonly Branch[]

  constructor(branches: readonly Branch[]) {
    super()
    this.#branches = branches
    this.type = outcomeType(branches.map((branch) => branch.result))
  }

  when<R extends Outcome>(condition: BooleanExpr, result: R): Case<T | ValueOf<R>, S | Source<R>> {
    return new Case([...this.#branches, branch(condition, result)])
  }
  else<R extends Outcome>(result: R): Expr<T | ValueOf<R>, S | Source<R>> {
    requireOutcome(result, "else")
    const results = [...this.#branches.map((each) => each.result), result]
    const type = outcomeType(results)
    return new Computed<any, any>("case", type, (context) => this.#lower(type, context, result), outcomeJson(results))
  }
  override get json(): JsonShape | undefined {
    return outcomeJson(this.#branches.map((each) => each.result))
  }
  lower(context: LowerContext): OperationNode {
    return this.#lower(this.type, context)
  }

  #lower(type: SqlType | undefined, context: LowerContext, otherwise?: Outcome): OperationNode {
    const label = outcomeLabel([...this.#branches.map((each) => each.result), otherwise])
    const when = this.#branches.map((each) =>
      WhenNode.cloneWithResult(WhenNode.create(each.when.lower(context)), outcomeNode(each.result, type, label, context)),
    )
    const node: CaseNode =
      otherwise === undefined ? { kind: "CaseNode", when } : { kind: "CaseNode", when, else: outcomeNode(otherwise, type, label, context) }
    return node
  }
}

/**
 * Begins a choice between values.
 * @example caseWhen(Post.c.viewCount.gt(100), "hot").when(Post.c.viewCount.gt(10), "warm").else("cold")
 */
export function caseWhen<R extends Outcome>(condition: BooleanExpr, result: R): Case<ValueOf<R>, Source<R>> {
  return new Case([branch(condition, result)])
}

function branch(when: BooleanExpr, result: Outcome): Branch {
  if (!isLowerable(when)) throw new StatementError(`case: ${String(when)} is not a condition`)
  requireOutcome(result, "then")
  return { when, result }
}

function requireOutcome(result: unknown, where: string): void {
  if (result === undefined) throw new StatementError(`case: undefined was given for ${where}`, { hint: "pass null where NULL is meant" })
}

/** The type of the first outcome that has one; expressions know theirs better than literals. */
function outcomeType(results: readonly Outcome[]): SqlType | undefined {
  for (const result of results) if (result instanceof Expr && result.type !== undefined) return comparable(result.type)
  const literals = results.filter((result) => result !== null && !(result instanceof Expr))
  return literals.length === 0
    ? undefined
    : literalType(literals.every((each) => typeof each === "number") ? widest(literals) : literals[0], "case")
}

/** The number whose type holds all of them. */
function widest(numbers: readonly number[]): number {
  return (
    numbers.find((number) => !Number.isInteger(number)) ??
    numbers.reduce((most, number) => (Math.abs(number) > Math.abs(most) ? number : most))
  )
}

function outcomeJson(results: readonly Outcome[]): JsonShape | undefined {
  return results.find((result) => result instanceof Expr)?.json
}

/** What an outcome is called in messages: beside the expression that it takes its type from. */
function outcomeLabel(results: readonly (Outcome | undefined)[]): string {
  const beside = results.find((result) => result instanceof Expr)
  return beside === undefined ? "an outcome of case" : `an outcome of case beside ${beside.label}`
}

function outcomeNode(result: Outcome, type: SqlType | undefined, label: string, context: LowerContext): OperationNode {
  if (result === null) return valueNode(null, context)
  return type === undefined ? operandNode(result, undefined, label, context) : typedOperand(result, type, label, context)
}
