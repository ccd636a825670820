import { type CaseNode, WhenNode, type OperationNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import { type AnyExpr, Computed, Expr, type BooleanExpr, type Operand } from "./expression.ts"
import { literalType, type Literal, type Widened } from "../types/literal-type.ts"
import { isLowerable, type LowerContext } from "../lowering/lower.ts"
import { operandNode, requireOperand, valueNode } from "./operand.ts"
import { comparable, typedOperand } from "./operators.ts"
import type { JsonShape } from "../lowering/shape.ts"
import type { SqlType } from "../types/type.ts"

/** What a branch may give. */
export type Outcome = AnyExpr | Literal | null
type ValueOf<R> = R extends { readonly $value: infer V } ? V : Widened<R>
type Source<R> = R extends { readonly $source: infer S extends string } ? S : never

interface Branch {
  readonly when: (context: LowerContext) => OperationNode
  readonly result: Outcome
}
interface Choice {
  /** What the branches are compared with; without it they are conditions. */
  readonly subject?: AnyExpr
  readonly branches: readonly Branch[]
}

/** What both forms of `case` have in common. */
abstract class CaseBase<out T, out S extends string> extends Expr<T | null, S> {
  readonly label: string = "case"
  protected readonly choice: Choice

  constructor(choice: Choice) {
    super()
    this.choice = choice
  }
  /** Of the outcomes until now: one without a type of its own may get it from a later one. */
  get type(): SqlType | undefined {
    return outcomeType(this.choice.branches.map((each) => each.result))
  }
  /** What it gives where no branch is taken, instead of null. */
  else<R extends Outcome>(result: R): Expr<T | ValueOf<R>, S | Source<R>> {
    requireOutcome(result, "else")
    const { choice } = this
    const results = [...choice.branches.map((each) => each.result), result]
    const type = outcomeType(results)
    return new Computed<any, any>("case", type, (context) => lowerCase(choice, type, context, result), outcomeJson(results))
  }
  override get json(): JsonShape | undefined {
    return outcomeJson(this.choice.branches.map((each) => each.result))
  }
  lower(context: LowerContext): OperationNode {
    return lowerCase(this.choice, this.type, context)
  }
}

/** `case when … then … end`: null where no condition holds, until `else` says otherwise. */
export class Case<out T, out S extends string> extends CaseBase<T, S> {
  when<R extends Outcome>(condition: BooleanExpr, result: R): Case<T | ValueOf<R>, S | Source<R>> {
    return new Case({ branches: [...this.choice.branches, conditional(condition, result)] })
  }
}

/** `case x when … then … end`: null where no value is equal, until `else` says otherwise. */
export class CaseOf<V, out T, out S extends string> extends CaseBase<T, S> {
  when<R extends Outcome>(value: Operand<V>, result: R): CaseOf<V, T | ValueOf<R>, S | Source<R>> {
    return new CaseOf({ ...this.choice, branches: [...this.choice.branches, equal(this.choice.subject!, value, result)] })
  }
}

function lowerCase({ subject, branches }: Choice, type: SqlType | undefined, context: LowerContext, otherwise?: Outcome): OperationNode {
  const label = outcomeLabel([...branches.map((each) => each.result), otherwise])
  const when = branches.map((each) =>
    WhenNode.cloneWithResult(WhenNode.create(each.when(context)), outcomeNode(each.result, type, label, context)),
  )
  const node: CaseNode = {
    kind: "CaseNode",
    ...(subject === undefined ? {} : { value: subject.lower(context) }),
    when,
    ...(otherwise === undefined ? {} : { else: outcomeNode(otherwise, type, label, context) }),
  }
  return node
}

/**
 * Begins a choice between values.
 * @example caseWhen(Post.c.viewCount.gt(100), "hot").when(Post.c.viewCount.gt(10), "warm").else("cold")
 */
export function caseWhen<R extends Outcome>(condition: BooleanExpr, result: R): Case<ValueOf<R>, Source<R>> {
  return new Case({ branches: [conditional(condition, result)] })
}

/**
 * Begins a choice by the value of an expression. It chooses nothing until it is given values by `when`.
 * @example caseOf(User.c.role).when("admin", 1).when("editor", 2).else(3)
 */
export function caseOf<V>(of: AnyExpr<V>): Pick<CaseOf<V, never, never>, "when"> {
  if (!(of instanceof Expr)) throw new StatementError(`caseOf() takes an expression, not ${String(of)}`)
  return new CaseOf<V, never, never>({ subject: of, branches: [] })
}

function conditional(when: BooleanExpr, result: Outcome): Branch {
  if (!isLowerable(when)) throw new StatementError(`case: ${String(when)} is not a condition`)
  requireOutcome(result, "then")
  return { when: (context) => when.lower(context), result }
}

function equal(subject: AnyExpr, value: unknown, result: Outcome): Branch {
  requireOperand(value, `case ${subject.label}`)
  requireOutcome(result, "then")
  return { when: (context) => operandNode(value, comparable(subject.type), subject.label, context), result }
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
