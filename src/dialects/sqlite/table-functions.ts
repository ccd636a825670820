import { IdentifierNode, type OperationNode, RawNode } from "kysely"
import { UnsupportedError } from "../../errors/index.ts"
import type { QuerySpelling, SeriesCall, SqlType, TableFunctionCall } from "../../sql/index.ts"
import { raw } from "../raw-node.ts"
import { sqliteArithmetic } from "./arithmetic.ts"
import { keepsEqualityInJson } from "./json-list.ts"

export const sqliteTableFunctions: Pick<QuerySpelling, "tableFunction" | "series"> = {
  tableFunction(call) {
    const [value] = call.args
    const values = jsonValues(call)
    if (values === undefined || call.args.length !== 1 || value === undefined) {
      throw new UnsupportedError(`SQLite has no ${call.name}() in FROM`, {
        hint: "it has json_each(): unnest(), jsonbArrayElements(), jsonbEach()",
      })
    }
    if (!call.correlated) {
      const place = call.ordinality === undefined ? raw`` : raw`, row_number() over (order by id) as ${identifier(call.ordinality)}`
      return raw`(select ${values}${place} from json_each(${value})) as ${identifier(call.alias)}`
    }
    // A subquery would not see the entry whose list it is: the function's own columns have to do.
    if (call.ordinality === undefined && call.name === "unnest") return raw`json_each(${value}) as ${identifier(call.alias)}`
    throw new UnsupportedError(
      `SQLite has no lateral subqueries: ${call.alias} in FROM takes ${call.name}() of an entry before it as it is`,
      {
        hint: "of arrays, unnest(…) without withOrdinality() may look at an entry before it",
      },
    )
  },

  series(call) {
    if (call.correlated) {
      throw new UnsupportedError(`SQLite has no lateral subqueries: the series ${call.alias} would not see the entries before it`, {
        hint: "generate it for the widest range and narrow it by a condition",
      })
    }
    const value = identifier(call.column)
    const { next, descends } = stepOf(call, value)
    const within = (node: OperationNode) => (descends ? raw`${node} >= ${call.to}` : raw`${node} <= ${call.to}`)
    const place =
      call.ordinality === undefined
        ? raw``
        : raw`, row_number() over (order by ${value}${descends ? raw` desc` : raw``}) as ${identifier(call.ordinality)}`
    const rows = raw`with recursive rebis_series(${value}) as (select ${call.from} where ${within(call.from)} union all select ${next} from rebis_series where ${within(next)})`
    return raw`(${rows} select ${value}${place} from rebis_series) as ${identifier(call.alias)}`
  },
}

/** The columns of json_each() under the names that the call's columns have. */
function jsonValues({ name, columns }: TableFunctionCall): OperationNode | undefined {
  switch (name) {
    case "unnest":
      requireSameInJson(columns[0]!.type)
      return raw`value as ${identifier(columns[0]!.name)}`
    case "json_array_elements":
    case "jsonb_array_elements":
      return jsonText
    case "json_each":
    case "jsonb_each":
      return raw`key, ${jsonText}`
    default:
      return undefined
  }
}

/** A value as JSON: json_each() gives those that are no lists and objects as values of SQL. */
const jsonText: OperationNode = raw`case type when 'true' then 'true' when 'false' then 'false' when 'null' then 'null' when 'array' then value when 'object' then value else json_quote(value) end as value`

function requireSameInJson(type: SqlType): void {
  if (keepsEqualityInJson(type)) return
  throw new UnsupportedError(`SQLite gives the elements of a list of ${type.kind} as something else than a column of it`, {
    hint: "read the list as one value",
  })
}

function stepOf({ step, type }: SeriesCall, value: OperationNode): { readonly next: OperationNode; readonly descends: boolean } {
  if (type.kind === "numeric")
    throw new UnsupportedError("SQLite has no series of exact numbers", { hint: "generate whole numbers and divide them" })
  const span = step === undefined && type.kind === "date" ? { months: 0, days: 1, microseconds: 0n } : step?.span
  if (span !== undefined) {
    const next = sqliteArithmetic.arithmetic("+", { node: value, type }, { node: value, type: { kind: "interval" }, span }, type)
    const parts = [Math.sign(span.months), Math.sign(span.days), span.microseconds < 0n ? -1 : span.microseconds > 0n ? 1 : 0]
    if (parts.includes(1) !== parts.includes(-1))
      return { next: type.kind === "date" ? raw`substr(${next}, 1, 10)` : next, descends: parts.includes(-1) }
  }
  const amount = step === undefined ? 1 : step.amount
  if (amount === undefined || span !== undefined)
    throw new UnsupportedError("SQLite generates a series by a step that is a plain value going one way", {
      hint: 'write the step as 2 or "P1D"',
    })
  const by = step === undefined ? RawNode.createWithSql("1") : step.node
  return { next: raw`${value} + ${by}`, descends: amount < 0 }
}

function identifier(name: string): OperationNode {
  return IdentifierNode.create(name)
}
