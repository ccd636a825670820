import { ValueError } from "../../errors/index.ts"
import { isLowerable } from "../../sql/index.ts"
import { valueToWrite } from "../assigned-values.ts"
import type { EntityState } from "../entity-state.ts"
import { type SessionState, titleOf } from "../session-state.ts"
import { changedRow, inOrder } from "./changed-rows.ts"
import { nulled } from "./early-deletions.ts"
import { FollowedKeys, type Follower } from "./followed-keys.ts"
import { columnIndexes, type Reference, referencesTo } from "./references.ts"
import { storedTitle } from "./row-keys.ts"
import type { RelationChanges } from "./relation-changes.ts"
import type { ChangedRow } from "./row.ts"
import { writePlanOf } from "./write-plan.ts"

/** What a flush does about rows whose keys change, and those that refer to them. */
export interface KeyFollowers {
  readonly followed: FollowedKeys
  /** All updates, with those of rows that do not follow by themselves. */
  readonly updates: readonly ChangedRow[]
  /** Foreign keys to set to null until the key that they refer to has changed. */
  readonly before: readonly ChangedRow[]
}

/**
 * Loaded rows follow the keys that they refer to: the database does it for foreign keys with `onUpdate`, others are updated; where the
 * database looks at once, by way of null. @throws ValueError where neither can be
 */
export function keyFollowers(session: SessionState, updates: readonly ChangedRow[], relations: RelationChanges): KeyFollowers {
  const changing = updates.filter(({ state, columns }) => columns.some((index) => writePlanOf(state.plan).uniqueColumns.has(index)))
  if (changing.length === 0) return { updates, before: [], followed: new FollowedKeys(session, new Map(), new Map()) }
  return new KeyFollowing(session, updates, relations).find(changing)
}

class KeyFollowing {
  readonly #session: SessionState
  readonly #relations: RelationChanges
  readonly #rows: Map<EntityState, ChangedRow>
  readonly #before: ChangedRow[] = []
  readonly #passive = new Map<EntityState, Follower[]>()
  readonly #parents = new Map<EntityState, EntityState[]>()

  constructor(session: SessionState, updates: readonly ChangedRow[], relations: RelationChanges) {
    this.#session = session
    this.#relations = relations
    this.#rows = new Map(updates.map((row) => [row.state, row]))
  }

  find(changing: readonly ChangedRow[]): KeyFollowers {
    const columns = new Map(changing.map((row) => [row.state, new Set(row.columns)]))
    let next: readonly EntityState[] = changing.map(({ state }) => state)
    while (next.length > 0) {
      const further = new Set<EntityState>()
      for (const reference of referencesTo(next, this.#session.identities, () => true)) {
        const referred = columnIndexes(reference.to.plan, reference.foreignKey.referredColumns)
        if (!referred.some((index) => columns.get(reference.to)!.has(index))) continue
        const follows = this.#follow(reference)
        if (follows === undefined || columns.has(reference.from)) continue
        columns.set(reference.from, new Set(follows))
        further.add(reference.from)
      }
      next = [...further]
    }
    const followed = new FollowedKeys(this.#session, this.#passive, this.#parents)
    return { updates: [...this.#rows.values()], before: this.#before, followed }
  }

  /** @returns the columns of the row that change with the key */
  #follow({ from, foreignKey, to }: Reference): readonly number[] | undefined {
    const columns = columnIndexes(from.plan, foreignKey.columns)
    const { onUpdate = "no action" } = foreignKey.options
    append(this.#parents, from, to)
    const isLeaving = this.#isLeaving({ from, foreignKey, to }, columns)
    if (onUpdate === "cascade" || onUpdate === "set null" || onUpdate === "set default") {
      append(this.#passive, to, { state: from, foreignKey, isLeaving })
      return columns
    }
    if (from.status !== "persistent") return undefined
    const looksLater = from === to || foreignKey.options.deferrable === "deferred"
    if (!looksLater && !this.#letGo({ from, foreignKey, to }, columns, isLeaving)) return undefined
    if (isLeaving) return undefined
    this.#takeOver({ from, foreignKey, to }, columns)
    return columns
  }

  /** Whether the entity refers to another row now. It is written then, even where that one has the key which this one had. */
  #isLeaving({ from, foreignKey, to }: Reference, columns: readonly number[]): boolean {
    const parent = this.#relations.newParent(from, foreignKey)
    if (parent === undefined || parent === to) return this.#rows.get(from)?.columns.some((index) => columns.includes(index)) === true
    this.#write(from, columns)
    return true
  }

  /** The foreign key is null until the other key has changed. @returns whether it can be */
  #letGo({ from, foreignKey, to }: Reference, columns: readonly number[], leaves: boolean): boolean {
    const nullable = columns.filter((index) => from.plan.mapper.columns[index]!.options.nullable)
    if (nullable.length > 0) {
      this.#before.push(nulled(from, nullable))
      return true
    }
    if (leaves) return false
    const names = foreignKey.columns.map(({ name }) => `${from.plan.mapper.name}.${name}`).join(", ")
    throw new ValueError(
      `${storedTitle(to)} cannot become ${titleOf(to)}: ${storedTitle(from)} refers to it, and ${names} does not follow`,
      {
        hint: 'declare the foreign key with { onUpdate: "cascade" }, or with { deferrable: "deferred" }',
      },
    )
  }

  #takeOver({ from, foreignKey, to }: Reference, columns: readonly number[]): void {
    const { properties } = from.plan.mapper
    for (const [position, index] of columnIndexes(to.plan, foreignKey.referredColumns).entries()) {
      const value = valueToWrite(to, index)
      if (!isLowerable(value)) from.entity[properties[columns[position]!]!.key] = value
    }
    this.#write(from, columns)
  }

  #write(state: EntityState, columns: readonly number[]): void {
    const row = this.#rows.get(state)
    this.#rows.set(state, changedRow(state, inOrder([...(row?.columns ?? []), ...columns]), row?.links ?? []))
  }
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key)
  if (values === undefined) map.set(key, [value])
  else values.push(value)
}
