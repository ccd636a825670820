import type { EntityState } from "../entity-state.ts"
import type { SessionState } from "../session-state.ts"
import { alignReferences } from "./align-references.ts"
import { changedRows } from "./changed-rows.ts"
import { requireDistinctKeys } from "./claimed-keys.ts"
import { keyFollowers } from "./key-followers.ts"
import { RelationChanges } from "./relation-changes.ts"
import { OtherSides } from "./other-sides.ts"
import { replacements } from "./replacements.ts"
import { completeSwitches } from "./row-switch.ts"
import { StepBuilder } from "./step-builder.ts"
import type { Step } from "./step.ts"
import { TableRows } from "./table-rows.ts"

/** What a flush will do, in order. Making it sends nothing. */
export interface FlushPlan {
  readonly steps: readonly Step[]
  /** Whose rows will be inserted, updated and deleted; to be asked before {@link finish}. */
  readonly inserted: readonly EntityState[]
  readonly updated: readonly EntityState[]
  readonly deleted: readonly EntityState[]
  /** To be called when all steps have been completed: the session then holds what the database holds. */
  finish(): void
}

/** @returns undefined when there is nothing to write */
export function planFlush(session: SessionState): FlushPlan | undefined {
  const relations = new RelationChanges(session)
  relations.collect()
  const { associations } = relations
  const rows = [...relations.newRows()]
  const changed = changedRows(session, relations)
  if (rows.length === 0 && changed.length === 0 && session.deleting.size === 0 && !associations.hasRemovals) {
    relations.finish()
    if (relations.corrections.length > 0) new OtherSides(session, [], [], relations).align(new Set())
    return undefined
  }
  const followers = keyFollowers(session, changed, relations)
  requireDistinctKeys(session, rows, followers)
  const { switches, early, late } = replacements(session, rows, followers.updates)
  const sides = new OtherSides(session, rows, followers.updates, relations)
  session.fallen.clear()
  const parts = new TableRows(session, followers.followed)
  const builder = new StepBuilder(session, followers.followed, parts.target)
  const remove = (states: readonly EntityState[]) => {
    builder.addSteps(associations.stepsBeforeDeletes(states, false))
    builder.addDeletes(parts.deletions(states))
  }
  builder.addSteps(associations.stepsBeforeDeletes([...switches.replaced], true))
  builder.addUpdates(parts.updates([...followers.before, ...early.before]))
  builder.addUpdates(parts.updates(early.leaving))
  remove([...early.states])
  builder.addTables(parts.inserts(switches.inserts), parts.updates(early.updates))
  builder.addSteps(associations.removalSteps())
  remove(late)
  return {
    steps: builder.steps,
    get inserted() {
      return rows.filter(({ tracked }) => tracked).map(({ state }) => state)
    },
    get updated() {
      return [...statesOf(early.leaving, early.updates)].filter((state) => state.status === "persistent")
    },
    get deleted() {
      return [...session.deleting]
    },
    finish() {
      parts.finish()
      for (const { state } of rows) session.pending.delete(state)
      session.reached.clear()
      for (const states of [late, early.states, switches.replaced]) for (const state of states) session.deleting.delete(state)
      completeSwitches(switches, session)
      relations.finish()
      for (const state of statesOf(rows, early.leaving, early.updates)) alignReferences(state, session)
      sides.align(new Set([...session.fallen, ...switches.replaced]))
      session.fallen.clear()
    },
  }
}

function* statesOf(...lists: readonly (readonly { readonly state: EntityState }[])[]): IterableIterator<EntityState> {
  for (const list of lists) for (const { state } of list) yield state
}
