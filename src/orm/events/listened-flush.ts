import { FlushLoopError } from "../../errors/index.ts"
import { type Change, changesOf } from "../changes.ts"
import type { EntityState } from "../entity-state.ts"
import { commit, sendPlan, undoFailed } from "../flush.ts"
import { type SessionState, titleOf } from "../session-state.ts"
import type { TransactionScope } from "../transaction-scope.ts"
import { mayCascade, planCascading } from "../unit-of-work/cascading-deletes.ts"
import { type FlushPlan, planFlush } from "../unit-of-work/flush-plan.ts"
import type { AnyListener, EntityEventName, SessionEventName, SessionEvents } from "./session-events.ts"

/** A session that somebody listens to. */
export interface ListenedSession {
  readonly session: object
  readonly state: SessionState
  readonly scope: TransactionScope
  readonly events: SessionEvents
  /** Lets the session be asked while listeners run, which may not end what is under way. */
  freely(name: SessionEventName, work: () => Promise<void>): Promise<void>
}

/** Rounds after which a flush that finds ever more to write is taken for endless. */
const mostRounds = 100

type Kind = "Insert" | "Update" | "Delete"

/** As `flush`, with listeners. @returns whether something was written */
export async function flushListened(listened: ListenedSession): Promise<boolean> {
  await tell(listened, "beforeFlush", {})
  const planned = await planListened(listened)
  if (planned === undefined) return false
  const { state, scope } = listened
  await sendPlan(planned.plan, state, scope, (statements) => scope.writeAll(statements))
  try {
    await planned.after()
    await tell(listened, "afterFlush", planned.event)
  } catch (error) {
    scope.fail(error)
    throw error
  }
  return true
}

/** As `commit`, with listeners: what they add after a flush is flushed too. */
export async function commitListened(listened: ListenedSession): Promise<void> {
  const { state, scope, events, session } = listened
  const told = (name: SessionEventName) => events.of(name).map((listener) => () => listener({ session }))
  const endings = { afterCommit: () => told("afterCommit"), afterRollback: () => told("afterRollback") }
  const isFollowedUp = ["afterFlush", "afterInsert", "afterUpdate", "afterDelete"].some((name) => events.wants(name))
  let plan: FlushPlan | undefined
  try {
    await tell(listened, "beforeCommit", {})
    if (isFollowedUp) await flushToTheEnd(listened)
    else {
      await tell(listened, "beforeFlush", {})
      plan = (await planListened(listened))?.plan
    }
  } catch (error) {
    await undoFailed(state, scope, error, endings.afterRollback())
    throw error
  }
  await commit(state, scope, { plan: async () => plan ?? (await planUnit(listened)), ...endings })
}

async function flushToTheEnd(listened: ListenedSession): Promise<void> {
  for (let round = 0; round < mostRounds; round++) if (!(await flushListened(listened))) return
  const plan = await planUnit(listened)
  if (plan === undefined) return
  const names = (["afterInsert", "afterUpdate", "afterDelete"] as const).flatMap((name) =>
    statesOf(plan).flatMap(([, state]) => listenersOf(listened, name, state).map((listener) => titleOfListener(name, listener, state))),
  )
  throw endless(plan, [...names, ...listened.events.of("afterFlush").map((listener) => titleOfListener("afterFlush", listener))])
}

/** Tells the listeners of a session's event, one after another. */
export async function tell(listened: ListenedSession, name: SessionEventName, event: object): Promise<void> {
  const listeners = listened.events.of(name)
  if (listeners.length === 0) return
  await listened.freely(name, async () => {
    for (const listener of listeners) await listener({ session: listened.session, ...event })
  })
}

async function planUnit({ state, scope }: ListenedSession): Promise<FlushPlan | undefined> {
  return mayCascade(state) ? await planCascading(state, scope) : planFlush(state)
}

interface PlannedFlush {
  readonly plan: FlushPlan
  readonly event: { readonly inserted: readonly object[]; readonly updated: readonly object[]; readonly deleted: readonly object[] }
  /** Tells the listeners of entities, once all is written. */
  after(): Promise<void>
}

/** Tells the listeners of what is about to be written, and plans anew with what they changed, until there is nothing new. */
async function planListened(listened: ListenedSession): Promise<PlannedFlush | undefined> {
  const told: Record<Kind, Set<EntityState>> = { Insert: new Set(), Update: new Set(), Delete: new Set() }
  let last: string[] = []
  for (let round = 0; ; round++) {
    const plan = await planUnit(listened)
    if (plan === undefined) return undefined
    const news = statesOf(plan).filter(
      ([kind, state]) => !told[kind].has(state) && listenersOf(listened, `before${kind}`, state).length > 0,
    )
    if (news.length === 0) return planned(plan, listened)
    if (round >= mostRounds) throw endless(plan, last)
    last = []
    for (const [kind, state] of news) {
      told[kind].add(state)
      // An earlier listener may have taken it out.
      if (!isStill(kind, state)) continue
      for (const listener of listenersOf(listened, `before${kind}`, state)) {
        last.push(titleOfListener(`before${kind}`, listener, state))
        await callOn(state, listener, listened, changesOf(state))
      }
    }
  }
}

function planned(plan: FlushPlan, listened: ListenedSession): PlannedFlush {
  const states = statesOf(plan)
  const calls = states.flatMap(([kind, state]) => {
    const listeners = listenersOf(listened, `after${kind}`, state)
    if (listeners.length === 0) return []
    const changes = kind === "Delete" ? {} : changesOf(state)
    return listeners.map((listener) => () => callOn(state, listener, listened, changes))
  })
  const entities = (wanted: Kind) => states.filter(([kind]) => kind === wanted).map(([, { entity }]) => entity)
  return {
    plan,
    event: { inserted: entities("Insert"), updated: entities("Update"), deleted: entities("Delete") },
    async after() {
      for (const call of calls) await call()
    },
  }
}

/** Waits for a listener only where it gives something to wait for. */
async function callOn(
  { entity }: EntityState,
  listener: AnyListener,
  { session }: ListenedSession,
  changes: Record<string, Change>,
): Promise<void> {
  const result = listener(entity, { session, changes })
  if (result instanceof Promise) await result
}

function statesOf({ inserted, updated, deleted }: FlushPlan): (readonly [Kind, EntityState])[] {
  return [
    ...inserted.map((state) => ["Insert", state] as const),
    ...updated.map((state) => ["Update", state] as const),
    ...deleted.map((state) => ["Delete", state] as const),
  ]
}

function isStill(kind: Kind, { status }: EntityState): boolean {
  return status === (kind === "Insert" ? "pending" : kind === "Update" ? "persistent" : "deleting")
}

function listenersOf({ events }: ListenedSession, name: EntityEventName, { plan }: EntityState): readonly AnyListener[] {
  return events.ofEntity(name, plan.mapper.entityClass)
}

function titleOfListener(event: string, listener: AnyListener, state?: EntityState): string {
  const name = listener.name === "" ? "a function without a name" : listener.name
  return `${event}${state === undefined ? "" : ` of ${state.plan.mapper.className}`} (${name})`
}

function endless(plan: FlushPlan, listeners: readonly string[]): FlushLoopError {
  const words = { Insert: "inserted", Update: "updated", Delete: "deleted" }
  const left = statesOf(plan).map(([kind, state]) => `${titleOf(state)} to be ${words[kind]}`)
  const more = left.length > 3 ? `, and ${left.length - 3} more` : ""
  return new FlushLoopError(
    `the flush comes to no end: after ${mostRounds} rounds there is still ${left.slice(0, 3).join(", ")}${more}; called last: ${[...new Set(listeners)].join(", ")}`,
    { hint: "a listener that adds or changes entities has to leave its own additions alone" },
  )
}
