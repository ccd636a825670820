import { FunctionNode, type OperationNode, RawNode, ValueNode } from "kysely"
import { UnsupportedError } from "../../errors/index.ts"
import { type AggregateCall, type SqlDialect, type SqlType, travellingType } from "../../sql/index.ts"
import { aggregateNode } from "../aggregate-node.ts"
import { raw } from "../raw-node.ts"
import { sqliteLowering } from "./lowering.ts"
import { typeName } from "./types.ts"

/** What SQLite calls by another name, and what it has no function for. */
export const sqliteAggregates: Pick<SqlDialect, "aggregate" | "rangeOffsetType" | "jsonAggregate" | "jsonObjectAggregate"> = {
  aggregate(call) {
    if (call.named === true) return aggregateNode(call)
    if (call.withinGroup !== undefined) return orderedSet(call)
    switch (call.name) {
      case "array_agg":
        return arrayAggregate(call)
      case "string_agg":
        return textAggregate(call)
    }
    const name = names.get(call.name)
    if (name === undefined) throw missing(call.name, "compute it in the application, or with sql`…` where an extension has it")
    return aggregateNode({ ...call, name })
  },

  rangeOffsetType(type) {
    if (type !== undefined && isStoredAsNumber(type)) return type
    throw new UnsupportedError(
      `SQLite has no RANGE frame with an offset for ${type?.kind ?? "an expression of unknown type"}: only for numbers`,
      {
        hint: "order by a number, such as the days since a date, or use rowsBetween() or groupsBetween()",
      },
    )
  },

  jsonAggregate: (value, options) => aggregateNode({ ...options, name: "json_group_array", args: [value] }),
  jsonObjectAggregate: (key, value, options) =>
    aggregateNode({ ...options, name: "json_group_object", args: [raw`cast(${key} as text)`, value] }),
}

const names: ReadonlyMap<string, string> = new Map([
  ...["count", "sum", "avg", "min", "max"].map((name) => [name, name] as const),
  ...["row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile"].map((name) => [name, name] as const),
  ...["lag", "lead", "first_value", "last_value", "nth_value"].map((name) => [name, name] as const),
  // Booleans are 0 and 1; any value that is not null is as good as the least.
  ["bool_and", "min"],
  ["every", "min"],
  ["bool_or", "max"],
  ["any_value", "min"],
])

function missing(name: string, hint: string): UnsupportedError {
  return new UnsupportedError(`SQLite has no aggregate ${name}()`, { hint })
}

/** Arrays are stored as JSON, documents in them as they are. */
function arrayAggregate(call: AggregateCall): OperationNode {
  const [value] = call.args
  const kind = call.type === undefined ? undefined : travellingType(call.type)?.kind
  const isDocument = kind === "json" || kind === "jsonb"
  const args = [isDocument ? sqliteLowering.jsonDocument(value!) : sqliteLowering.jsonValue(value!, call.type)]
  return FunctionNode.create("nullif", [aggregateNode({ ...call, name: "json_group_array", args }), RawNode.createWithSql("'[]'")])
}

function textAggregate(call: AggregateCall): OperationNode {
  if (call.type?.kind === "bytea") throw missing("string_agg", "bytes are joined in the application")
  if (call.distinct !== true) return aggregateNode(call)
  const [text, separator] = call.args
  if (separator !== undefined && ValueNode.is(separator) && separator.value === ",")
    return aggregateNode({ ...call, name: "group_concat", args: [text!] })
  throw new UnsupportedError('SQLite joins different texts with "," only', {
    hint: 'take "," as the separator, or make the texts distinct in a subquery',
  })
}

/** The percentile extension, which Node's own SQLite has, writes WITHIN GROUP as a first argument. */
function orderedSet({ name, args, type, withinGroup, filter }: AggregateCall): OperationNode {
  const [order, ...more] = withinGroup!.items
  const isAscending = order?.direction === undefined || (RawNode.is(order.direction) && order.direction.sqlFragments[0] === "asc")
  if (
    name !== "percentile_cont" ||
    type?.kind === "array" ||
    order === undefined ||
    more.length > 0 ||
    !isAscending ||
    order.nulls !== undefined
  ) {
    throw missing(
      `${name}() within group`,
      "SQLite has percentileCont() of one share, in ascending order; use a window function in a subquery for others",
    )
  }
  return aggregateNode({ name, args: [order.orderBy, ...args], filter })
}

function isStoredAsNumber(type: SqlType): boolean {
  const stored = typeName(type)
  return (stored === "INTEGER" && type.kind !== "boolean") || stored === "REAL"
}
