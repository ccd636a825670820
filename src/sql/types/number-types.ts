import { StatementError } from "../../errors/index.ts"
import type { ArithmeticOperator } from "../dialect/spelling.ts"
import type { SqlType, TypeKind } from "./type.ts"

const wholeKinds: readonly TypeKind[] = ["smallint", "integer", "bigint"]
const numberKinds: ReadonlySet<TypeKind> = new Set<TypeKind>([...wholeKinds, "numeric", "real", "double"])

export function isWhole({ kind }: SqlType): boolean {
  return wholeKinds.includes(kind)
}
export function isNumber({ kind }: SqlType): boolean {
  return numberKinds.has(kind)
}
function isFloat({ kind }: SqlType): boolean {
  return kind === "real" || kind === "double"
}

/** What the values of a number type are in JavaScript. */
function formOf({ kind, mode }: SqlType): "number" | "bigint" | "string" {
  if (mode === "number") return "number"
  return kind === "bigint" ? "bigint" : kind === "numeric" ? "string" : "number"
}

const doubleType: SqlType = { kind: "double" }

/**
 * The type of an operation on two numbers, as PostgreSQL promotes them: smallint, integer, bigint, numeric, real, double.
 * The compiler knows values only by their JavaScript type: it takes a string before a bigint before a number.
 * @throws StatementError where the result would have to be read otherwise
 */
export function numberResult(operator: ArithmeticOperator, left: SqlType, right: SqlType, label: string): SqlType {
  const form = strongest(formOf(left), formOf(right))
  if (isFloat(left) || isFloat(right)) {
    if (form !== "number") throw clash(operator, left, right, label)
    return left.kind === "real" && right.kind === "real" ? left : doubleType
  }
  if (left.kind === "numeric" || right.kind === "numeric") {
    if (form === "bigint") throw clash(operator, left, right, label)
    return computedDecimal(form === "number" ? "number" : undefined)
  }
  const result = wholeResult(left, right, form)
  return left.unlimited === true || right.unlimited === true ? { ...result, unlimited: true } : result
}

function wholeResult(left: SqlType, right: SqlType, form: string): SqlType {
  const wider = wholeKinds.indexOf(left.kind) >= wholeKinds.indexOf(right.kind) ? left : right
  return wider.kind === "bigint" && form === "number"
    ? { kind: "bigint", mode: "number" }
    : wider.mode === "number"
      ? { kind: "bigint" }
      : wider
}

function strongest(left: string, right: string): "number" | "bigint" | "string" {
  return left === "string" || right === "string" ? "string" : left === "bigint" || right === "bigint" ? "bigint" : "number"
}

function clash(operator: ArithmeticOperator, left: SqlType, right: SqlType, label: string): StatementError {
  return new StatementError(`${label}: ${nameOf(left)} ${operator} ${nameOf(right)} loses digits`, {
    hint: "say which is meant by a cast of one of them: cast(column, numeric()) or cast(column, double())",
  })
}

function nameOf({ kind }: SqlType): string {
  return kind === "double" ? "double precision" : kind
}

/**
 * The type of a decimal that is computed: without limits, and where decimals that are computed are floating-point numbers
 * (SQLite), compared with such. As a number when `mode` says so.
 */
export function computedDecimal(mode?: SqlType["mode"]): SqlType {
  return mode === "number" ? computedNumber : computedText
}
const computedText: SqlType = { kind: "numeric", precision: 15, unlimited: true }
const computedNumber: SqlType = { ...computedText, mode: "number" }
