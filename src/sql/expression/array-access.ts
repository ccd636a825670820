import type { OperationNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import type { LowerContext } from "../lowering/lower.ts"
import type { SqlType } from "../types/type.ts"
import type { Element } from "./containers.ts"
import { requireOperand } from "./operand.ts"
import { typedOperand, type Typed } from "./operators.ts"

/** The element of an array of as many dimensions as there are indexes. */
export type ElementAt<V, I extends readonly unknown[]> = I extends readonly [unknown, ...infer Rest]
  ? Rest extends readonly []
    ? Element<V>
    : ElementAt<Element<V>, Rest>
  : never

const integerType: SqlType<number> = { kind: "integer" }

/** A part of an array: its type, and how it is taken. */
export interface ArrayPart {
  readonly type: SqlType
  lower(context: LowerContext): OperationNode
}

function arrayType({ label, type }: Typed, where: string): SqlType {
  if (type?.kind === "array" && type.element !== undefined) return type
  throw new StatementError(`${where}: ${label} is not an array`, {
    hint:
      type?.kind === "json" || type?.kind === "jsonb"
        ? "elements of JSON are taken by get(0)"
        : "it is for columns that are declared with array()",
  })
}

/** `array[i]`, `array[i][j]`. @throws StatementError when there are not as many indexes as dimensions */
export function elementAt(array: Typed, indexes: readonly unknown[]): ArrayPart {
  let type = arrayType(array, "at()")
  let dimensions = 1
  for (let element = type.element!; element.kind === "array"; element = element.element!) dimensions++
  if (indexes.length !== dimensions) {
    throw new StatementError(`at(): ${array.label} has ${dimensions} dimension${dimensions === 1 ? "" : "s"}, not ${indexes.length}`, {
      hint: "give an index for each of its dimensions; a part of it is taken by slice()",
    })
  }
  for (const index of indexes) {
    requireOperand(index, `an index of ${array.label}`)
    type = type.element!
  }
  return {
    type,
    lower: (context) =>
      context.dialect.call("array_element", [array.lower(context), ...indexes.map((index) => indexNode(index, array, context))]),
  }
}

/** `array[from:to]`; an end that is left out is the array's. */
export function sliceOf(array: Typed, from: unknown, to: unknown): ArrayPart {
  const type = arrayType(array, "slice()")
  if (from === null || to === null) throw new StatementError(`slice() of ${array.label}: an end is null`, { hint: "leave it out" })
  const name = from === undefined ? "array_to" : to === undefined ? "array_from" : "array_slice"
  const ends = [from, to].filter((end) => end !== undefined)
  if (ends.length === 0) throw new StatementError(`slice() of ${array.label} was given no end`)
  return {
    type,
    lower: (context) => context.dialect.call(name, [array.lower(context), ...ends.map((end) => indexNode(end, array, context))]),
  }
}

function indexNode(index: unknown, array: Typed, context: LowerContext): OperationNode {
  return typedOperand(index, integerType, `an index of ${array.label}`, context)
}
