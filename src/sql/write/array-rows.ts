import { IdentifierNode, RawNode, ValueNode, type OperationNode } from "kysely"
import type { SqlDialect } from "../dialect/dialect.ts"
import { type SqlType, unmodified } from "../types/type.ts"

/** Rows that travel as one list of encoded values a column, each list one parameter: the text is the same for any number of rows. */
export interface ArrayRows {
  /** `unnest($1::…[], $2::…[]) as "rows"("c0", "c1")`, as FROM takes it. */
  readonly from: OperationNode
  /** The columns, of the types that were asked for. */
  readonly columns: readonly OperationNode[]
  /** The number of a row in the lists, where it was asked for. */
  readonly place: OperationNode | undefined
}

/** A column of {@link ArrayRows}: its name in FROM, its type, and the parameter that {@link SqlDialect.arrayParameter} made of its values. */
export interface ArrayColumn {
  readonly name: string
  readonly type: SqlType
  readonly list: unknown
}

/** @param numbered whether rows have a number, by which they can be put in the order of the lists */
export function arrayRows(alias: string, columns: readonly ArrayColumn[], dialect: SqlDialect, numbered: boolean): ArrayRows {
  const lists = columns.map(({ type, list }) => RawNode.create(["", listCast(type, dialect)], [ValueNode.create(list)]))
  const names = [...columns.map(({ name }) => name), ...(numbered ? [placeName] : [])].map((name) => IdentifierNode.create(name))
  return {
    from: RawNode.create(
      ["unnest(", ...between(lists), numbered ? ") with ordinality as " : ") as ", "(", ...between(names), ")"],
      [...lists, IdentifierNode.create(alias), ...names],
    ),
    columns: columns.map(({ name, type }) => reference(alias, name, elementCast(type, dialect))),
    place: numbered ? reference(alias, placeName) : undefined,
  }
}

const placeName = "n"

/** `select … from unnest(…) order by …`: the rows in their order, as INSERT takes them. */
export function arrayRowsQuery(types: readonly SqlType[], lists: readonly unknown[], dialect: SqlDialect): OperationNode {
  const given = types.map((type, index) => ({ name: `c${index}`, type, list: lists[index] }))
  const { columns, from, place } = arrayRows("rebis_values", given, dialect, true)
  return RawNode.create(["select ", ...between(columns), " from ", " order by ", ""], [...columns, from, place!])
}

/**
 * What travels as its text: arrays of arrays would be flattened, a list of composite values become one column a field, and an
 * array of boxes has a delimiter of its own.
 */
function travelsAsText({ kind }: SqlType): boolean {
  return kind === "array" || kind === "composite" || kind === "box"
}

/** The cast of one parameter to a list of a type: `::integer[]`. */
export function listCast(type: SqlType, dialect: SqlDialect): string {
  return `::${travelsAsText(type) ? "text" : dialect.typeName(unmodified(type))}[]`
}

/** The cast of what comes out of such a list, where it needs one to be of the type again. */
export function elementCast(type: SqlType, dialect: SqlDialect): string {
  return travelsAsText(type) ? `::${dialect.typeName(unmodified(type))}` : ""
}

function reference(alias: string, name: string, cast = ""): OperationNode {
  return RawNode.create(["", ".", cast], [IdentifierNode.create(alias), IdentifierNode.create(name)])
}

/** The text between nodes of a list. */
function between(nodes: readonly OperationNode[]): string[] {
  return nodes.slice(1).map(() => ", ")
}
