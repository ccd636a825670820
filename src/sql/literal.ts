import { StatementError, ValueError } from "../errors/index.ts"
import { Computed, type Expr } from "./expression.ts"
import { typedOperand } from "./operators.ts"
import { typeFrom, type TypeSource } from "./type-source.ts"
import type { SqlType } from "./type.ts"

/** Values whose SQL type follows from what they are. */
export type Literal = string | number | bigint | boolean | Date | Uint8Array
/** The type of a literal beyond the one value that was written. */
export type Widened<V> = V extends string ? string : V extends number ? number : V extends bigint ? bigint : V extends boolean ? boolean : V

/**
 * A value as an expression. Strings are text, whole numbers integer or bigint, other numbers double, a `Date` timestamptz,
 * a `Uint8Array` bytea; any other type is said.
 *
 * @example
 * value("draft")
 * value("0.10", numeric())
 * value(null, text())
 */
export function value<V extends Literal>(of: V): Expr<Widened<V>>
export function value<T, V extends T | null>(of: V, type: TypeSource<T>): Expr<T | Extract<V, null>>
export function value(of: unknown, type?: TypeSource<unknown>): Expr<any> {
  if (of === undefined) throw new StatementError("value(undefined): there is no such value", { hint: "NULL is value(null, type)" })
  const known = type === undefined ? literalType(of, "value()") : typeFrom(type, "value()")
  return new Computed<any>("value", known, (context) => typedOperand(of, known, "value", context))
}

const types = {
  text: { kind: "text" },
  integer: { kind: "integer" },
  wide: { kind: "bigint", mode: "number" },
  double: { kind: "double" },
  bigint: { kind: "bigint" },
  boolean: { kind: "boolean" },
  timestamptz: { kind: "timestamptz" },
  bytea: { kind: "bytea" },
} as const satisfies Record<string, SqlType>

/** The SQL type of a value by its JavaScript type. @throws ValueError when that does not tell. */
export function literalType(of: unknown, where: string): SqlType {
  switch (typeof of) {
    case "string":
      return types.text
    case "number":
      return !Number.isInteger(of) ? types.double : Math.abs(of) < 2 ** 31 ? types.integer : Number.isSafeInteger(of) ? types.wide : types.double
    case "bigint":
      return types.bigint
    case "boolean":
      return types.boolean
  }
  if (of instanceof Date) return types.timestamptz
  if (of instanceof Uint8Array) return types.bytea
  throw new ValueError(`${where}: ${of === null ? "null" : `a value of this kind (${typeof of})`} needs a type`, {
    hint: "say it: value(x, jsonb()), value(x, integer().array()), value(null, text())",
  })
}
