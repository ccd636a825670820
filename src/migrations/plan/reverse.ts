import type { Operation } from "../operations/operation.ts"
import { Irreversible } from "../operations/statement-operations.ts"

/** What undoes operations, last one first. In the place of one that cannot be undone stands a refusal that says why. */
export function reverseOperations(operations: readonly Operation[]): readonly Operation[] {
  return operations.toReversed().map((operation) => operation.reverse() ?? new Irreversible(operation.irreversibleBecause()))
}
