import type { OperationNode } from "kysely"
import { type Column, Condition } from "../../sql/index.ts"
import { chunks } from "../chunks.ts"
import type { Dialect } from "../dialect.ts"
import { arrayParameterOf, parameterOf, separated, sqlNode, type SqlPart } from "../statement-text.ts"
import { placeholder } from "../statement-template.ts"

type AnyColumn = Column<any, any, any>

/** Keys in one statement at most where their number does not change its text. */
const keysPerStatement = 10_000

/** The keys in as many parts as statements are needed for them. @param width how many columns a key has */
export function keyChunks(
  keys: readonly (readonly unknown[])[],
  width: number,
  { capabilities }: Dialect,
): readonly (readonly (readonly unknown[])[])[] {
  return chunks(keys, capabilities.arrayParameters ? keysPerStatement : Math.floor((capabilities.maxParameters - 100) / width))
}

/** That the columns are one of the keys (encoded values). */
export function isOneOf(columns: readonly AnyColumn[], keys: readonly (readonly unknown[])[], dialect: Dialect): Condition {
  if (dialect.capabilities.arrayParameters) {
    const arrays = keyArrays(columns.length, keys, dialect)
    return arrayCondition(columns, (position) => parameterOf(arrays[position]), dialect)
  }
  const row = (key: readonly unknown[]): SqlPart[] =>
    separated(
      key.map((value) => [parameterOf(value)]),
      ", ",
    )
  return new Condition((context) => {
    const names = columns.map((column) => [column.lower(context)])
    if (columns.length === 1) return sqlNode([...names[0]!, " in (", ...separated(keys.map(row), ", "), ")"])
    return sqlNode([
      "(",
      ...separated(names, ", "),
      ") in (values ",
      ...separated(
        keys.map((key) => ["(", ...row(key), ")"]),
        ", ",
      ),
      ")",
    ])
  })
}

/** As {@link isOneOf}, for a statement that is compiled once: its parameters are {@link keyArrays}. */
export function isOneOfGiven(columns: readonly AnyColumn[], dialect: Dialect): Condition {
  return arrayCondition(columns, (position, context) => placeholder(position, columns[position]!.label).lower(context), dialect)
}

/** One array a column of the keys. */
export function keyArrays(width: number, keys: readonly (readonly unknown[])[], dialect: Dialect): unknown[] {
  return Array.from({ length: width }, (_, position) => dialect.arrayParameter(keys.map((key) => key[position])))
}

type Context = Parameters<AnyColumn["lower"]>[0]

function arrayCondition(
  columns: readonly AnyColumn[],
  value: (position: number, context: Context) => OperationNode,
  dialect: Dialect,
): Condition {
  return new Condition((context) => {
    const names = columns.map((column) => [column.lower(context)])
    // The cast is taken from where a parameter would stand, and the value put there.
    const arrays = columns.map((column, position) => [value(position, context), ...arrayParameterOf(column.type, dialect).slice(1)])
    if (columns.length === 1) return sqlNode([...names[0]!, " = any(", ...arrays[0]!, ")"])
    return sqlNode(["(", ...separated(names, ", "), ") in (select * from unnest(", ...separated(arrays, ", "), "))"])
  })
}
