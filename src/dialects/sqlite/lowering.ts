import { BinaryOperationNode, FunctionNode, type OperationNode, OperatorNode, RawNode, ValueNode } from "kysely"
import { type MomentKind, type SqlDialect, travellingType } from "../../sql/index.ts"
import { chunksOf, isPlainKey, raw } from "../raw-node.ts"
import { hexOf } from "../values/bytes.ts"
import { jsonList, keepsEqualityInJson } from "./json-list.ts"

/** Functions of older SQLite versions take 127 arguments. */
const pairsAtOnce = 50

type Lowering = Pick<
  SqlDialect,
  "jsonObject" | "jsonArray" | "jsonValue" | "jsonDocument" | "now" | "bytesLiteral" | "ilike" | "anyOf" | "notDistinct"
>

/** Where SQLite has its own SQL for an expression. */
export const sqliteLowering: Lowering = {
  jsonObject(pairs) {
    const objects = chunksOf(pairs, pairsAtOnce).map((chunk) =>
      FunctionNode.create(
        "json_object",
        chunk.flatMap(([key, value]) => [keyNode(key), value]),
      ),
    )
    return joined(objects, "json_object")
  },

  jsonArray(values) {
    return joined(
      chunksOf(values, 2 * pairsAtOnce).map((chunk) => FunctionNode.create("json_array", chunk)),
      "json_array",
    )
  },

  jsonValue(value, given) {
    const type = given === undefined ? undefined : travellingType(given)
    switch (type?.kind) {
      case "bigint":
        return raw`cast(${value} as text)`
      case "hstore":
      case "composite":
      case "array":
        return FunctionNode.create("json", [value])
      case "real":
      case "double":
      case "bytea":
        // quote() prints doubles with every digit and bytes as hex, but NULL as text.
        return raw`nullif(quote(${value}), 'NULL')`
      default:
        return value
    }
  },

  jsonDocument: (value) => FunctionNode.create("json", [value]),

  now: (kind) => moments[kind],
  bytesLiteral: (bytes) => RawNode.createWithSql(`x'${hexOf(bytes)}'`),

  // lower() on both sides, because `pragma case_sensitive_like` may have been set.
  ilike: (value, pattern, negated) =>
    RawNode.create(["lower(", negated ? ") not like lower(" : ") like lower(", ") escape '\\'"], [value, pattern]),

  anyOf(value, values, type, negated) {
    if (!keepsEqualityInJson(type)) return undefined
    return RawNode.create(
      ["", negated ? " not in (select value from json_each(" : " in (select value from json_each(", "))"],
      [value, ValueNode.create(jsonList(values))],
    )
  },

  notDistinct: (left, right, negated) => BinaryOperationNode.create(left, OperatorNode.create(negated ? "is not" : "is"), right),
}

const moments: Readonly<Record<MomentKind, OperationNode>> = {
  timestamptz: RawNode.createWithSql("strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"),
  timestamp: RawNode.createWithSql("strftime('%Y-%m-%dT%H:%M:%f000', 'now')"),
  date: RawNode.createWithSql("date('now')"),
  time: RawNode.createWithSql("strftime('%H:%M:%f000', 'now')"),
}

function keyNode(key: string): OperationNode {
  return isPlainKey(key) ? ValueNode.createImmediate(key) : ValueNode.create(key)
}

/** Several JSON objects or arrays as one, by their text: json_patch would drop keys that are null. */
function joined(parts: readonly OperationNode[], emptyFunction: string): OperationNode {
  const [first, ...rest] = parts
  if (first === undefined) return FunctionNode.create(emptyFunction, [])
  if (rest.length === 0) return first
  const last = rest.length - 1
  const texts = rest.map((part, index) => raw`substr(${index === last ? part : withoutLast(part)}, 2)`)
  return RawNode.create(["json(", " || ',' || ", ...rest.slice(1).map(() => " || ',' || "), ")"], [withoutLast(first), ...texts])
}

/** A text less its last character. A negative length takes what stands before the start, so the text is only written once. */
function withoutLast(text: OperationNode): OperationNode {
  return raw`substr(${text}, -1, -1000000000)`
}
