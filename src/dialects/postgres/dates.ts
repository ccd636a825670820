import { CastNode, FunctionNode, type OperationNode, RawNode, ValueNode } from "kysely"
import type { ExpressionSpelling } from "../../sql/index.ts"

/** Fields and units of dates and times. */
export const postgresDates: Pick<ExpressionSpelling, "extract" | "dateTrunc" | "castMoment"> = {
  extract: (field, of) => FunctionNode.create("extract", [RawNode.create([`${field} from `, ""], [of])]),

  dateTrunc(unit, of, type, zone) {
    const literal = ValueNode.createImmediate(unit)
    if (zone !== undefined) return FunctionNode.create("date_trunc", [literal, of, zone])
    // A date would become a moment in the session's time zone.
    if (type?.kind === "date") return castTo(FunctionNode.create("date_trunc", [literal, castTo(of, "timestamp")]), "date")
    return FunctionNode.create("date_trunc", [literal, of])
  },

  castMoment: () => undefined,
}

function castTo(node: OperationNode, name: string): OperationNode {
  return CastNode.create(node, RawNode.createWithSql(name))
}
