import type { OperationNode } from "kysely"
import { StatementError, ValueError } from "../../errors/index.ts"
import type { Span } from "../types/interval-span.ts"
import { isLowerable, type LowerContext } from "../lowering/lower.ts"
import { operandNode, requireOperand } from "./operand.ts"
import { tight, tightOperand, typedOperand, type Typed } from "./operators.ts"
import { literalType } from "../types/literal-type.ts"
import { computedDecimal, isNumber, isWhole, numberResult } from "../types/number-types.ts"
import type { ArithmeticOperator } from "../dialect/spelling.ts"
import { type SqlType, type TypeKind, unmodified } from "../types/type.ts"

export interface Arithmetic {
  readonly type: SqlType | undefined
  lower(context: LowerContext): OperationNode
}

/**
 * An operation on numbers, dates, times or intervals, with the type that PostgreSQL's has.
 * @throws StatementError for sides that have no such operation, and where the result could not be read as its type says
 */
export function arithmetic(left: Typed, operator: ArithmeticOperator, right: unknown): Arithmetic {
  requireOperand(right, left.label)
  const other = isLowerable(right) ? sideOf(right) : literalBeside(left, operator, right)
  const type = resultType(left, operator, other.type)
  return {
    type,
    lower: (context) =>
      context.dialect.arithmetic(
        operator,
        { node: tight(left, context), type: left.type, span: spanOf(left) },
        { node: other.lower(left, context), type: other.type, span: spanOf(right) },
        type,
      ),
  }
}

interface Side {
  readonly type: SqlType | undefined
  lower(left: Typed, context: LowerContext): OperationNode
}

function sideOf(right: object): Side {
  const type = "type" in right ? (right.type as SqlType | undefined) : undefined
  return { type, lower: (left, context) => tightOperand(right, left.type, left.label, context) }
}

/** A value that takes its type from the other side. */
function beside(value: unknown, type: SqlType | undefined): Side {
  return { type, lower: (left, context) => operandNode(value, type, left.label, context) }
}

/** A value whose type the other side does not tell. */
function ofType(value: unknown, type: SqlType): Side {
  return { type, lower: (left, context) => typedOperand(value, type, left.label, context) }
}

function spanOf(side: unknown): Span | undefined {
  return typeof side === "object" && side !== null && "span" in side ? (side.span as Span) : undefined
}

const doubleType: SqlType = { kind: "double" }
const integerType: SqlType = { kind: "integer" }

function literalBeside(left: Typed, operator: ArithmeticOperator, value: unknown): Side {
  const { type } = left
  switch (type?.kind) {
    case "real":
    case "double":
      return beside(value, type)
    case "smallint":
    case "integer":
    case "bigint":
      return besideWhole(left, type, value)
    case "numeric":
      return besideDecimal(type, value)
    case "date":
      return ofType(value, typeof value === "number" ? integerType : type)
    case "interval":
      return ofType(value, operator === "*" || operator === "/" ? doubleType : type)
    default:
      return type === undefined ? beside(value, undefined) : ofType(value, unmodified(type))
  }
}

function besideWhole(left: Typed, type: SqlType, value: unknown): Side {
  if (typeof value !== "number") return beside(value, type)
  const reads = type.kind === "bigint" && type.mode !== "number"
  if (reads) {
    if (!Number.isSafeInteger(value)) {
      throw new ValueError(`${left.label}: ${value} beside a bigint must be a whole number that a double keeps`, {
        hint: "write a bigint (10n), or cast the column: cast(column, double())",
      })
    }
    return beside(BigInt(value), type)
  }
  const own = literalType(value, left.label)
  const fits = own.kind === "integer" ? type.kind !== "smallint" || Math.abs(value) < 2 ** 15 : own.kind === type.kind
  return fits ? beside(value, type) : ofType(value, own)
}

/** A decimal has the digits that it is written with, whatever those of the column beside it. */
function besideDecimal({ mode }: SqlType, value: unknown): Side {
  const text = mode !== "number" && (typeof value === "number" || typeof value === "bigint") ? String(value) : value
  return beside(text, computedDecimal(mode))
}

function resultType(left: Typed, operator: ArithmeticOperator, right: SqlType | undefined): SqlType | undefined {
  const { type, label } = left
  if (type === undefined || right === undefined) return type === undefined || isMoment(type) ? undefined : type
  if (type.kind === "custom" || right.kind === "custom") return type.kind === "custom" ? type : right
  if (isNumber(type) && isNumber(right)) return numberResult(operator, type, right, label)
  const moment = momentResult(operator, type, right)
  if (moment !== undefined) return moment
  throw new StatementError(`${label}: there is no ${type.kind} ${operator} ${right.kind}`, { hint: hintFor(operator, type, right) })
}

function hintFor(operator: ArithmeticOperator, left: SqlType, right: SqlType): string {
  if (left.kind === "text" || left.kind === "varchar")
    return operator === "+" ? "text is joined by concat()" : "cast it: cast(column, numeric())"
  if (isMoment(left) && left.kind === right.kind) return 'a span of time is written interval("P1D") or makeInterval({ days: 1 })'
  return "cast one of them to the other's type"
}

const momentKinds: ReadonlySet<TypeKind> = new Set(["date", "time", "timestamp", "timestamptz", "interval"])
function isMoment({ kind }: SqlType): boolean {
  return momentKinds.has(kind)
}

const timestampType: SqlType = { kind: "timestamp" }
const intervalType: SqlType = { kind: "interval" }

/** The type of an operation with a date, a time or an interval, `undefined` where there is none. */
function momentResult(operator: ArithmeticOperator, left: SqlType, right: SqlType): SqlType | undefined {
  switch (operator) {
    case "+":
      return sum(left, right) ?? sum(right, left)
    case "-":
      return difference(left, right)
    case "*":
      return left.kind === "interval" && isNumber(right) ? left : right.kind === "interval" && isNumber(left) ? right : undefined
    case "/":
      return left.kind === "interval" && isNumber(right) ? left : undefined
    case "%":
      return undefined
  }
}

function sum(left: SqlType, right: SqlType): SqlType | undefined {
  if (left.kind === "date") {
    if (isWhole(right)) return left
    return right.kind === "interval" || right.kind === "time" ? timestampType : undefined
  }
  return isMoment(left) && right.kind === "interval" ? unmodified(left) : undefined
}

function difference(left: SqlType, right: SqlType): SqlType | undefined {
  if (left.kind === "date" && right.kind === "date") return integerType
  if (left.kind === "date" && isWhole(right)) return left
  if (left.kind === "date" && right.kind === "interval") return timestampType
  if (!isMoment(left) || left.kind === "date") return undefined
  if (right.kind === "interval") return unmodified(left)
  return left.kind === right.kind ? intervalType : undefined
}
