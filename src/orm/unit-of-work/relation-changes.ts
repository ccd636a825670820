import { ArgumentError, ValueError } from "../../errors/index.ts"
import { type ForeignKey, mapperOfEntity, ModelRelation, type RelationPath, type TableColumn } from "../../schema/index.ts"
import { type EntityPlan, planOf } from "../entity-plan.ts"
import { EntityState, stateOf } from "../entity-state.ts"
import { isSameRelation, type RelationSnapshot } from "../relation-snapshot.ts"
import { type SessionState, titleOf } from "../session-state.ts"
import { AssociationStep } from "./association-step.ts"
import { fillDiscriminator } from "./discriminator.ts"
import { knownKey } from "./row-keys.ts"
import { applyLink, type Link, type NewRow } from "./row.ts"
import { writePlanOf } from "./write-plan.ts"

/** A related row that is no longer in a list: its foreign key is set to null unless it went elsewhere. */
interface Departure {
  readonly child: EntityState
  readonly parent: EntityState
  readonly path: RelationPath
  readonly label: string
}

/** New rows between two tables, each pair of entities once. */
interface Associations {
  readonly rows: NewRow[]
  readonly partners: Map<EntityState, Set<EntityState>>
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
  readonly #associations = new Map<EntityPlan, Associations>()
  readonly #removals = new Map<EntityPlan, AssociationStep>()
  /** Entities whose relations were looked at because they are set. */
  readonly #seen = new Map<EntityState, ReadonlyMap<string, RelationSnapshot>>()

  constructor(session: SessionState) {
    this.#session = session
  }

  get hasRemovals(): boolean {
    return this.#removals.size > 0
  }

  collect(): void {
    const { identities, pending } = this.#session
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
    for (const departure of this.#departures) this.#settleDeparture(departure)
  }

  /** Rows to insert in the order in which they were added, those between two tables last. */
  *newRows(): IterableIterator<NewRow> {
    for (const state of this.#session.pending) yield { state, links: this.#linksToPending(state), tracked: true }
    for (const { rows } of this.#associations.values()) yield* rows
  }

  /** Links of a persistent entity to parents whose keys are yet to be made. */
  openLinks(state: EntityState): readonly Link[] {
    return this.#linksToPending(state)
  }

  removalSteps(): readonly AssociationStep[] {
    return [...this.#removals.values()]
  }

  /**
   * What has to go before the rows that are deleted: rows between them and others.
   * @param stay whether the rows stay for others, so that the database does not delete with them what it would
   */
  stepsBeforeDeletes(deleting: readonly EntityState[], stay: boolean): readonly AssociationStep[] {
    const steps = new Map<string, AssociationStep>()
    for (const state of deleting) {
      for (const relation of state.plan.mapper.relations.values()) {
        if (!(relation instanceof ModelRelation) || relation.kind !== "manyToMany") continue
        const path = relation.pathFrom(state.plan.mapper)
        if ((path.foreignKey.options.onDelete === "cascade" && !stay) || path.through === undefined) continue
        const key = `${path.through.mapper.name}|${path.foreignKey.name}`
        let step = steps.get(key)
        if (step === undefined)
          steps.set(key, (step = new AssociationStep(planOf(path.through.mapper, this.#session.dialect), this.#session.identities, false)))
        step.remove([{ columns: path.pairs.map((pair) => pair.right), from: path.pairs.map((pair) => pair.left), state }])
      }
    }
    return [...steps.values()]
  }

  /** What the relations were when they were looked at is what the database holds now. */
  finish(): void {
    for (const [state, seen] of this.#seen) {
      if (state.owner !== this.#session) continue
      this.#session.undo.touch(state)
      const snapshots = (state.relations ??= new Map())
      for (const [name, snapshot] of seen) snapshots.set(name, snapshot)
    }
  }

  #visit(state: EntityState): void {
    const { mapper } = state.plan
    let changed = false
    for (const [name, relation] of mapper.relations) {
      const value = state.entity[name]
      if (value === undefined || !(relation instanceof ModelRelation)) continue
      const before = state.relations?.get(name)
      if (isUnchanged(value, before)) continue
      changed = true
      const label = `${mapper.className}.${name}`
      const path = relation.pathFrom(mapper)
      if (relation.kind === "manyToOne") this.#pointTo(state, path, value, label)
      else this.#members(state, path, relation, { value, before, label })
    }
    if (changed) this.#seen.set(state, relationsOf(state))
  }

  #pointTo(child: EntityState, path: RelationPath, value: unknown, label: string): void {
    const columns = path.pairs.map(({ left }) => left)
    if (value === null) setNull(child, columns, label)
    else
      this.#link(
        child,
        path.foreignKey,
        columns,
        this.#related(value, path, label),
        path.pairs.map(({ right }) => right),
        true,
      )
  }

  #members(
    owner: EntityState,
    path: RelationPath,
    relation: ModelRelation<any, any>,
    { value, before, label }: { readonly value: unknown; readonly before: RelationSnapshot | undefined; readonly label: string },
  ): void {
    const isList = relation.cardinality === "many"
    if (isList !== Array.isArray(value)) throw new ArgumentError(`${label} takes ${isList ? "a list" : "one entity or null"}`)
    const now = new Set(asList(value).map((item) => this.#related(item, path, label)))
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
      else this.#associate(owner, member, path)
    }
    for (const member of then) {
      if (now.has(member)) continue
      if (path.through === undefined) this.#departures.push({ child: member, parent: owner, path, label })
      else this.#dissociate(owner, member, path)
    }
  }

  /** The state of a related entity, which joins the session when it is new. */
  #related(value: unknown, path: RelationPath, label: string): EntityState {
    if (typeof value !== "object" || value === null)
      throw new ArgumentError(`${label} holds ${String(value)} instead of a ${path.target.className}`)
    const mapper = mapperOfEntity(value)
    if (!path.target.accepts(mapper)) throw new ArgumentError(`${label} holds a ${mapper.className} instead of a ${path.target.className}`)
    const state = stateOf(value)
    return state?.owner === this.#session && state.status !== "transient" ? state : this.#session.enlist(value)
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
    if (links.has(foreignKey) && !decides) return
    const { referredTable } = foreignKey
    const isDeferred = foreignKey.options.deferrable === "deferred" ? ({ isDeferred: true } as const) : {}
    links.set(foreignKey, {
      columns: indexesOf(child, columns),
      parentColumns: indexesOf(parent, parentColumns),
      parent,
      referredTable,
      ...isDeferred,
    })
  }

  #linksToPending(state: EntityState): readonly Link[] {
    const links = this.#links.get(state)
    return links === undefined ? [] : [...links.values()].filter(({ parent }) => parent.status === "pending")
  }

  #settleDeparture({ child, parent, path, label }: Departure): void {
    if (child.status !== "persistent" || child.owner !== this.#session || this.#links.get(child)?.has(path.foreignKey) === true) return
    const belongs = path.pairs.every(({ left, right }) => Object.is(normal(child.entity[right.key]), normal(parent.entity[left.key])))
    if (belongs && !(isOwnKey(path) && this.#isReplaced(parent)))
      setNull(
        child,
        path.pairs.map(({ right }) => right),
        label,
      )
  }

  /** Loaded children of an entity that is deleted stay, without a parent, where their foreign key allows it. */
  #leaveChildren(parent: EntityState): void {
    const { mapper } = parent.plan
    for (const [name, relation] of mapper.relations) {
      const children = parent.relations?.get(name)
      if (children === undefined || !(relation instanceof ModelRelation) || (relation.kind !== "oneToMany" && relation.kind !== "oneToOne"))
        continue
      const path = relation.pathFrom(mapper)
      if (path.foreignKey.options.onDelete === "cascade" || !mayLose(path) || goesWith(parent, path)) continue
      for (const child of asList(children))
        this.#departures.push({ child: stateOf(child as object)!, parent, path, label: `${mapper.className}.${name}` })
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

  /** A new row between two entities; both sides of a pair of relations may ask for the same one. */
  #associate(owner: EntityState, member: EntityState, path: RelationPath): void {
    const { mapper, targetPairs, targetForeignKey } = path.through!
    const plan = planOf(mapper, this.#session.dialect)
    const [left, right] = inOrder(path, owner, member)
    let associations = this.#associations.get(plan)
    if (associations === undefined) this.#associations.set(plan, (associations = { rows: [], partners: new Map() }))
    const partners = associations.partners.get(left)
    if (partners?.has(right) === true) return
    if (partners === undefined) associations.partners.set(left, new Set([right]))
    else partners.add(right)
    const entity = mapper.instantiate([]) as Record<string, unknown>
    for (const { key } of mapper.properties) delete entity[key]
    const state = new EntityState(entity, plan, undefined, "pending", undefined, 0, undefined)
    fillClientDefaults(state)
    const links: Link[] = [
      {
        columns: columnIndexes(plan, path.foreignKey.columns),
        parentColumns: indexesOf(
          owner,
          path.pairs.map((pair) => pair.left),
        ),
        parent: owner,
        referredTable: path.foreignKey.referredTable,
      },
      {
        columns: columnIndexes(plan, targetForeignKey.columns),
        parentColumns: indexesOf(
          member,
          targetPairs.map((pair) => pair.right),
        ),
        parent: member,
        referredTable: targetForeignKey.referredTable,
      },
    ]
    for (const link of links) applyIfKnown(state, link)
    associations.rows.push({ state, links, tracked: false })
  }

  #dissociate(owner: EntityState, member: EntityState, path: RelationPath): void {
    const { mapper, targetPairs } = path.through!
    const plan = planOf(mapper, this.#session.dialect)
    let step = this.#removals.get(plan)
    if (step === undefined) this.#removals.set(plan, (step = new AssociationStep(plan, this.#session.identities, true)))
    const [left, right] = inOrder(path, owner, member)
    step.remove(
      [
        { columns: path.pairs.map((pair) => pair.right), from: path.pairs.map((pair) => pair.left), state: owner },
        { columns: targetPairs.map((pair) => pair.left), from: targetPairs.map((pair) => pair.right), state: member },
      ],
      [left, right],
    )
  }
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

function applyIfKnown(state: EntityState, link: Link): void {
  const { parent, parentColumns } = link
  if (parentColumns.every((index) => parent.entity[parent.plan.mapper.properties[index]!.key] !== undefined))
    applyLink(state.entity, state.plan.mapper.properties, link)
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

/** Columns of a new row that the application computes. */
function fillClientDefaults({ entity, plan }: EntityState): void {
  if (plan.mapper.level !== undefined) fillDiscriminator(entity, plan.mapper.level)
  for (const { key, options } of plan.mapper.columns) {
    if (options.clientDefault !== undefined && entity[key] === undefined) entity[key] = options.clientDefault()
  }
  const { version } = writePlanOf(plan)
  if (version?.first !== undefined) entity[plan.mapper.properties[version.index]!.key] ??= version.first()
}

/** The two sides of a row between, the same from both: in the order of the names of its foreign keys. */
function inOrder(path: RelationPath, owner: EntityState, member: EntityState): readonly [EntityState, EntityState] {
  return path.foreignKey.name < path.through!.targetForeignKey.name ? [owner, member] : [member, owner]
}

function indexesOf(state: EntityState, columns: readonly TableColumn[]): readonly number[] {
  return columnIndexes(state.plan, columns)
}

function columnIndexes({ mapper }: EntityPlan, columns: readonly TableColumn[]): readonly number[] {
  return columns.map((column) => mapper.columnIndex(column))
}

function normal(value: unknown): unknown {
  return value instanceof Date ? value.getTime() : value
}
