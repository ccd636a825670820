import { BinaryOperationNode, CastNode, FunctionNode, type OperationNode, OperatorNode, RawNode, ValueNode } from "kysely"
import { type MomentKind, type SqlDialect, type SqlType, travellingType } from "../../sql/index.ts"
import { chunksOf, isPlainKey, raw } from "../raw-node.ts"
import { hexOf } from "../values/bytes.ts"
import type { Parameter } from "../values/codec-of-rules.ts"
import { printArray } from "./array-literal.ts"
import { hasArrays } from "./comparisons.ts"
import { typeName, typeNameForCast } from "./types.ts"

/** Half of the arguments that a function may have. */
const pairsAtOnce = 50

type Lowering = Pick<
  SqlDialect,
  "jsonObject" | "jsonArray" | "jsonValue" | "jsonDocument" | "now" | "bytesLiteral" | "ilike" | "anyOf" | "notDistinct"
>

/** Where PostgreSQL has its own SQL for an expression. */
export const postgresLowering: Lowering = {
  jsonObject(pairs) {
    const objects = chunksOf(pairs, pairsAtOnce).map((chunk) =>
      FunctionNode.create(
        "json_build_object",
        chunk.flatMap(([key, value]) => [keyNode(key), value]),
      ),
    )
    return joined(objects, "json_build_object")
  },

  jsonArray(values) {
    return joined(
      chunksOf(values, 2 * pairsAtOnce).map((chunk) => FunctionNode.create("json_build_array", chunk)),
      "json_build_array",
    )
  },

  jsonValue(given, givenType) {
    const [value, type] = givenType?.codec === undefined ? [given, givenType] : travelling(given, givenType)
    const name = jsonCast(type)
    if (name !== undefined) return castTo(value, name)
    // A parameter that stands alone has no type of its own.
    return ValueNode.is(value) && type !== undefined ? castTo(value, typeName(type)) : value
  },

  jsonDocument: (value) => value,

  now: (kind) => moments[kind],
  bytesLiteral: (bytes) => RawNode.createWithSql(`'\\x${hexOf(bytes)}'`),

  ilike: (value, pattern, negated) => BinaryOperationNode.create(value, OperatorNode.create(negated ? "not ilike" : "ilike"), pattern),

  anyOf(value, values, type, negated) {
    if (!hasArrays(type)) return undefined
    const array = ValueNode.create(printArray(values as readonly Parameter[]))
    return RawNode.create(["", `${negated ? " <> all(" : " = any("}`, `::${typeNameForCast(type)}[])`], [value, array])
  },

  notDistinct: (left, right, negated) =>
    BinaryOperationNode.create(left, OperatorNode.create(negated ? "is distinct from" : "is not distinct from"), right),
}

const moments: Readonly<Record<MomentKind, OperationNode>> = {
  timestamptz: FunctionNode.create("now", []),
  timestamp: RawNode.createWithSql("localtimestamp"),
  date: RawNode.createWithSql("current_date"),
  time: RawNode.createWithSql("localtime"),
}

/** What a type is cast to before it becomes JSON, where JSON's own form of it would lose something or cannot be read back. */
function jsonCast(type: SqlType | undefined): string | undefined {
  switch (type?.kind) {
    case "bigint":
    case "numeric":
    case "json":
    case "jsonb":
    case "hstore":
    case "composite":
    case "custom":
      return "text"
    case "array":
      return "text[]"
    default:
      return undefined
  }
}

function castTo(value: OperationNode, name: string): OperationNode {
  return CastNode.create(value, RawNode.createWithSql(name))
}

function keyNode(key: string): OperationNode {
  return isPlainKey(key) ? ValueNode.createImmediate(key) : castTo(ValueNode.create(key), "text")
}

/**
 * Several JSON objects or arrays as one. The text is joined, because json has no `||` and jsonb would sort keys,
 * drop repeated ones and the sign of zero.
 */
function joined(parts: readonly OperationNode[], emptyFunction: string): OperationNode {
  const [first, ...rest] = parts
  if (first === undefined) return FunctionNode.create(emptyFunction, [])
  if (rest.length === 0) return first
  const last = rest.length - 1
  const texts = rest.map((part, index) => (index === last ? raw`substr((${part})::text, 2)` : raw`substr(left((${part})::text, -1), 2)`))
  return RawNode.create(["(left((", ")::text, -1) || ', ' || ", ...rest.slice(1).map(() => " || ', ' || "), ")::json"], [first, ...texts])
}

/** A value with a codec of a user's as one of the type that travels for it, converted as its text would be read. */
function travelling(value: OperationNode, type: SqlType): readonly [value: OperationNode, type: SqlType] {
  const inner: SqlType = travellingType(type) ?? { kind: "custom" }
  if (type.codec?.via === undefined) return [value, inner]
  const text = castTo(value, "text")
  return [inner.kind === "text" ? text : castTo(text, typeNameForCast(inner)), inner]
}
