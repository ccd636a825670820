import type { EntityState } from "../entity-state.ts"
import type { SessionState } from "../session-state.ts"
import { type EarlyDeletions, earlyDeletions } from "./early-deletions.ts"
import type { ChangedRow, NewRow } from "./row.ts"
import { type RowSwitches, rowSwitches } from "./row-switch.ts"

/** What becomes of rows that are deleted while others take what they have: their keys, their other unique values. */
export interface Replacements {
  readonly switches: RowSwitches
  /** The deletions that go first. */
  readonly early: EarlyDeletions
  /** Those that come last. */
  readonly late: readonly EntityState[]
}

/**
 * A deleted row stays for a new one of its key, unless it refers to a row that has to go early: then it goes before that, and the new
 * one is inserted.
 */
export function replacements(session: SessionState, rows: readonly NewRow[], updates: readonly ChangedRow[]): Replacements {
  const gone = new Set<EntityState>()
  for (;;) {
    const switches = rowSwitches(session, rows, gone)
    const { inserts, switched, replaced } = switches
    const deleting = [...session.deleting].filter((state) => !replaced.has(state))
    const written = [...updates, ...switched.filter(({ columns }) => columns.length > 0)]
    const early = earlyDeletions({ deleting, replaced, inserts, updates: written, present: session.identities })
    const before = gone.size
    for (const state of early.states) if (replaced.has(state)) gone.add(state)
    if (gone.size === before) return { switches, early, late: deleting.filter((state) => !early.states.has(state)) }
  }
}
