import { CastNode, RawNode, ValueNode, type OperationNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import { encodeValue } from "./encode-value.ts"
import { lowerKysely } from "../kysely/lower-kysely.ts"
import { isLowerable, type Lowerable, type LowerContext } from "../lowering/lower.ts"
import { written } from "./own-sql.ts"
import { unmodified, type SqlType } from "../types/type.ts"

/** The parameter for a value, encoded as {@link encodeValue} does. */
export function encodeParameter(value: unknown, type: SqlType | undefined, label: string, context: LowerContext): unknown {
  return encodeValue(value, type, label, context.dialect)
}

/** An operand of an operator: an expression as it is, anything else as a parameter of `type`. */
export function operandNode(operand: unknown, type: SqlType | undefined, label: string, context: LowerContext): OperationNode {
  if (isLowerable(operand)) return lowerBeside(operand, type, context)
  if (isKyselyExpression(operand)) {
    return context.calls.opaque("text", () => lowerKysely(operand, context, (encoded) => valueNode(encoded, context)))
  }
  return parameterNode(operand, type, label, context)
}

function rowNode(node: OperationNode, type: SqlType, context: LowerContext): OperationNode {
  return CastNode.create(node, RawNode.createWithSql(context.dialect.typeName(unmodified(type))))
}

/** A value as a parameter of a type, as the database keeps it. */
export function parameterNode(value: unknown, type: SqlType | undefined, label: string, context: LowerContext): OperationNode {
  const node = valueNode(encodeParameter(value, type, label, context), context)
  if (value === null) return node
  // PostgreSQL takes what is compared with a row for a row without a name, and has no text of those.
  return type?.kind === "composite" && context.dialect.castsParameters ? rowNode(node, type, context) : written(node, type, context)
}

/** An expression beside something of a type. */
export function lowerBeside(operand: Lowerable, type: SqlType | undefined, context: LowerContext): OperationNode {
  return operand.lowerBeside === undefined ? operand.lower(context) : operand.lowerBeside(type, context)
}

/** An encoded value as a parameter, or as a literal where there can be no parameters. */
export function valueNode(encoded: unknown, context: LowerContext): OperationNode {
  if (!context.literals) return ValueNode.create(encoded)
  return encoded instanceof Uint8Array ? context.dialect.bytesLiteral(encoded) : ValueNode.createImmediate(encoded)
}

/** An expression of Kysely's own. */
export function isKyselyExpression(value: unknown): value is { toOperationNode(): OperationNode } {
  return typeof value === "object" && value !== null && "toOperationNode" in value && typeof value.toOperationNode === "function"
}

/** Refuses what a comparison must never silently turn into "everything" or "nothing". */
export function requireOperand(operand: unknown, label: string): void {
  if (operand === undefined) {
    throw new StatementError(`undefined was compared with ${label}`, {
      hint: "leave the condition out when there is nothing to compare with",
    })
  }
  if (operand === null) {
    throw new StatementError(`null was compared with ${label}`, {
      hint: "a comparison with NULL is never true: use isNull() or isNotNull()",
    })
  }
}
