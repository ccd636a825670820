import { FunctionNode, type OperationNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import type { Effect } from "../lowering/compiled.ts"
import { Computed, Expr, type NullOf, type SourceOf } from "../expression/expression.ts"
import { isLowerable, type LowerContext } from "../lowering/lower.ts"
import { operandNode, requireOperand } from "../expression/operand.ts"
import { typedOperand } from "../expression/operators.ts"
import { typeFrom, type TypeSource } from "../types/type-source.ts"
import type { SqlType } from "../types/type.ts"

/** An argument as a function lowers it. `call` is what the call is named in messages. */
export interface Argument {
  (context: LowerContext, call?: string): OperationNode
  /** What it is called in messages, when it is an expression. */
  readonly shown?: string
}

/** A function that is known to have no side effect, by the name that PostgreSQL has for it. */
export function call<T, S extends string>(name: string, type: SqlType | undefined, ...args: readonly Argument[]): Expr<T, S> {
  const label = `${name}(${args[0]?.shown ?? "…"}${args.length > 1 ? ", …" : ""})`
  return new Computed<T, S>(label, type, (context) =>
    context.dialect.call(
      name,
      args.map((argument) => argument(context, label)),
    ),
  )
}

/** An expression that must be there. @throws StatementError for anything else */
export function expression(given: unknown, where: string): Expr<any, any> {
  if (given instanceof Expr) return given
  throw new StatementError(`${where} takes an expression, not ${given === null ? "null" : typeof given}`, {
    hint: "a plain value is wrapped: value(x)",
  })
}

/** An argument that takes its type from the function or from an argument beside it. */
export function plain(operand: unknown, type: SqlType | undefined, label: string): Argument {
  requireOperand(operand, label)
  // What stands in an argument says its own type: beside it may be nothing but parameters.
  return argument(operand, (context, call) =>
    isLowerable(operand) ? operand.lower(context) : operandNode(operand, type, ofCall(label, call), context),
  )
}

/** An argument whose type would not be clear. */
export function typed(operand: unknown, type: SqlType, label: string): Argument {
  requireOperand(operand, label)
  return argument(operand, (context, call) => typedOperand(operand, type, ofCall(label, call), context))
}

function argument(operand: unknown, lower: (context: LowerContext, call?: string) => OperationNode): Argument {
  return operand instanceof Expr ? Object.assign(lower, { shown: operand.label }) : lower
}

/** "the start of substring()" is that of `substring(post.title, …)`. */
function ofCall(label: string, call: string | undefined): string {
  return call === undefined ? label : label.replace(/\w+\(\)/, () => call)
}

const functionPattern = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)?$/

type CallOf<T, A extends readonly unknown[]> = Expr<T | NullOf<A[number]>, SourceOf<A[number]>>

/** Calls of the database's functions by their names: see {@link fn}. */
export interface FunctionTag {
  <T, const A extends readonly unknown[]>(name: string, type: TypeSource<T>, ...args: A): CallOf<T, A>
  /** As `fn`, of a function that does nothing but compute: a statement with it stays a pure read. */
  pure<T, const A extends readonly unknown[]>(name: string, type: TypeSource<T>, ...args: A): CallOf<T, A>
}

/**
 * A function of the database that Rebis has no word for. `type` is what it gives; null too when an argument may be.
 * It is not known to be free of side effects, so a statement with it is never taken for a pure read, unless you say so by `fn.pure`.
 *
 * @example fn("similarity", real(), Post.c.title, "needle")
 * @throws StatementError when the name is not that of a function
 */
export const fn: FunctionTag = Object.assign(
  <T, const A extends readonly unknown[]>(name: string, type: TypeSource<T>, ...args: A): CallOf<T, A> => named(name, type, args, "read"),
  {
    pure: <T, const A extends readonly unknown[]>(name: string, type: TypeSource<T>, ...args: A): CallOf<T, A> =>
      named(name, type, args, "pure"),
  },
)

/** @throws StatementError when it is not the name of a function, after that of a schema if need be */
export function requireFunctionName(name: unknown, where: string): void {
  if (typeof name === "string" && functionPattern.test(name)) return
  throw new StatementError(`${where}: ${JSON.stringify(name)} is not the name of a function`, {
    hint: "letters, digits and underscores, after a schema's name and a dot if need be",
  })
}

/** The arguments of a function of which only the name is known. @throws StatementError for `undefined` */
export function namedArguments(name: string, args: readonly unknown[]): readonly Argument[] {
  return args.map((argument, index): Argument => {
    const label = `argument ${index + 1} of ${name}()`
    if (argument === undefined) throw new StatementError(`undefined was given for ${label}`)
    return (context) => operandNode(argument, undefined, label, context)
  })
}

function named(name: string, type: TypeSource<unknown>, args: readonly unknown[], effect: Effect): Expr<any, any> {
  requireFunctionName(name, "fn()")
  const known = typeFrom(type, `fn("${name}")`)
  const lowered = namedArguments(name, args)
  return new Computed<any, any>(`${name}(…)`, known, (context) => {
    context.mark(effect)
    // It may be an aggregate.
    return context.calls.opaque("call", () =>
      FunctionNode.create(
        context.dialect.functionName(name),
        lowered.map((argument) => argument(context)),
      ),
    )
  })
}
