import { type OperationNode, RawNode, TupleNode, ValueNode } from "kysely"
import type { ExpressionSpelling, SqlType, TypeKind } from "../../sql/index.ts"
import { commaList, raw } from "../raw-node.ts"
import type { Parameter } from "../values/codec-of-rules.ts"
import { printArray } from "./array-literal.ts"
import { typeNameForCast } from "./types.ts"

/** Comparisons with several values at once. */
export const postgresComparisons: Pick<ExpressionSpelling, "quantified" | "rowIn" | "rowList" | "betweenSymmetric"> = {
  quantified(comparison) {
    const { left, operator, over, quantifier } = comparison
    const several = operand(comparison)
    const between = ` ${operator === "!=" ? "<>" : operator} ${quantifier}`
    // A statement inside text has parentheses of its own.
    return over === "subquery"
      ? RawNode.create(["", between, ""], [left, several])
      : RawNode.create(["", `${between}(`, ")"], [left, several])
  },

  rowIn(left, columns, negated) {
    // Of composite values unnest makes one column a field.
    if (columns.some(({ type }) => type.kind === "composite" || !hasArrays(type))) return undefined
    const arrays = columns.map(({ type, values }) => arrayOf(values, type))
    return RawNode.create(["", `${negated ? " not in" : " in"} (select * from unnest(`, "))"], [TupleNode.create(left), commaList(arrays)])
  },

  betweenSymmetric: (value, one, other) => raw`${value} between symmetric ${one} and ${other}`,

  rowList: (rows) => raw`(${commaList(rows.map((row) => TupleNode.create(row)))})`,
}

/**
 * Types whose values are no elements of an array that is compared with: json, xml and some shapes have no equality, arrays would
 * be one of more dimensions, and the array of box has another delimiter.
 */
const withoutArrays: ReadonlySet<TypeKind> = new Set(["json", "xml", "point", "polygon", "box", "array"])

export function hasArrays({ kind }: SqlType): boolean {
  return !withoutArrays.has(kind)
}

function arrayOf(values: readonly unknown[], type: SqlType): OperationNode {
  return RawNode.create(["", `::${typeNameForCast(type)}[]`], [ValueNode.create(printArray(values as readonly Parameter[]))])
}

function operand(comparison: Parameters<ExpressionSpelling["quantified"]>[0]): OperationNode {
  switch (comparison.over) {
    case "subquery":
    case "array":
      return comparison.node
    case "items":
      return arrayConstructor(comparison.nodes, comparison.type)
    case "values":
      return hasArrays(comparison.type)
        ? arrayOf(comparison.values, comparison.type)
        : arrayConstructor(
            comparison.values.map((value) => ValueNode.create(value)),
            comparison.type,
          )
  }
}

function arrayConstructor(nodes: readonly OperationNode[], type: SqlType | undefined): OperationNode {
  const array = raw`array[${commaList(nodes)}]`
  return type === undefined ? array : RawNode.create(["", `::${typeNameForCast(type)}[]`], [array])
}
