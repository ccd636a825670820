import { CastNode, FunctionNode, IdentifierNode, RawNode, type OperationNode } from "kysely"
import type { QuerySpelling } from "../../sql/index.ts"
import { commaList, raw } from "../raw-node.ts"
import { typeName } from "./types.ts"

export const postgresTableFunctions: Pick<QuerySpelling, "tableFunction" | "series"> = {
  tableFunction({ name, args, columns, defined, ordinality, alias }) {
    if (name === "unnest" && columns.some(({ type }) => type.kind === "composite")) return wholeElements(args, columns, ordinality, alias)
    const called = FunctionNode.create(name, args)
    if (!defined) return withNames(called, columns, ordinality, alias)
    const definitions = commaList(columns.map((column) => raw`${identifier(column.name)} ${RawNode.createWithSql(typeName(column.type))}`))
    if (ordinality === undefined) return raw`${called} as ${identifier(alias)}(${definitions})`
    return withNames(raw`rows from (${called} as (${definitions}))`, columns, ordinality, alias)
  },

  series({ from, to, step, type, column, ordinality, alias }) {
    const isDate = type.kind === "date"
    // Of dates there is no series: without a type of its own it would be one of timestamptz.
    const [first, last] = [from, to].map((node) => (isDate ? cast(node, "timestamp") : node))
    const by = step?.node ?? (isDate ? raw`interval '1 day'` : undefined)
    const called = FunctionNode.create("generate_series", by === undefined ? [first!, last!] : [first!, last!, by])
    if (!isDate) return withNames(called, [{ name: column }], ordinality, alias)
    const name = identifier(column)
    const place = ordinality === undefined ? raw`` : raw`, ${identifier(ordinality)}`
    const rows = withNames(called, [{ name: column }], ordinality, "rebis_series")
    return raw`lateral (select ${cast(name, "date")} as ${name}${place} from ${rows}) as ${identifier(alias)}`
  },
}

/** In FROM unnest() would make of composite elements one column a field; among the columns of a select it leaves them whole. */
function wholeElements(
  lists: readonly OperationNode[],
  columns: readonly { readonly name: string }[],
  ordinality: string | undefined,
  alias: string,
): OperationNode {
  const elements = lists.map((list, index) => raw`unnest(${list}) as ${identifier(columns[index]!.name)}`)
  const rows = raw`select ${commaList(elements)}`
  if (ordinality === undefined) return raw`lateral (${rows}) as ${identifier(alias)}`
  const place = raw`row_number() over () as ${identifier(ordinality)}`
  return raw`lateral (select *, ${place} from (${rows}) as rebis_elements) as ${identifier(alias)}`
}

function withNames(
  called: OperationNode,
  columns: readonly { readonly name: string }[],
  ordinality: string | undefined,
  alias: string,
): OperationNode {
  const names = [...columns.map(({ name }) => name), ...(ordinality === undefined ? [] : [ordinality])]
  const list = commaList(names.map(identifier))
  return ordinality === undefined
    ? raw`${called} as ${identifier(alias)}(${list})`
    : raw`${called} with ordinality as ${identifier(alias)}(${list})`
}

function identifier(name: string): OperationNode {
  return IdentifierNode.create(name)
}

function cast(node: OperationNode, type: string): OperationNode {
  return CastNode.create(node, RawNode.createWithSql(type))
}
