import type { Table } from "../../schema/index.ts"
import { partsOf } from "../entity-parts.ts"
import type { EntityState } from "../entity-state.ts"
import { IdentityMap } from "../identity-map.ts"
import type { SessionState } from "../session-state.ts"
import { UndoFrame } from "../undo-log.ts"
import type { FollowedKeys } from "./followed-keys.ts"
import type { FlushTarget } from "./insert-step.ts"
import { PartState } from "./part-state.ts"
import type { ChangedRow, Link, NewRow } from "./row.ts"
import { writePlanOf } from "./write-plan.ts"

/**
 * The rows of entities that have more than one: joined subtypes. In a flush each of them has a state of its own, which stands in
 * the order of the tables, is batched and written as any other row; afterwards the entity's state is put together again.
 */
export class TableRows {
  /** What the steps of such rows work on: rows are no entities, so that no session knows them. */
  readonly target: FlushTarget
  readonly #session: SessionState
  readonly #partsOf = new Map<EntityState, readonly PartState[]>()

  constructor(session: SessionState, followed: FollowedKeys) {
    this.#session = session
    this.target = { identities: new IdentityMap(), undo: new UndoFrame(), followed }
  }

  inserts(rows: readonly NewRow[]): readonly NewRow[] {
    if (!rows.some(concernsParts)) return rows
    return rows.flatMap((row) => {
      const { state, tracked } = row
      const parts = this.#split(state)
      if (parts === undefined) return [{ ...row, links: this.#links(row.links) }]
      const values = state.plan.mapper.properties.map(({ key }) => state.entity[key])
      this.#session.undo.touch(state, values)
      return parts.map((part, index) => {
        const links = this.#linksIn(part, row.links)
        return { state: part, links: index === 0 ? links : [linkToParent(part, parts[index - 1]!), ...links], tracked }
      })
    })
  }

  updates(rows: readonly ChangedRow[]): readonly ChangedRow[] {
    if (!rows.some(concernsParts)) return rows
    return rows.flatMap((row) => {
      const parts = this.#split(row.state)
      if (parts === undefined) return [{ ...row, links: this.#links(row.links) }]
      const { state, replaces } = row
      this.#session.undo.touch(state, replaces === undefined ? undefined : state.plan.mapper.properties.map(({ key }) => state.entity[key]))
      if (replaces === undefined) followKey(parts, row)
      return parts.flatMap((part) => this.#update(part, row))
    })
  }

  /** A row for each table that is touched; that with a version for any. */
  #update(part: PartState, { columns, links, replaces, values, ...rest }: ChangedRow): readonly ChangedRow[] {
    const own = part.part.places.flatMap((place, index) => (columns.includes(place) && this.#isOwn(part, place) ? [index] : []))
    const replaced = replaces === undefined ? undefined : this.#split(replaces)?.find(({ part: { table } }) => table === part.part.table)
    if (replaced !== undefined) {
      part.row = replaced.row
      part.status = "persistent"
    }
    if (own.length === 0 && (rest.isPostUpdate === true || writePlanOf(part.plan).version?.next === undefined)) return []
    const given = values === undefined ? {} : { values: ownValues(part, values) }
    const taken = replaced === undefined ? {} : { replaces: replaced }
    return [{ ...rest, ...given, ...taken, state: part, columns: own, links: this.#linksIn(part, links) }]
  }

  /** A key is written to the root's table; the others follow by their foreign keys. */
  #isOwn(part: PartState, place: number): boolean {
    return part.isRoot || !part.whole.plan.mapper.keyIndexes.includes(place)
  }

  deletions(states: Iterable<EntityState>): readonly EntityState[] {
    return [...states].flatMap((state): readonly EntityState[] => this.#split(state) ?? [state])
  }

  /** Puts the states of entities together from what was written. */
  finish(): void {
    for (const [state, parts] of this.#partsOf) if (parts[0]!.status === "persistent") this.#assemble(state, parts)
  }

  #assemble(state: EntityState, parts: readonly PartState[]): void {
    const row: unknown[] = state.row === undefined ? [] : state.row.slice(state.offset, state.offset + state.plan.mapper.properties.length)
    // The root's last: of the key it has what was written.
    for (const { part, row: own } of parts.toReversed()) for (const [index, place] of part.places.entries()) row[place] = own![index]
    state.row = row
    state.offset = 0
    state.assigned = undefined
    state.status = "persistent"
    const key = state.plan.keyOfRow(row, 0)
    if (state.key === key) return
    this.#session.identities.delete(state)
    state.key = key
    this.#session.identities.set(state)
  }

  #split(state: EntityState): readonly PartState[] | undefined {
    let parts = this.#partsOf.get(state)
    if (parts !== undefined) return parts
    parts = partsOf(state.plan)?.map((part) => new PartState(state, part))
    if (parts !== undefined) {
      this.#partsOf.set(state, parts)
      this.target.followed.split(state, parts)
    }
    return parts
  }

  /** The links of a row whose columns stand in the table of the part. */
  #linksIn({ part, isRoot }: PartState, links: readonly Link[]): readonly Link[] {
    const own = links.flatMap((link) => {
      const columns = link.columns.map((place) => part.places.indexOf(place))
      // A link of the key is the root's.
      return columns.includes(-1) || (!isRoot && columns.some((index) => part.plan.mapper.keyIndexes.includes(index)))
        ? []
        : [{ ...link, columns }]
    })
    return this.#links(own)
  }

  /** Links lead to the row in the table that the foreign key refers to. */
  #links(links: readonly Link[]): readonly Link[] {
    return links.map((link) => {
      const parent = this.#partIn(link.parent, link.referredTable)
      if (parent === undefined) return link
      return { ...link, parent, parentColumns: link.parentColumns.map((place) => parent.part.places.indexOf(place)) }
    })
  }

  #partIn(state: EntityState, table: Table | undefined): PartState | undefined {
    const parts = this.#split(state)
    return parts?.find((part) => part.part.table === table) ?? parts?.[0]
  }
}

/** The values that are written instead of the entity's, of the columns that stand in the table of the part. */
function ownValues({ part }: PartState, values: ReadonlyMap<number, unknown>): ReadonlyMap<number, unknown> {
  return new Map(
    [...values].flatMap(([place, value]) => {
      const index = part.places.indexOf(place)
      return index === -1 ? [] : [[index, value] as const]
    }),
  )
}

function concernsParts({ state, links }: NewRow | ChangedRow): boolean {
  return partsOf(state.plan) !== undefined || links.some(({ parent }) => partsOf(parent.plan) !== undefined)
}

/** The key of a row is that of the entity's row in the table before. */
function linkToParent({ part }: PartState, parent: PartState): Link {
  const { keyIndexes } = part.plan.mapper
  const parentColumns = keyIndexes.map((index) => parent.part.places.indexOf(part.places[index]!))
  return { columns: keyIndexes, parentColumns, parent, referredTable: parent.part.table }
}

/** Where the key changes, the database has changed it in the other tables by the time that they are written. */
function followKey(parts: readonly PartState[], { state, columns }: ChangedRow): void {
  const { keyIndexes, properties } = state.plan.mapper
  if (!columns.some((index) => keyIndexes.includes(index))) return
  for (const part of parts) {
    if (part.isRoot) continue
    const row = [...part.row!]
    for (const index of part.plan.mapper.keyIndexes)
      row[index] = part.plan.encode(index, state.entity[properties[part.part.places[index]!]!.key])
    part.row = row
  }
}
