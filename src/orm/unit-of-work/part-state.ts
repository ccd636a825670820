import type { OperationNode } from "kysely"
import { type Lowerable, type LowerContext, type Source, source, type SourceInfo } from "../../sql/index.ts"
import { type EntityPart, partsOf } from "../entity-parts.ts"
import { EntityState } from "../entity-state.ts"

/** The row that an entity has in one of its tables, for the time of a flush. The entity is that of the whole. */
export class PartState extends EntityState {
  readonly whole: EntityState
  readonly part: EntityPart

  constructor(whole: EntityState, part: EntityPart) {
    const { row, offset, status } = whole
    const own = row === undefined ? undefined : part.places.map((place) => row[offset + place])
    super(whole.entity, part.plan, whole.owner, status, own, 0, undefined)
    this.whole = whole
    this.part = part
    for (const [index, place] of part.places.entries()) {
      const assigned = whole.assigned?.get(place)
      if (assigned !== undefined) (this.assigned ??= new Map()).set(index, assigned)
    }
  }
  /** Whether it is the row in the table of the root, by whose key all others are found. */
  get isRoot(): boolean {
    return partsOf(this.whole.plan)![0] === this.part
  }
}

const nothing: ReadonlySet<object> = new Set()

/** An expression that is written to a row: it sees the columns of the row's class, of an entity in several tables by their names here. */
export function lowerForRow(value: Lowerable, state: EntityState, context: LowerContext): OperationNode {
  const own = sourceOf(state)
  const whole = state instanceof PartState ? sourceOf(state.whole) : own
  if (whole.id === own.id) return context.within([own], nothing, () => value.lower(context))
  return context.within([own, whole], nothing, () => context.renaming(whole, own.name, () => value.lower(context)))
}

function sourceOf({ plan }: EntityState): SourceInfo {
  return (plan.mapper.entityClass as unknown as Source)[source]
}
