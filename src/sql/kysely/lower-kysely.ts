import { createQueryId, type OperationNode } from "kysely"
import type { LowerContext } from "../lowering/lower.ts"
import type { KnownTables } from "./known-columns.ts"
import { OwnExpressions } from "./own-expressions.ts"
import { type Encoding, ValueEncoder } from "./value-encoder.ts"

const noTables: KnownTables = new Map()

/**
 * An expression or query of Kysely's inside a statement of ours: what of it is ours is spelled for the database, and its values are
 * encoded as other parameters are.
 */
export function lowerKysely(
  expression: { toOperationNode(): OperationNode },
  context: LowerContext,
  makeValue: Encoding["makeValue"],
): OperationNode {
  // It may hold any text.
  context.mark("unknown")
  const queryId = createQueryId()
  const node = context.embedding(() => new OwnExpressions(() => context).transformNode(expression.toOperationNode(), queryId))
  return new ValueEncoder({ context, tables: noTables, makeValue, isRead: false }).transformNode(node, queryId)
}
