import { ArgumentError } from "../../errors/index.ts"
import type { SessionState } from "../session-state.ts"
import type { SessionEvents } from "./session-events.ts"

const telling = new WeakSet<SessionState>()

/** Tells listeners of each entity that is made of a row from now on. A session that nobody asked for it does nothing for a row. */
export function tellLoads(session: object, state: SessionState, events: () => SessionEvents): void {
  if (telling.has(state)) return
  telling.add(state)
  const adopt = state.adopt.bind(state)
  state.adopt = (loaded) => {
    adopt(loaded)
    for (const listener of events().ofEntity("load", loaded.plan.mapper.entityClass))
      if (listener(loaded.entity, { session }) instanceof Promise) throw cannotWait(loaded.plan.mapper.className)
  }
}

function cannotWait(className: string): ArgumentError {
  return new ArgumentError(`a listener of load of ${className} returned a promise, for which reading a row cannot wait`, {
    hint: "do without, or load what is needed after the statement",
  })
}
