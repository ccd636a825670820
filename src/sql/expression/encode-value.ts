import { StatementError, ValueError } from "../../errors/index.ts"
import type { SqlDialect } from "../dialect/dialect.ts"
import { literalType } from "../types/literal-type.ts"
import type { SqlType } from "../types/type.ts"

/** The parameter for a value, encoded by the dialect as its type or by what it is; errors name what it was meant for. */
export function encodeValue(value: unknown, type: SqlType | undefined, label: string, dialect: SqlDialect): unknown {
  if (value === null) return null
  if (value === undefined) {
    throw new StatementError(`undefined was given for ${label}`, { hint: "leave the condition out, or pass null where NULL is meant" })
  }
  const known = type ?? literalType(value, label)
  try {
    return dialect.codec(known).encode(value)
  } catch (error) {
    if (error instanceof ValueError) throw new ValueError(`${label}: ${error.message}`, { cause: error })
    throw error
  }
}
