import { IdentityConflictError, ValueError } from "../../errors/index.ts"
import type { Mapper } from "../../schema/index.ts"
import type { IdentityKey } from "../entity-key.ts"
import type { EntityState } from "../entity-state.ts"
import { type SessionState, titleOf } from "../session-state.ts"
import type { FollowedKeys } from "./followed-keys.ts"
import type { KeyFollowers } from "./key-followers.ts"
import { knownKey, storedTitle } from "./row-keys.ts"
import type { ChangedRow, NewRow } from "./row.ts"

/**
 * New entities and those whose keys change each get a key of their own: refused before the database would.
 * @throws IdentityConflictError, ValueError for a new one without a key
 */
export function requireDistinctKeys(
  session: SessionState,
  inserts: readonly NewRow[],
  { updates, followed }: Pick<KeyFollowers, "updates" | "followed">,
): void {
  const claims = new Claims(session, followed)
  for (const row of updates) {
    if (row.columns.some((index) => row.state.plan.mapper.keyIndexes.includes(index))) claims.addChanged(row)
  }
  for (const row of inserts) {
    if (!row.tracked || !row.state.plan.hasKey) continue
    requireKey(row)
    claims.addNew(row.state)
  }
  claims.check()
}

class Claims {
  readonly #session: SessionState
  readonly #followed: FollowedKeys
  readonly #claimed = new Map<Mapper, Map<IdentityKey, EntityState>>()
  /** Entities whose rows give up the keys that they have. */
  readonly #leaving = new Set<EntityState>()

  constructor(session: SessionState, followed: FollowedKeys) {
    this.#session = session
    this.#followed = followed
  }

  addChanged({ state }: ChangedRow): void {
    this.#leaving.add(state)
    this.#add(state)
  }

  addNew(state: EntityState): void {
    this.#add(state)
  }

  #add(state: EntityState): void {
    const values = knownKey(state)
    if (values === undefined) return
    const { root } = state.plan.mapper
    let ofRoot = this.#claimed.get(root)
    if (ofRoot === undefined) this.#claimed.set(root, (ofRoot = new Map()))
    const key = state.plan.keyOf(values)
    if (ofRoot.has(key)) throw new IdentityConflictError(`two objects claim to be ${titleOf(state)}`)
    ofRoot.set(key, state)
  }

  /** The keys that entities of the session have are free only when those go, or go elsewhere. */
  check(): void {
    for (const [root, claimed] of this.#claimed) {
      const present = this.#session.identities.of(root)
      for (const [key, state] of claimed) {
        const holder = present.get(key)
        if (holder === undefined || holder === state || holder.status === "deleting") continue
        if (!this.#leaving.has(holder) && !this.#followed.follows(holder)) throw conflict(state)
      }
    }
  }
}

function conflict(state: EntityState): IdentityConflictError {
  if (state.status === "pending") {
    return new IdentityConflictError(`a new object claims to be ${titleOf(state)}, which the session already has`, {
      hint: "change the loaded object instead",
    })
  }
  return new IdentityConflictError(`${storedTitle(state)} would become ${titleOf(state)}, which the session already has`, {
    hint: "give that one another key, or delete it",
  })
}

function requireKey({ state, links }: NewRow): void {
  const { mapper, labels } = state.plan
  const values = state.plan.keyValues(state.entity)
  for (const [position, index] of mapper.keyIndexes.entries()) {
    if (values[position] !== undefined && values[position] !== null) continue
    const { options } = mapper.columns[index]!
    const isMade = values[position] === undefined && (options.identity !== undefined || options.serverDefault !== undefined)
    if (isMade || state.assigned?.has(index) === true || links.some((link) => link.columns.includes(index))) continue
    throw new ValueError(`${labels[index]} is part of the primary key, and a new ${mapper.className} has no value for it`, {
      hint: "give it a value, or declare the column with identity(), default(…) or defaultFrom(…)",
    })
  }
}
