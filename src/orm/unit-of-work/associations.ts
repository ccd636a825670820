import { type ForeignKey, type Mapper, ModelRelation, type RelationPath, type TableColumn } from "../../schema/index.ts"
import { type EntityPlan, planOf } from "../entity-plan.ts"
import { EntityState } from "../entity-state.ts"
import type { SessionState } from "../session-state.ts"
import { AssociationStep } from "./association-step.ts"
import { fillClientDefaults } from "./client-defaults.ts"
import { applyIfKnown, type Link, type NewRow } from "./row.ts"

/** Two entities between which a row comes or goes, and the side that says so. */
export interface AssociationPair {
  readonly owner: EntityState
  readonly member: EntityState
  readonly path: RelationPath
  readonly relation: ModelRelation<any, any>
  readonly isNew: boolean
}

/** New rows between two tables, each pair of entities once. */
interface NewAssociations {
  readonly rows: NewRow[]
  readonly partners: Map<EntityState, Set<EntityState>>
}

/** Rows between two tables that come and go in a flush. */
export class Associations {
  readonly #session: SessionState
  readonly #added = new Map<EntityPlan, NewAssociations>()
  readonly pairs: AssociationPair[] = []
  readonly #removals = new Map<EntityPlan, AssociationStep>()

  constructor(session: SessionState) {
    this.#session = session
  }

  get hasRemovals(): boolean {
    return this.#removals.size > 0
  }

  *newRows(): IterableIterator<NewRow> {
    for (const { rows } of this.#added.values()) yield* rows
  }

  /** Whether there is a new row between the entity and another one. */
  hasNewOf(target: EntityState, between: Mapper): boolean {
    const partners = this.#added.get(planOf(between, this.#session.dialect))?.partners
    return partners !== undefined && (partners.has(target) || [...partners.values()].some((others) => others.has(target)))
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

  /** A new row between two entities; both sides of a pair of relations may ask for the same one. */
  add(owner: EntityState, member: EntityState, path: RelationPath, relation: ModelRelation<any, any>): void {
    this.pairs.push({ owner, member, path, relation, isNew: true })
    const { mapper, targetPairs, targetForeignKey } = path.through!
    const plan = planOf(mapper, this.#session.dialect)
    const [left, right] = inOrder(path, owner, member)
    let associations = this.#added.get(plan)
    if (associations === undefined) this.#added.set(plan, (associations = { rows: [], partners: new Map() }))
    const partners = associations.partners.get(left)
    if (partners?.has(right) === true) return
    if (partners === undefined) associations.partners.set(left, new Set([right]))
    else partners.add(right)
    const entity = mapper.instantiate([]) as Record<string, unknown>
    for (const { key } of mapper.properties) delete entity[key]
    const state = new EntityState(entity, plan, undefined, "pending", undefined, 0, undefined)
    fillClientDefaults(state)
    const links: Link[] = [
      linkTo(
        owner,
        plan,
        path.foreignKey,
        path.pairs.map((pair) => pair.left),
      ),
      linkTo(
        member,
        plan,
        targetForeignKey,
        targetPairs.map((pair) => pair.right),
      ),
    ]
    for (const link of links) applyIfKnown(state, link)
    associations.rows.push({ state, links, tracked: false })
  }

  /** The row between two entities is to go. */
  remove(owner: EntityState, member: EntityState, path: RelationPath, relation: ModelRelation<any, any>): void {
    this.pairs.push({ owner, member, path, relation, isNew: false })
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

function linkTo(parent: EntityState, { mapper }: EntityPlan, foreignKey: ForeignKey, parentColumns: readonly TableColumn[]): Link {
  return {
    columns: foreignKey.columns.map((column) => mapper.columnIndex(column)),
    parentColumns: parentColumns.map((column) => parent.plan.mapper.columnIndex(column)),
    parent,
    referredTable: foreignKey.referredTable,
  }
}

/** The two sides of a row between, the same from both: in the order of the names of its foreign keys. */
function inOrder(path: RelationPath, owner: EntityState, member: EntityState): readonly [EntityState, EntityState] {
  return path.foreignKey.name < path.through!.targetForeignKey.name ? [owner, member] : [member, owner]
}
