import { CastNode, ParensNode, RawNode, type OperationNode } from "kysely"
import { StatementError, UnsupportedError } from "../../errors/index.ts"
import type { LowerContext } from "../lowering/lower.ts"
import { travellingType, unmodified, type SqlType } from "../types/type.ts"

// A codec may bring SQL of its own: what stands around a parameter on its way in, and around a column on its way out. Between
// the two, in conditions, groups, subqueries and tables of WITH, the database's own values flow.

/** Whether values of a type are written or read through SQL of its codec's own. */
export function hasOwnSql(type: SqlType | undefined): boolean {
  return type?.codec?.toSql !== undefined || type?.codec?.fromSql !== undefined
}

/** A parameter, or what stands for one, as a value of the type that the database keeps. */
export function written(parameter: OperationNode, type: SqlType | undefined, context: LowerContext): OperationNode {
  refuseArray(type, context)
  const toSql = type?.codec?.toSql
  if (toSql === undefined) return parameter
  const via = travellingType(type!)
  // Standing inside of a function it says its type, which the database would have to guess.
  const isTyped = via !== undefined && context.dialect.castsParameters && !context.literals
  const given = isTyped ? CastNode.create(parameter, RawNode.createWithSql(context.dialect.typeName(unmodified(via)))) : parameter
  const node = withoutEffect(context, () => toSql(given, context))
  return RawNode.is(node) ? ParensNode.create(node) : node
}

/** An expression of the type as what its codec reads. */
export function readable(expression: OperationNode, type: SqlType | undefined, context: LowerContext): OperationNode {
  refuseArray(type, context)
  const fromSql = type?.codec?.fromSql
  return fromSql === undefined ? expression : withoutEffect(context, () => fromSql(expression, context))
}

/** @throws StatementError for a type whose values cannot be read out of text that was not built by Rebis */
export function requireReadable(type: SqlType | undefined, where: string): void {
  if (type?.codec?.fromSql === undefined) return
  throw new StatementError(
    `${where}: the codec of ${type.sqlName ?? type.kind} reads values through SQL of its own, which is not put into text`,
    {
      hint: "write that SQL in the text, and give the column the type that it then has",
    },
  )
}

/** What a codec puts around values converts them, so that a statement is no less pure for it. */
function withoutEffect(context: LowerContext, lower: () => OperationNode): OperationNode {
  let node: OperationNode | undefined
  context.effectOf(() => (node = lower()))
  return node!
}

function refuseArray(type: SqlType | undefined, { dialect }: LowerContext): void {
  if (type?.kind !== "array" || !hasOwnSql(type.element)) return
  throw new UnsupportedError(`an array of values that a codec reads and writes through SQL of its own (${dialect.typeName(type)})`, {
    hint: "collect them by jsonAgg(), or have the codec's functions in the statement itself",
  })
}
