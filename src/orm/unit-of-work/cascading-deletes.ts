import { deletionCascades, type Mapper, ModelRelation, type RelationPath } from "../../schema/index.ts"
import { type AnyModel, type LoadRequest, select } from "../../sql/index.ts"
import { planOf } from "../entity-plan.ts"
import { type EntityState, stateOf } from "../entity-state.ts"
import { sessionHydrator } from "../populate.ts"
import { shapeOfEntity } from "../loading/entity-of-row.ts"
import { groupByKey, relatedKey } from "../loading/related-key.ts"
import { type RelatedStatements, relatedStatements } from "../loading/related-statement.ts"
import { isComplete } from "../partial-relations.ts"
import type { SessionState } from "../session-state.ts"
import type { TransactionScope } from "../transaction-scope.ts"
import { type FlushPlan, planFlush } from "./flush-plan.ts"
import { RelationChanges } from "./relation-changes.ts"

/** Whether something in the session may have to be deleted because something else is, or because it lost its parent. */
export function mayCascade(session: SessionState): boolean {
  if (!deletionCascades()) return false
  for (const { plan } of session.deleting) if (cascadesOf(plan.mapper).deletes.length > 0) return true
  for (const states of session.identities.maps()) {
    let last: Mapper | undefined
    for (const { plan } of states.values()) {
      if (plan.mapper === last) continue
      last = plan.mapper
      if (cascadesOf(last).hasOrphans) return true
    }
  }
  return false
}

/** What a flush will do, what goes with deleted entities included, which is loaded where it has to be. Nothing is written. */
export async function planCascading(session: SessionState, scope: TransactionScope): Promise<FlushPlan | undefined> {
  const cascading = new CascadingDeletes(session, scope)
  try {
    await cascading.mark()
    return planFlush(session)
  } catch (error) {
    cascading.unmark()
    throw error
  }
}

interface Cascades {
  /** Relations along which entities are deleted. */
  readonly deletes: readonly { readonly name: string; readonly relation: ModelRelation<any, any>; readonly path: RelationPath }[]
  /** Whether what leaves a relation of the model, or one that leads to it, is deleted. */
  readonly hasOrphans: boolean
}

const cascades = new WeakMap<Mapper, Cascades>()

function cascadesOf(mapper: Mapper): Cascades {
  let found = cascades.get(mapper)
  if (found === undefined) cascades.set(mapper, (found = findCascades(mapper)))
  return found
}

function findCascades(mapper: Mapper): Cascades {
  const relations = [...mapper.relations].flatMap(([name, relation]) =>
    relation instanceof ModelRelation ? [{ name, relation, path: relation.pathFrom(mapper) }] : [],
  )
  return {
    deletes: relations.filter(({ relation }) => relation.cascade.delete),
    hasOrphans: relations.some(({ relation, path }) => relation.cascade.deleteOrphan || leadsToOrphans(path)),
  }
}

/** Whether the other side of a many-to-one deletes what leaves it. */
function leadsToOrphans({ target, foreignKey }: RelationPath): boolean {
  for (const relation of target.relations.values())
    if (relation instanceof ModelRelation && relation.cascade.deleteOrphan && relation.pathFrom(target).foreignKey === foreignKey)
      return true
  return false
}

/** A relation along which the entities of one level are deleted. */
interface Way {
  readonly name: string
  readonly path: RelationPath
  readonly isPassive: boolean
  readonly parents: EntityState[]
}

interface LoadedWay extends Way {
  readonly related: RelatedStatements
}

class CascadingDeletes {
  readonly #session: SessionState
  readonly #scope: TransactionScope
  readonly #marked: EntityState[] = []
  readonly #forgotten: EntityState[] = []

  constructor(session: SessionState, scope: TransactionScope) {
    this.#session = session
    this.#scope = scope
  }

  /** Marks orphans, then level by level what belongs to deleted entities: one statement a relation, one round trip a level. */
  async mark(): Promise<void> {
    const relations = new RelationChanges(this.#session)
    relations.collect()
    for (const orphan of relations.orphans) this.#delete(orphan)
    let level = [...this.#session.deleting]
    while (level.length > 0) {
      const next = new Set<EntityState>()
      for (const found of await this.#related(level, relations)) if (this.#delete(found)) next.add(found)
      level = [...next]
    }
  }

  unmark(): void {
    for (const state of this.#marked) this.#session.unmarkDeleted(state)
    for (const state of this.#forgotten) this.#session.enlist(state.entity)
  }

  /** @returns whether it was not to be deleted before */
  #delete(state: EntityState): boolean {
    const { status } = state
    if (status === "pending") this.#forgotten.push(state)
    else if (status === "persistent") this.#marked.push(state)
    else return false
    this.#session.markDeleted(state)
    return status === "persistent"
  }

  async #related(level: readonly EntityState[], relations: RelationChanges): Promise<EntityState[]> {
    const ways = waysFrom(level).map((way): LoadedWay => ({ ...way, related: this.#statements(way) }))
    const statements = ways.flatMap(({ related }) => related.statements)
    const results = statements.length === 0 ? [] : await this.#scope.runAll(statements)
    const found: EntityState[] = []
    let start = 0
    for (const way of ways) {
      const end = start + way.related.statements.length
      const rows = results.slice(start, end).map((result) => result.rows)
      start = end
      const loaded = this.#hydrate(way, rows)
      found.push(...(way.path.through === undefined ? this.#belonging(way, relations) : membersOf(way, loaded)))
    }
    return found
  }

  /** The statements for what the session does not know to have as a whole. */
  #statements({ name, path, isPassive, parents }: Way): RelatedStatements {
    const unknown = isPassive ? [] : parents.filter((parent) => !isComplete(parent, name) && !this.#isAtHand(parent, path))
    const request: LoadRequest = {
      name,
      relation: path.owner.relations.get(name)!,
      query: select(path.target.entityClass as never as AnyModel),
    }
    const { keys } = groupByKey(
      unknown.map(({ entity }) => entity),
      path.pairs.map(({ left }) => left),
      planOf(path.owner, this.#session.dialect),
    )
    return keys.length === 0 ? { statements: [], keyAt: [] } : relatedStatements(request, path, keys, this.#session.dialect)
  }

  /** Whether the one that a many-to-one refers to is in the session. */
  #isAtHand({ entity }: EntityState, { pairs, target, foreignKey }: RelationPath): boolean {
    if (foreignKey.referredTable !== target.table || pairs.length !== target.keyIndexes.length) return false
    const values = target.keyIndexes.map((index) => pairs.find(({ right }) => right === target.columns[index])?.left.key)
    if (values.some((key) => key === undefined || entity[key] === undefined || entity[key] === null)) return false
    const key = planOf(target, this.#session.dialect).keyOf(values.map((each) => entity[each!]))
    return this.#session.identities.get(target, key) !== undefined
  }

  #hydrate({ related, path }: LoadedWay, results: readonly (readonly (readonly unknown[])[])[]): Map<string, EntityState[]> {
    const known = this.#session.identities.of(path.target)
    const holder = path.pairs.map(({ right }) => right)
    const codecs = holder.map(({ type }) => this.#session.dialect.codec(type))
    const found = new Map<string, EntityState[]>()
    for (const [index, rows] of results.entries()) {
      const hydrate = sessionHydrator(shapeOfEntity(related.statements[index]!), this.#session)
      for (const row of rows) {
        const state = stateOf(hydrate(row, known, this.#session)!)!
        const values = related.keyAt.map((at, position) => (row[at] === null ? null : codecs[position]!.decode(row[at])))
        const key = relatedKey(values, holder)!
        const same = found.get(key)
        if (same === undefined) found.set(key, [state])
        else same.push(state)
      }
    }
    return found
  }

  /** The entities of the session, those that were just loaded among them, whose columns say that they belong to the parents. */
  #belonging({ path, isPassive, parents }: Way, relations: RelationChanges): EntityState[] {
    const left = path.pairs.map((pair) => pair.left)
    const right = path.pairs.map((pair) => pair.right)
    const keys = new Set(
      parents.map(({ entity }) =>
        relatedKey(
          left.map(({ key }) => entity[key]),
          left,
        ),
      ),
    )
    const gone = new Set(parents)
    const isHolder = path.foreignKey.columns.every((column) => right.includes(column))
    const belongs = (state: EntityState): boolean => {
      if (!path.target.accepts(state.plan.mapper)) return false
      const link = isHolder ? relations.linkOf(state, path.foreignKey) : undefined
      if (link !== undefined) return gone.has(link.parent)
      const key = relatedKey(
        right.map((column) => state.entity[column.key]),
        right,
      )
      return key !== undefined && keys.has(key)
    }
    const loaded = isPassive ? [] : [...this.#session.identities.of(path.target).values()]
    return [...loaded, ...this.#session.pending].filter(belongs)
  }
}

function waysFrom(level: readonly EntityState[]): Way[] {
  const ways = new Map<RelationPath, Way>()
  for (const state of level) {
    for (const { name, relation, path } of cascadesOf(state.plan.mapper).deletes) {
      const way = ways.get(path)
      if (way !== undefined) way.parents.push(state)
      else ways.set(path, { name, path, isPassive: relation.passiveDeletes, parents: [state] })
    }
  }
  return [...ways.values()]
}

/** The entities that rows between tie to the parents: as the lists are now, and as the database has it where they are not loaded. */
function membersOf({ name, path, parents }: Way, loaded: ReadonlyMap<string, readonly EntityState[]>): EntityState[] {
  const left = path.pairs.map((pair) => pair.left)
  return parents.flatMap((parent) => {
    const value = parent.entity[name]
    const members = Array.isArray(value) ? value.flatMap((member: object) => stateOf(member) ?? []) : []
    if (isComplete(parent, name)) return members
    const key = relatedKey(
      left.map((column) => parent.entity[column.key]),
      left,
    )
    return key === undefined ? members : [...members, ...(loaded.get(key) ?? [])]
  })
}
