import type { OperationNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import { type AnyExpr, Computed, Expr, type NullOf, type Operand, type SourceOf } from "../expression/expression.ts"
import { type Argument, expression, plain } from "../functions/function-call.ts"
import type { LowerContext } from "../lowering/lower.ts"
import type { JsonShape } from "../lowering/shape.ts"
import type { SqlType } from "../types/type.ts"
import { lowerOver, windowFrom, type NullOfFrame, type WindowArgument } from "./window.ts"

const countType: SqlType<number> = { kind: "bigint", mode: "number" }
const integerType: SqlType<number> = { kind: "integer" }

interface Definition {
  readonly name: string
  readonly args: readonly Argument[]
  readonly type: SqlType | undefined
  readonly json?: JsonShape | undefined
}

abstract class WindowCall {
  readonly #definition: Definition

  constructor(definition: Definition) {
    this.#definition = definition
  }
  protected computed(window: WindowArgument | undefined): Expr<any, any> {
    const { name, args, type, json } = this.#definition
    const seen = windowFrom(window)
    const label = `${name}() over (…)`
    const lower = (context: LowerContext): OperationNode =>
      context.calls.window(label, () =>
        context.dialect.aggregate({ name, args: args.map((argument) => argument(context)), over: lowerOver(seen, context) }),
      )
    return new Computed<any, any>(label, type, lower, json)
  }
  /** @throws StatementError always: the call is not complete. */
  lower(): never {
    throw new StatementError(`${this.#definition.name}() is computed over a window`, { hint: "complete it: .over({ orderBy: … })" })
  }
}

/** A window function that is not an expression before it is said over which rows it is computed. */
export class WindowFunction<out T, out S extends string = never> extends WindowCall {
  declare readonly $over: readonly [T, S]
  /** For each row, of the window in which it stands: all rows of the result unless more is said. */
  over(window?: WindowArgument): Expr<T, S> {
    return this.computed(window)
  }
}

/** A window function of the rows of a frame: null where a frame may have none. */
export class FrameFunction<out T, out S extends string = never> extends WindowCall {
  declare readonly $over: readonly [T, S]
  /** For each row, of the rows that its window sees. */
  over<const W extends WindowArgument = {}>(window?: W): Expr<T | NullOfFrame<W>, S> {
    return this.computed(window)
  }
}

/** The place of a row in its partition, from 1. */
export function rowNumber(): WindowFunction<number> {
  return new WindowFunction({ name: "row_number", args: [], type: countType })
}

/** In which of `groups` parts of about equal size a row stands, from 1. */
export function ntile(groups: number | AnyExpr<number>): WindowFunction<number> {
  return new WindowFunction({ name: "ntile", args: [whole(groups, 1, "ntile()")], type: integerType })
}

/** The value in the row `offset` rows before, 1 unless given. Null where there is none, or `otherwise`. */
export function lag<T, S extends string>(of: AnyExpr<T, S>, offset?: number | AnyExpr<number>): WindowFunction<T | null, S>
export function lag<T, S extends string, const D extends Operand<T>>(
  of: AnyExpr<T, S>,
  offset: number | AnyExpr<number>,
  otherwise: D,
): WindowFunction<T | NullOf<D>, S | SourceOf<D>>
export function lag(of: AnyExpr, ...rest: readonly unknown[]): WindowFunction<any, any> {
  return neighbour("lag", of, rest)
}

/** The value in the row `offset` rows after, 1 unless given. Null where there is none, or `otherwise`. */
export function lead<T, S extends string>(of: AnyExpr<T, S>, offset?: number | AnyExpr<number>): WindowFunction<T | null, S>
export function lead<T, S extends string, const D extends Operand<T>>(
  of: AnyExpr<T, S>,
  offset: number | AnyExpr<number>,
  otherwise: D,
): WindowFunction<T | NullOf<D>, S | SourceOf<D>>
export function lead(of: AnyExpr, ...rest: readonly unknown[]): WindowFunction<any, any> {
  return neighbour("lead", of, rest)
}

function neighbour(name: string, of: AnyExpr, rest: readonly unknown[]): WindowFunction<any, any> {
  const { type, json, label } = expression(of, `${name}()`)
  const args = [plain(of, undefined, `${name}()`)]
  if (rest.length > 0) args.push(whole(rest[0], 0, `the offset of ${name}(${label})`))
  if (rest.length > 1) args.push(plain(rest[1], type, `the default of ${name}(${label})`))
  return new WindowFunction({ name, args, type, json })
}

/** The value in the first row of the frame. */
export function firstValue<T, S extends string>(of: AnyExpr<T, S>): FrameFunction<T, S> {
  return inFrame("first_value", of)
}
/** The value in the last row of the frame. With an order and no frame of its own a window ends at the current row and its equals. */
export function lastValue<T, S extends string>(of: AnyExpr<T, S>): FrameFunction<T, S> {
  return inFrame("last_value", of)
}
/** The value in the row of the frame with this number, from 1; null where there are fewer. */
export function nthValue<T, S extends string>(of: AnyExpr<T, S>, n: number | AnyExpr<number>): WindowFunction<T | null, S> {
  const { type, json } = expression(of, "nthValue()")
  return new WindowFunction({ name: "nth_value", args: [plain(of, undefined, "nthValue()"), whole(n, 1, "nthValue()")], type, json })
}

function inFrame(name: string, of: AnyExpr): FrameFunction<any, any> {
  const { type, json } = expression(of, `${name}()`)
  return new FrameFunction({ name, args: [plain(of, undefined, `${name}()`)], type, json })
}

function whole(given: unknown, least: number, where: string): Argument {
  if (!(given instanceof Expr) && (typeof given !== "number" || !Number.isInteger(given) || given < least || given > 2_147_483_647))
    throw new StatementError(`${where} takes a whole number from ${least}, not ${String(given)}`)
  return plain(given, integerType, where)
}
