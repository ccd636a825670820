import { type LevelTable, Mapper, type Table } from "../schema/index.ts"
import { type EntityPlan, planOf } from "./entity-plan.ts"

/** One of the tables that an entity has a row in, as a model of its own: what a flush writes to it. */
export interface EntityPart {
  readonly table: Table
  readonly plan: EntityPlan
  /** The entity's property for each of the part's. */
  readonly places: readonly number[]
}

const mappers = new WeakMap<LevelTable, Mapper>()
const parts = new WeakMap<EntityPlan, readonly EntityPart[]>()

/**
 * The tables in which an entity has rows, its root's first; `undefined` where no class of its family has more than one. Rows of
 * different classes that stand in one table are written by the same statements.
 */
export function partsOf(plan: EntityPlan): readonly EntityPart[] | undefined {
  const { level } = plan.mapper
  if (level === undefined) return undefined
  let found = parts.get(plan)
  if (found === undefined) {
    level.seal()
    const isJoined = level.root.descendants.some((each) => each.isJoined)
    const tables = isJoined ? level.tables : []
    found = tables.map((of) => ({ table: of.table, plan: planOf(mapperOfTable(of), plan.dialect), places: [...of.columns.keys()] }))
    parts.set(plan, found)
  }
  return found.length === 0 ? undefined : found
}

/** The same for all classes that have rows in the table, so that a statement can write those of several. */
function mapperOfTable(of: LevelTable): Mapper {
  let mapper = mappers.get(of)
  if (mapper === undefined) mappers.set(of, (mapper = new Mapper(of.level.entityClass, of.table, [...of.columns.values()])))
  return mapper
}
