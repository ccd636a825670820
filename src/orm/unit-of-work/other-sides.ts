import { type DeclaredRelation, type ForeignKey, inverseRelations, type Mapper, ModelRelation, relationsOver } from "../../schema/index.ts"
import { planOf } from "../entity-plan.ts"
import type { EntityState } from "../entity-state.ts"
import { changeMembers, hasRelation, snapshotAfter } from "../relation-members.ts"
import type { SessionState } from "../session-state.ts"
import { alignReferences } from "./align-references.ts"
import type { Associations } from "./associations.ts"
import type { Correction, RelationChanges } from "./relation-changes.ts"
import type { ChangedRow, NewRow } from "./row.ts"

/** The entities that have lists or partners over a foreign key. */
interface Holders {
  readonly foreignKey: ForeignKey
  readonly relations: readonly DeclaredRelation[]
}

/** A row whose foreign key a flush writes, and what had it before. */
interface Move {
  readonly child: EntityState
  readonly holders: Holders
  readonly from: EntityState | undefined
}

interface Change {
  readonly added: Set<object>
  readonly removed: Set<object>
}

/**
 * What a flush writes by one side of a pair of relations, the other side shows too: lists and partners that are loaded gain and lose
 * what foreign keys and rows between say. Nothing is loaded for it.
 */
export class OtherSides {
  readonly #session: SessionState
  readonly #associations: Associations
  readonly #corrections: readonly Correction[]
  readonly #inserts: readonly NewRow[]
  readonly #holders = new Map<ForeignKey, Holders | undefined>()
  readonly #moves: Move[] = []
  readonly #changes = new Map<EntityState, Map<string, Change>>()

  constructor(
    session: SessionState,
    inserts: readonly NewRow[],
    updates: readonly ChangedRow[],
    { associations, corrections }: RelationChanges,
  ) {
    this.#session = session
    this.#associations = associations
    this.#corrections = corrections
    this.#inserts = inserts
    for (const { state, columns } of updates) this.#expect(state, state, columns)
  }

  /** To be called when the session holds what the database holds, apart from the lists. @param fallen entities that were deleted or let go by the database */
  align(fallen: ReadonlySet<EntityState>): void {
    // Those that were inserted may be the first of their class.
    this.#holders.clear()
    for (const { state, tracked } of this.#inserts) if (tracked) this.#expect(state, undefined, undefined)
    for (const { child, holders, from } of this.#moves) {
      const to = this.#parentOf(child, holders, (key) => child.entity[key])
      if (from === to) continue
      if (from !== undefined) this.#change(from, holders, child, "removed")
      if (to !== undefined && child.status === "persistent") this.#change(to, holders, child, "added")
    }
    for (const { child, foreignKey, parent, how } of this.#corrections) {
      const holders = this.#holdersOf(foreignKey)
      if (holders !== undefined) this.#change(parent, holders, child, how)
    }
    for (const state of fallen) this.#fall(state)
    this.#leaveLists([...fallen].filter(({ status }) => status === "deleted"))
    for (const { owner, member, path, relation, isNew } of this.#associations.pairs)
      for (const { name } of inverseRelations(path, relation)) this.#note(member, name, owner, isNew ? "added" : "removed")
    for (const [state, changes] of this.#changes) for (const [name, change] of changes) this.#apply(state, name, change)
  }

  #expect(child: EntityState, before: EntityState | undefined, columns: readonly number[] | undefined): void {
    const { mapper } = child.plan
    for (const foreignKey of mapper.foreignKeys) {
      if (columns !== undefined && !foreignKey.columns.some((column) => columns.includes(mapper.columnIndex(column)))) continue
      const holders = this.#holdersOf(foreignKey)
      if (holders === undefined) continue
      const from = before === undefined ? undefined : this.#parentInRow(before, holders)
      this.#moves.push({ child, holders, from })
    }
  }

  /** Those of the session, if there are any. */
  #holdersOf(foreignKey: ForeignKey): Holders | undefined {
    if (this.#holders.has(foreignKey)) return this.#holders.get(foreignKey)
    const relations = relationsOver(foreignKey).filter(({ path }) => this.#session.identities.of(path.owner).size > 0)
    const holders = relations.length === 0 ? undefined : { foreignKey, relations }
    this.#holders.set(foreignKey, holders)
    return holders
  }

  #parentInRow(child: EntityState, holders: Holders): EntityState | undefined {
    const { plan, row, offset } = child
    return this.#parentOf(child, holders, (_, index) => plan.decode(index, row![offset + index]))
  }

  #parentOf(
    { plan }: EntityState,
    { foreignKey, relations }: Holders,
    valueOf: (key: string, index: number) => unknown,
  ): EntityState | undefined {
    const values = foreignKey.columns.map((column) => valueOf(column.key, plan.mapper.columnIndex(column)))
    if (values.some((value) => value === null || value === undefined)) return undefined
    const { owner } = relations[0]!.path
    const places = owner.keyIndexes.map((index) => foreignKey.referredColumns.indexOf(owner.columns[index]!))
    if (places.length !== values.length || places.includes(-1)) return undefined
    return this.#session.identities.get(owner.root, planOf(owner, this.#session.dialect).keyOf(places.map((place) => values[place])))
  }

  #change(parent: EntityState, { relations }: Holders, child: EntityState, how: keyof Change): void {
    for (const { name, relation } of relations)
      if (parent.plan.mapper.relations.get(name) === relation) this.#note(parent, name, child, how)
  }

  #note(state: EntityState, name: string, member: EntityState, how: keyof Change): void {
    if (state.status !== "persistent" || !hasRelation(state, name)) return
    let changes = this.#changes.get(state)
    if (changes === undefined) this.#changes.set(state, (changes = new Map()))
    let change = changes.get(name)
    if (change === undefined) changes.set(name, (change = { added: new Set(), removed: new Set() }))
    change[how].add(member.entity)
  }

  /** What is deleted is in no list any more; what lost its parent does not refer to it. */
  #fall(state: EntityState): void {
    if (state.status !== "deleted") {
      alignReferences(state, this.#session)
      return
    }
    for (const foreignKey of state.plan.mapper.foreignKeys) {
      const holders = this.#holdersOf(foreignKey)
      const parent = holders === undefined ? undefined : this.#parentInRow(state, holders)
      if (parent !== undefined) this.#change(parent, holders!, state, "removed")
    }
  }

  /** What is deleted is in no list over rows between any more. */
  #leaveLists(gone: readonly EntityState[]): void {
    if (gone.length === 0) return
    const deleted = new Set(gone.map(({ plan }) => plan.mapper))
    const goneOf = new Map<unknown, EntityState>(gone.map((state) => [state.entity, state]))
    for (const states of this.#session.identities.maps()) {
      const names = new Map<Mapper, readonly string[]>()
      for (const state of states.values()) {
        const { mapper } = state.plan
        let lists = names.get(mapper)
        if (lists === undefined) names.set(mapper, (lists = listsOf(mapper, deleted)))
        for (const name of lists) {
          const members = state.entity[name]
          if (!Array.isArray(members)) continue
          for (const member of members) {
            const each = goneOf.get(member)
            if (each !== undefined) this.#note(state, name, each, "removed")
          }
        }
      }
    }
  }

  #apply(state: EntityState, name: string, change: Change): void {
    const before = state.relations?.get(name)
    const after = before === undefined ? undefined : snapshotAfter(state, name, before, change)
    if (after !== before) this.#session.undo.touch(state)
    changeMembers(state, name, change)
    if (after !== undefined && after !== before) state.relations!.set(name, after)
  }
}

/** The lists over rows between that may hold entities of the classes. */
function listsOf(mapper: Mapper, classes: ReadonlySet<Mapper>): readonly string[] {
  return [...mapper.relations].flatMap(([name, relation]) => {
    if (!(relation instanceof ModelRelation) || relation.kind !== "manyToMany") return []
    const { target } = relation.pathFrom(mapper)
    return [...classes].some((each) => target.accepts(each)) ? [name] : []
  })
}
