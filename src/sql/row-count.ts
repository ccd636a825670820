import type { OperationNode } from "kysely"
import { StatementError } from "../errors/index.ts"
import type { LowerContext } from "./lower.ts"
import { valueNode } from "./operand.ts"
import type { SqlType } from "./type.ts"

const countType: SqlType<number> = { kind: "bigint", mode: "number" }

/** A number of rows as LIMIT and OFFSET take it. */
export function lowerCount(count: number, context: LowerContext): OperationNode {
  return valueNode(context.dialect.codec(countType).encode(count), context)
}

/** @throws StatementError for anything but whole numbers from 0. */
export function requireCount(count: unknown, clause: string): number {
  if (typeof count !== "number" || !Number.isSafeInteger(count) || count < 0) {
    throw new StatementError(`${clause}() takes a whole number from 0, not ${String(count)}`)
  }
  return count
}
