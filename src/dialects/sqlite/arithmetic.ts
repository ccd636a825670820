import { BinaryOperationNode, type OperationNode, OperatorNode, RawNode } from "kysely"
import { UnsupportedError } from "../../errors/index.ts"
import type { ArithmeticOperand, ArithmeticOperator, ExpressionSpelling, Span, SqlType } from "../../sql/index.ts"
import { raw } from "../raw-node.ts"
import { isRealDecimal } from "./types.ts"

const operators = Object.fromEntries((["+", "-", "*", "/", "%"] as const).map((name) => [name, OperatorNode.create(name)]))

export const sqliteArithmetic: Pick<ExpressionSpelling, "arithmetic"> = {
  arithmetic(operator, left, right, result) {
    if (isMoment(left.type) || isMoment(right.type)) return momentArithmetic(operator, left, right)
    if (!isFractional(result)) return binary(operator, left.node, right.node)
    if (operator === "%") return raw`mod(${left.node}, ${right.node})`
    // Decimals that are stored as text would be divided as whole numbers when they look like it.
    return binary(operator, operator === "/" && !isReal(left.type) ? raw`cast(${left.node} as real)` : left.node, right.node)
  },
}

function binary(operator: ArithmeticOperator, left: OperationNode, right: OperationNode): OperationNode {
  return BinaryOperationNode.create(left, operators[operator]!, right)
}

function isFractional(type: SqlType | undefined): boolean {
  return type?.kind === "numeric" || type?.kind === "real" || type?.kind === "double"
}
function isReal(type: SqlType | undefined): boolean {
  return type?.kind === "real" || type?.kind === "double" || (type !== undefined && isRealDecimal(type))
}

function isMoment(type: SqlType | undefined): boolean {
  switch (type?.kind) {
    case "date":
    case "time":
    case "timestamp":
    case "timestamptz":
    case "interval":
      return true
    default:
      return false
  }
}

function momentArithmetic(operator: ArithmeticOperator, left: ArithmeticOperand, right: ArithmeticOperand): OperationNode {
  const [moment, other] = operator === "+" && left.type?.kind !== "date" && right.type?.kind === "date" ? [right, left] : [left, right]
  if (moment.type?.kind === "date" && other.type?.kind === "date") {
    return raw`cast(julianday(${moment.node}) - julianday(${other.node}) as integer)`
  }
  if (moment.type?.kind === "date" && isWholeNumber(other.type)) {
    return operator === "+" ? raw`date(${moment.node}, ${other.node} || ' days')` : raw`date(${moment.node}, (- ${other.node}) || ' days')`
  }
  const [shifted, interval] = operator === "+" && left.type?.kind === "interval" ? [right, left] : [left, right]
  if (
    interval.span !== undefined &&
    shifted.type !== undefined &&
    shifted.type.kind !== "interval" &&
    (operator === "+" || operator === "-")
  ) {
    return shift(shifted.node, shifted.type, operator === "+" ? interval.span : opposite(interval.span))
  }
  throw new UnsupportedError(`SQLite cannot compute ${left.type?.kind ?? "?"} ${operator} ${right.type?.kind ?? "?"}`, {
    hint: 'it adds and takes away intervals whose parts are plain numbers, and counts the days between dates; of moments, compare extract("epoch", …)',
  })
}

function isWholeNumber(type: SqlType | undefined): boolean {
  return type?.kind === "smallint" || type?.kind === "integer" || type?.kind === "bigint"
}

function opposite({ months, days, microseconds }: Span): Span {
  return { months: -months, days: -days, microseconds: -microseconds }
}

/** A date or time moved by an interval: months first, keeping to the last day of a month, then days, then time. */
function shift(node: OperationNode, type: SqlType, span: Span): OperationNode {
  if (span.microseconds % 1000n !== 0n) throw new UnsupportedError("SQLite computes with milliseconds, not with microseconds")
  const seconds = RawNode.createWithSql(`'${decimalSeconds(span.microseconds / 1000n)} seconds'`)
  if (type.kind === "time") return raw`strftime('%H:%M:%f', substr(${node}, 1, 12), ${seconds}) || substr(${node}, 13)`
  const day = shiftDays(shiftMonths(node, span.months), span.days)
  if (type.kind === "date") {
    return span.microseconds === 0n ? raw`${day} || 'T00:00:00.000000'` : raw`strftime('%Y-%m-%dT%H:%M:%f000', ${day}, ${seconds})`
  }
  if (span.microseconds === 0n) return raw`${day} || substr(${node}, 11)`
  return raw`strftime('%Y-%m-%dT%H:%M:%f', ${day} || substr(${node}, 11, 13), ${seconds}) || substr(${node}, 24)`
}

function shiftMonths(node: OperationNode, months: number): OperationNode {
  if (months === 0) return raw`date(${node})`
  const by = RawNode.createWithSql(`'${months} months'`)
  const afterNext = RawNode.createWithSql(`'${months + 1} months'`)
  return raw`min(date(${node}, ${by}), date(${node}, 'start of month', ${afterNext}, '-1 days'))`
}

function shiftDays(node: OperationNode, days: number): OperationNode {
  return days === 0 ? node : raw`date(${node}, ${RawNode.createWithSql(`'${days} days'`)})`
}

function decimalSeconds(milliseconds: bigint): string {
  const size = milliseconds < 0n ? -milliseconds : milliseconds
  return `${milliseconds < 0n ? "-" : ""}${size / 1000n}.${String(size % 1000n).padStart(3, "0")}`
}
