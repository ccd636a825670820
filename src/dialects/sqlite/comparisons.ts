import { AndNode, type OperationNode, OrNode, ParensNode, RawNode, TupleNode, ValueNode } from "kysely"
import { UnsupportedError } from "../../errors/index.ts"
import type { ExpressionSpelling, QuantifiedComparison } from "../../sql/index.ts"
import { commaList, raw } from "../raw-node.ts"
import { jsonList, keepsEqualityInJson } from "./json-list.ts"
import { sqliteLowering } from "./lowering.ts"

/** Comparisons with several values at once. SQLite has no `any` and `all`, but `in` is `= any` and `not in` is `<> all`. */
export const sqliteComparisons: Pick<ExpressionSpelling, "quantified" | "rowIn" | "rowList" | "betweenSymmetric"> = {
  quantified(comparison) {
    const { left, operator, quantifier } = comparison
    if (operator.endsWith("like")) return likes(comparison)
    const isIn = operator === "=" && quantifier === "any"
    if (!isIn && !(operator === "!=" && quantifier === "all")) {
      throw new UnsupportedError(`SQLite cannot compare by ${operator} with ${quantifier} of several values`, {
        hint: "it has eq(any(…)) and ne(all(…)); for the others compare with the least or the greatest: a subquery of min(…) or max(…)",
      })
    }
    return RawNode.create(["", isIn ? " in " : " not in ", ""], [left, several(comparison)])
  },

  rowIn(left, columns, negated) {
    if (columns.some(({ type }) => !keepsEqualityInJson(type))) return undefined
    const count = columns[0]!.values.length
    const rows = Array.from({ length: count }, (_, index) => jsonList(columns.map(({ values }) => values[index])))
    const places = columns.map((_, index) => `value ->> ${index}`).join(", ")
    return RawNode.create(
      ["", `${negated ? " not in" : " in"} (select ${places} from json_each(`, "))"],
      [TupleNode.create(left), ValueNode.create(`[${rows.join(",")}]`)],
    )
  },

  betweenSymmetric: (value, one, other) => raw`${value} between min(${one}, ${other}) and max(${one}, ${other})`,

  rowList: (rows) => raw`(values ${commaList(rows.map((row) => TupleNode.create(row)))})`,
}

/** One LIKE after the other. */
function likes(comparison: QuantifiedComparison): OperationNode {
  const { left, operator, over, quantifier } = comparison
  if (over !== "values" && over !== "items") {
    throw new UnsupportedError(
      `SQLite cannot compare by ${operator} with the patterns of ${over === "array" ? "an array" : "a subquery"}`,
      {
        hint: "give the patterns as a list",
      },
    )
  }
  const patterns = over === "items" ? comparison.nodes : comparison.values.map((value) => ValueNode.create(value))
  if (patterns.length === 0) return RawNode.createWithSql(quantifier === "any" ? "1 = 0" : "1 = 1")
  const negated = operator.startsWith("not")
  const like = negated ? "not like" : "like"
  const nodes = patterns.map((pattern) =>
    operator.endsWith("ilike")
      ? sqliteLowering.ilike(left, pattern, negated)
      : RawNode.create(["", ` ${like} `, " escape '\\'"], [left, pattern]),
  )
  const join = quantifier === "any" ? OrNode : AndNode
  return ParensNode.create(nodes.reduce((before, node) => join.create(before, node)))
}

function several(comparison: Parameters<ExpressionSpelling["quantified"]>[0]): OperationNode {
  switch (comparison.over) {
    case "subquery":
      return comparison.node
    case "array":
      if (comparison.type.element !== undefined && !keepsEqualityInJson(comparison.type.element)) {
        throw new UnsupportedError("SQLite keeps arrays as JSON, in which elements of this type cannot be compared", {
          hint: "keep them in a table of their own",
        })
      }
      return raw`(select value from json_each(${comparison.node}))`
    case "items":
      return raw`(${commaList(comparison.nodes)})`
    case "values":
      return keepsEqualityInJson(comparison.type)
        ? raw`(select value from json_each(${ValueNode.create(jsonList(comparison.values))}))`
        : raw`(${commaList(comparison.values.map((value) => ValueNode.create(value)))})`
  }
}
