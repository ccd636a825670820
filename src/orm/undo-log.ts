import type { IdentityKey } from "./entity-key.ts"
import type { AssignedValue, EntityState, EntityStatus } from "./entity-state.ts"
import type { RelationSnapshot } from "./relation-snapshot.ts"

/** An entity as it was when a transaction or savepoint began. */
export interface SavedState {
  readonly status: EntityStatus
  readonly row: readonly unknown[] | undefined
  readonly offset: number
  readonly key: IdentityKey | undefined
  readonly relations: Map<string, RelationSnapshot> | undefined
  /** The values of the columns before an insert filled in what was missing, by their index. */
  readonly values: readonly unknown[] | undefined
  readonly assigned: Map<number, AssignedValue> | undefined
}

/** What happened since a transaction or a savepoint began, as far as a rollback has to undo it. */
export class UndoFrame {
  /** Entities that changed their state, as they were before. */
  readonly touched: Map<EntityState, SavedState> = new Map()
  /** Entities that were first loaded after something had been written: their rows may be of what is rolled back. */
  readonly adopted: Set<EntityState> = new Set()
  readonly afterCommit: (() => unknown)[] = []
  readonly afterRollback: (() => unknown)[] = []
  /** Something was written, so that what is read from now on may be undone. */
  wrote = false

  /** Keeps the entity's state as it is now, unless it was kept before. */
  touch(state: EntityState, values?: readonly unknown[]): void {
    if (this.touched.has(state)) return
    const { status, row, offset, key, relations, assigned } = state
    this.touched.set(state, { status, row, offset, key, relations: relations && new Map(relations), values, assigned })
  }

  /** Takes over what a released savepoint did: what was kept first counts. */
  absorb(inner: UndoFrame): void {
    for (const [state, saved] of inner.touched) if (!this.touched.has(state)) this.touched.set(state, saved)
    for (const state of inner.adopted) this.adopted.add(state)
    this.afterCommit.push(...inner.afterCommit)
    this.afterRollback.push(...inner.afterRollback)
    this.wrote ||= inner.wrote
  }
}
