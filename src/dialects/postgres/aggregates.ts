import { FunctionNode, type OperationNode, RawNode } from "kysely"
import { UnsupportedError } from "../../errors/index.ts"
import type { SqlDialect, SqlType } from "../../sql/index.ts"
import { aggregateNode } from "../aggregate-node.ts"
import { raw } from "../raw-node.ts"

/** PostgreSQL has every aggregate and window function under the name that we call it by. */
export const postgresAggregates: Pick<SqlDialect, "aggregate" | "rangeOffsetType" | "jsonAggregate" | "jsonObjectAggregate"> = {
  aggregate: aggregateNode,

  rangeOffsetType(type): SqlType {
    switch (type?.kind) {
      case "date":
      case "time":
      case "timestamp":
      case "timestamptz":
      case "interval":
        return intervalType
      case "real":
        return doubleType
      default:
        return type ?? integerType
    }
  },

  jsonAggregate(value, { distinct = false, ...options }): OperationNode {
    // json has no equality, so DISTINCT needs jsonb, and with DISTINCT only what is aggregated can be ordered by.
    if (distinct && options.orderBy !== undefined) {
      throw new UnsupportedError("PostgreSQL cannot order the items of a JSON list that it makes distinct", {
        hint: 'make them distinct in a subquery and list its rows: select({ … }).distinct().as("items")',
      })
    }
    const args = [distinct ? FunctionNode.create("to_jsonb", [value]) : value]
    return FunctionNode.create("coalesce", [aggregateNode({ ...options, name: "json_agg", args, distinct }), emptyList])
  },

  jsonObjectAggregate: (key, value, options) =>
    FunctionNode.create("coalesce", [
      aggregateNode({ ...options, name: "json_object_agg", args: [raw`cast(${key} as text)`, value] }),
      emptyObject,
    ]),
}

const integerType: SqlType = { kind: "integer" }
const doubleType: SqlType = { kind: "double" }
const intervalType: SqlType = { kind: "interval" }
const emptyList = RawNode.createWithSql("'[]'::json")
const emptyObject = RawNode.createWithSql("'{}'::json")
