import type { SelectEntity } from "../../sql/index.ts"
import type { SessionState } from "../session-state.ts"
import type { TransactionScope } from "../transaction-scope.ts"

/** Loads the relations that a statement asks for onto the entities that it found. */
export async function loadRelations(entities: readonly object[], statement: SelectEntity<any, any>, session: SessionState, scope: TransactionScope): Promise<void> {
  void [entities, statement, session, scope]
}
