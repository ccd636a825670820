import { ValueError } from "../../errors/index.ts"
import type { SqlType } from "./type.ts"

/** Values whose SQL type follows from what they are. */
export type Literal = string | number | bigint | boolean | Date | Uint8Array
/** The type of a literal beyond the one value that was written. */
export type Widened<V> = V extends string ? string : V extends number ? number : V extends bigint ? bigint : V extends boolean ? boolean : V

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
      return !Number.isInteger(of)
        ? types.double
        : Math.abs(of) < 2 ** 31
          ? types.integer
          : Number.isSafeInteger(of)
            ? types.wide
            : types.double
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
