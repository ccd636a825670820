import { ArgumentError, DetachedEntityError, ValueError } from "../../errors/index.ts"
import {
  type DeclaredRelation,
  type ForeignKey,
  mapperOfEntity,
  ModelRelation,
  type RelationPath,
  relationsOver,
  type TableColumn,
} from "../../schema/index.ts"
import { type EntityState, stateOf } from "../entity-state.ts"
import { markPartial } from "../partial-relations.ts"
import { isSameRelation, type RelationSnapshot } from "../relation-snapshot.ts"
import { type SessionState, titleOf } from "../session-state.ts"
import { Associations } from "./associations.ts"
import { fillClientDefaults } from "./client-defaults.ts"
import { deletesOrphans, isHeld, isOrphan, requireSingleParent } from "./orphans.ts"
import { knownKey } from "./row-keys.ts"
import { applyIfKnown, type Link, type NewRow } from "./row.ts"

/** A related row that lost its parent: its foreign key is set to null, or it is an orphan, unless it went elsewhere. */
interface Departure {
  readonly child: EntityState
  readonly parent: EntityState | undefined
  readonly foreignKey: ForeignKey
  readonly columns: readonly TableColumn[]
  readonly label: string
  /** Whether orphans are deleted. */
  readonly deletes: boolean
  /** Whether its foreign key was set to something else by hand. */
  readonly hasGone: () => boolean
}

/** A child that two parents have at once. */
interface Claim {
  readonly child: EntityState
  readonly foreignKey: ForeignKey
  readonly parents: readonly EntityState[]
}

/** A child that a list of an entity shows, which is not its parent, or does not show, which is. */
export interface Correction {
  readonly child: EntityState
  readonly foreignKey: ForeignKey
  readonly parent: EntityState
  readonly how: "added" | "removed"
}

/** An entity that another one held by a relation that deletes orphans, and holds no longer. */
interface Release {
  readonly target: EntityState
  readonly path: RelationPath
}

/**
 * What the relations of a session's entities say beyond their columns: finds new entities that can be reached, fills foreign
 * keys in, and knows which rows between two tables come and go.
 */
export class RelationChanges {
  readonly #session: SessionState
  /** Foreign keys that are taken from another entity; of two relations over one foreign key the many-to-one says it. */
  readonly #links = new Map<EntityState, Map<ForeignKey, Link>>()
  readonly #departures: Departure[] = []
  readonly #releases: Release[] = []
  readonly #claims: Claim[] = []
  /** What lists show otherwise than a many-to-one decides. */
  readonly corrections: Correction[] = []
  /** Relations that changed in this flush and allow a single parent. */
  readonly #single = new Map<ModelRelation<any, any>, EntityState>()
  readonly #associations: Associations
  /** Entities whose relations were looked at because they are set. */
  readonly #seen = new Map<EntityState, ReadonlyMap<string, RelationSnapshot>>()
  /** Those of them that are inserted: what they hold is all that there is. */
  readonly #isNew = new Set<EntityState>()
  /** Persistent entities that are to be deleted because they lost their parent. */
  readonly orphans: Set<EntityState> = new Set()

  constructor(session: SessionState) {
    this.#session = session
    this.#associations = new Associations(session)
  }

  /** Rows between two tables that come and go. */
  get associations(): Associations {
    return this.#associations
  }

  collect(): void {
    const { identities, pending, reached } = this.#session
    for (const state of [...reached]) this.#session.release(state)
    for (const states of identities.maps()) {
      const first = states.values().next().value
      // The first of a family may be of a class without relations that others have.
      if (first === undefined || (first.plan.mapper.level === undefined && first.plan.mapper.relations.size === 0)) continue
      for (const state of states.values()) if (state.status === "persistent") this.#visit(state)
    }
    // Entities that are found on the way are added to the set and come up later in the same loop.
    for (const state of pending) {
      fillClientDefaults(state)
      this.#visit(state)
    }
    for (const state of this.#session.deleting) this.#leaveChildren(state)
    for (const [state, links] of this.#links) for (const link of links.values()) applyIfKnown(state, link)
    for (const claim of this.#claims) this.#settleClaim(claim)
    this.#releasePartners()
    for (const departure of this.#departures) this.#settleDeparture(departure)
    for (const { target, path } of this.#releases) if (this.#isReleased(target, path)) this.orphans.add(target)
    for (const [relation, state] of this.#single) requireSingleParent(relation, state.plan.mapper, this.#session)
  }

  /** Where a foreign key of an entity is taken from. */
  linkOf(child: EntityState, foreignKey: ForeignKey): Link | undefined {
    return this.#links.get(child)?.get(foreignKey)
  }
  /** Whether an entity takes a foreign key from the parent. */
  linkedTo(parent: EntityState, foreignKey: ForeignKey): boolean {
    for (const links of this.#links.values()) if (links.get(foreignKey)?.parent === parent) return true
    return false
  }

  /** Rows to insert in the order in which they were added, those between two tables last. */
  *newRows(): IterableIterator<NewRow> {
    for (const state of this.#session.pending) yield { state, links: this.#linksToPending(state), tracked: true }
    yield* this.#associations.newRows()
  }

  /** The entity that a changed relation has put behind a foreign key. */
  newParent(state: EntityState, foreignKey: ForeignKey): EntityState | undefined {
    return this.#links.get(state)?.get(foreignKey)?.parent
  }

  /** Links of a persistent entity to parents whose keys are yet to be made. */
  openLinks(state: EntityState): readonly Link[] {
    return this.#linksToPending(state)
  }

  /** What the relations were when they were looked at is what the database holds now. */
  finish(): void {
    for (const [state, seen] of this.#seen) {
      if (state.owner !== this.#session) continue
      this.#session.undo.touch(state)
      const snapshots = (state.relations ??= new Map())
      for (const [name, snapshot] of seen) {
        if (!snapshots.has(name) && !this.#isNew.has(state)) markPartial(state, name)
        snapshots.set(name, snapshot)
      }
    }
  }

  #visit(state: EntityState): void {
    const { mapper } = state.plan
    let changed = false
    for (const [name, relation] of mapper.relations) {
      const value = state.entity[name]
      if (value === undefined || !(relation instanceof ModelRelation)) continue
      const before = state.relations?.get(name)
      // An empty list of a new entity says nothing to write, and that there is nothing else.
      if (isUnchanged(value, before)) {
        changed ||= state.status === "pending"
        continue
      }
      changed = true
      const label = `${mapper.className}.${name}`
      const path = relation.pathFrom(mapper)
      if (relation.singleParent) this.#single.set(relation, state)
      if (relation.kind === "manyToOne") this.#pointTo(state, path, relation, { value, before, label })
      else this.#members(state, path, relation, { value, before, label })
    }
    if (!changed) return
    this.#seen.set(state, relationsOf(state))
    if (state.status === "pending") this.#isNew.add(state)
  }

  #pointTo(child: EntityState, path: RelationPath, relation: ModelRelation<any, any>, { value, before, label }: RelationChange): void {
    const columns = path.pairs.map(({ left }) => left)
    if (value === null) this.#depart(child, path.foreignKey, columns, label)
    else {
      const parent = this.#related(value, path, relation, label)
      this.#link(
        child,
        path.foreignKey,
        columns,
        parent,
        path.pairs.map(({ right }) => right),
        true,
      )
    }
    if (relation.cascade.deleteOrphan && before !== undefined && before !== null) this.#releases.push({ target: stateOf(before)!, path })
  }

  /** A many-to-one was set to null. */
  #depart(child: EntityState, foreignKey: ForeignKey, columns: readonly TableColumn[], label: string): void {
    this.#departures.push({
      child,
      parent: undefined,
      foreignKey,
      columns,
      label,
      deletes: deletesOrphans(foreignKey),
      hasGone: () => false,
    })
  }

  #members(owner: EntityState, path: RelationPath, relation: ModelRelation<any, any>, { value, before, label }: RelationChange): void {
    const isList = relation.cardinality === "many"
    if (isList !== Array.isArray(value)) throw new ArgumentError(`${label} takes ${isList ? "a list" : "one entity or null"}`)
    const now = new Set(asList(value).map((item) => this.#related(item, path, relation, label)))
    const then = new Set(asList(before).map((item) => stateOf(item as object)!))
    for (const member of now) {
      if (then.has(member)) continue
      if (path.through === undefined)
        this.#link(
          member,
          path.foreignKey,
          path.pairs.map(({ right }) => right),
          owner,
          path.pairs.map(({ left }) => left),
          false,
        )
      else this.#associations.add(owner, member, path, relation)
    }
    for (const member of then) {
      if (now.has(member)) continue
      if (path.through === undefined) this.#departures.push(this.#departureFrom(owner, member, path, relation, label))
      else {
        this.#associations.remove(owner, member, path, relation)
        if (relation.cascade.deleteOrphan) this.#releases.push({ target: member, path })
      }
    }
  }

  /** The state of a related entity, which joins the session when it is new. */
  #related(value: unknown, path: RelationPath, relation: ModelRelation<any, any>, label: string): EntityState {
    if (typeof value !== "object" || value === null)
      throw new ArgumentError(`${label} holds ${String(value)} instead of a ${path.target.className}`)
    const mapper = mapperOfEntity(value)
    if (!path.target.accepts(mapper)) throw new ArgumentError(`${label} holds a ${mapper.className} instead of a ${path.target.className}`)
    const state = stateOf(value)
    if (state?.owner === this.#session && state.status !== "transient") return state
    if (!relation.cascade.saveUpdate) {
      throw new DetachedEntityError(`${label} holds a ${mapper.className} that is in no session`, {
        hint: "the relation does not cascade saveUpdate: add() it",
      })
    }
    const enlisted = this.#session.enlist(value)
    if (enlisted.status === "pending") this.#session.reached.add(enlisted)
    return enlisted
  }

  #link(
    child: EntityState,
    foreignKey: ForeignKey,
    columns: readonly TableColumn[],
    parent: EntityState,
    parentColumns: readonly TableColumn[],
    decides: boolean,
  ): void {
    let links = this.#links.get(child)
    if (links === undefined) this.#links.set(child, (links = new Map()))
    const other = links.get(foreignKey)
    if (other !== undefined && other.parent !== parent) this.#claims.push({ child, foreignKey, parents: [other.parent, parent] })
    if (other !== undefined && !decides) return
    const { referredTable } = foreignKey
    const isDeferred = foreignKey.options.deferrable === "deferred" ? ({ isDeferred: true } as const) : {}
    links.set(foreignKey, {
      columns: indexesOf(child, columns),
      parentColumns: indexesOf(parent, parentColumns),
      parent,
      referredTable,
      isDecided: decides,
      ...isDeferred,
    })
  }

  #linksToPending(state: EntityState): readonly Link[] {
    const links = this.#links.get(state)
    return links === undefined ? [] : [...links.values()].filter(({ parent }) => parent.status === "pending")
  }

  #settleDeparture({ child, parent, foreignKey, columns, label, deletes, hasGone }: Departure): void {
    const link = this.linkOf(child, foreignKey)
    if (parent !== undefined && link?.parent === parent) this.corrections.push({ child, foreignKey, parent, how: "added" })
    if (child.owner !== this.#session || link !== undefined || hasGone()) return
    if (child.status !== "persistent" && child.status !== "pending") return
    if (deletes && child.status === "persistent" && isOrphan(child, foreignKey, this)) this.orphans.add(child)
    else setNull(child, columns, label)
  }

  #departureFrom(
    parent: EntityState,
    child: EntityState,
    path: RelationPath,
    { cascade }: ModelRelation<any, any>,
    label: string,
  ): Departure {
    const { foreignKey, pairs } = path
    return {
      child,
      parent,
      foreignKey,
      columns: pairs.map(({ right }) => right),
      label,
      deletes: cascade.deleteOrphan,
      hasGone: () =>
        !pairs.every(({ left, right }) => Object.is(normal(child.entity[right.key]), normal(parent.entity[left.key]))) ||
        (isOwnKey(path) && this.#isReplaced(parent)),
    }
  }

  /** Whether a new entity will have the row of a deleted one. */
  #isReplaced(state: EntityState): boolean {
    if (state.status !== "deleting") return false
    return [...this.#session.pending].some((each) => {
      const values = each.plan === state.plan ? knownKey(each) : undefined
      return values !== undefined && each.plan.keyOf(values) === state.key
    })
  }

  /** Of two lists none says more than the other; the many-to-one does. @throws ArgumentError where it says nothing */
  #settleClaim({ child, foreignKey, parents }: Claim): void {
    const link = this.linkOf(child, foreignKey)!
    if (link.isDecided === true) {
      for (const parent of parents) if (parent !== link.parent) this.corrections.push({ child, foreignKey, parent, how: "removed" })
      return
    }
    const names = foreignKey.columns.map(({ name }) => `${child.plan.mapper.name}.${name}`).join(", ")
    throw new ArgumentError(
      `${titleOf(child)} was given to ${parents.map(titleOf).join(" and to ")}, and ${names} can refer to one of them`,
      {
        hint: "take it out of one of the lists, or set its many-to-one, which decides",
      },
    )
  }

  /** Who gets another partner by the other side loses the one that it had. */
  #releasePartners(): void {
    const partners = new Map<ForeignKey, readonly DeclaredRelation[]>()
    for (const links of this.#links.values()) {
      for (const [foreignKey, { parent }] of links) {
        let over = partners.get(foreignKey)
        if (over === undefined)
          partners.set(foreignKey, (over = relationsOver(foreignKey).filter(({ relation }) => relation.kind === "oneToOne")))
        for (const one of over) this.#releasePartner(parent, one)
      }
    }
  }

  #releasePartner(parent: EntityState, { name, relation, path }: DeclaredRelation): void {
    const { mapper } = parent.plan
    const before = parent.relations?.get(name)
    if (before === undefined || before === null || parent.entity[name] !== before || mapper.relations.get(name) !== relation) return
    this.#departures.push(this.#departureFrom(parent, stateOf(before)!, path, relation, `${mapper.className}.${name}`))
  }

  #isReleased(target: EntityState, path: RelationPath): boolean {
    if (target.status !== "persistent" || target.owner !== this.#session) return false
    if (path.through === undefined) return !isHeld(target, path, this.#session, this)
    return !this.#associations.hasNewOf(target, path.through.mapper)
  }

  /** Loaded children of an entity that is deleted stay, without a parent, where their foreign key allows it. */
  #leaveChildren(parent: EntityState): void {
    const { mapper } = parent.plan
    for (const [name, relation] of mapper.relations) {
      const children = parent.relations?.get(name)
      if (children === undefined || !(relation instanceof ModelRelation) || (relation.kind !== "oneToMany" && relation.kind !== "oneToOne"))
        continue
      const path = relation.pathFrom(mapper)
      if (relation.cascade.delete || path.foreignKey.options.onDelete === "cascade" || !mayLose(path) || goesWith(parent, path)) continue
      for (const child of asList(children))
        this.#departures.push(this.#departureFrom(parent, stateOf(child as object)!, path, relation, `${mapper.className}.${name}`))
    }
  }
}

/** What a relation holds and held before. */
interface RelationChange {
  readonly value: unknown
  readonly before: RelationSnapshot | undefined
  readonly label: string
}

function asList(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value]
}

function isUnchanged(value: unknown, before: RelationSnapshot | undefined): boolean {
  if (before === undefined) return Array.isArray(value) && value.length === 0
  return isSameRelation(value, before)
}

function relationsOf({ entity, plan }: EntityState): ReadonlyMap<string, RelationSnapshot> {
  const found = new Map<string, RelationSnapshot>()
  for (const name of plan.mapper.relations.keys()) if (entity[name] !== undefined) found.set(name, snapshotOf(entity[name]))
  return found
}

function snapshotOf(value: unknown): RelationSnapshot {
  return Array.isArray(value) ? [...value] : (value as object | null)
}

function setNull(child: EntityState, columns: readonly TableColumn[], label: string): void {
  const nullable = columns.filter(({ options }) => options.nullable)
  if (nullable.length === 0) {
    const names = columns.map(({ name }) => `${child.plan.mapper.name}.${name}`).join(", ")
    throw new ValueError(`${label}: ${titleOf(child)} cannot be without one, since ${names} cannot be null`, {
      hint: "delete it with db.delete(…), or give it to another one",
    })
  }
  for (const { key } of nullable) child.entity[key] = null
}

/** Whether rows without a parent are the session's business: those that can be, and those of which their key would be taken. */
function mayLose(path: RelationPath): boolean {
  return isOwnKey(path) || path.foreignKey.columns.some(({ options }) => options.nullable)
}

/** Whether it is of rows between two tables, which go with either of them. */
function goesWith({ plan: { mapper } }: EntityState, { target }: RelationPath): boolean {
  for (const relation of mapper.relations.values()) {
    if (relation instanceof ModelRelation && relation.kind === "manyToMany" && relation.pathFrom(mapper).through?.mapper === target)
      return true
  }
  return false
}

/** Whether the foreign key is part of the primary key of the rows that have it. */
function isOwnKey({ foreignKey, target }: RelationPath): boolean {
  return foreignKey.columns.some((column) => target.keyIndexes.includes(target.columnIndex(column)))
}

function indexesOf(state: EntityState, columns: readonly TableColumn[]): readonly number[] {
  return columns.map((column) => state.plan.mapper.columnIndex(column))
}

function normal(value: unknown): unknown {
  return value instanceof Date ? value.getTime() : value
}
