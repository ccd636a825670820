import { ValueError } from "../errors/index.ts"
import { levelOfRow, mapperOf, placesWithin } from "../schema/index.ts"
import type { EntityShape } from "../sql/index.ts"
import type { Dialect } from "./dialect.ts"
import type { IdentityKey } from "./entity-key.ts"
import { type EntityPlan, planOf } from "./entity-plan.ts"
import { EntityState, type EntityOwner, stamp } from "./entity-state.ts"
import { generate } from "./generated-code.ts"

/** Takes in an entity that has just been made of a row: a session remembers it. */
export interface Adopter extends EntityOwner {
  adopt(state: EntityState): void
  /** Where entities go that nobody is to remember, which is said by its being there. */
  readonly untracked?: object[] | undefined
}

/** The entity for a row: the one that the session has, or a new instance. Null where an outer join found none. */
export type Hydrate = (row: readonly unknown[], known: Map<IdentityKey, EntityState>, session: Adopter) => object | null

interface Ingredients {
  readonly plan: EntityPlan
  readonly offset: number
  readonly optional: boolean
  /** An entity that the session has is given instead of a new one. */
  readonly isTracked: boolean
  readonly adopt: (
    entity: object,
    row: readonly unknown[],
    key: IdentityKey,
    known: Map<IdentityKey, EntityState>,
    session: Adopter,
  ) => object
}

const cache = new WeakMap<EntityPlan, Map<string, Hydrate>>()

/** The hydrator for entities of a shape. Cached. @param isTracked whether a session is to know them */
export function hydratorOf(shape: EntityShape, dialect: Dialect, isTracked = true): Hydrate {
  const plan = planOf(mapperOf(shape.entity.entityClass), dialect)
  const place = `${shape.offset}${shape.optional ? "?" : ""}${isTracked ? "" : "!"}`
  let ofPlan = cache.get(plan)
  if (ofPlan === undefined) cache.set(plan, (ofPlan = new Map()))
  let hydrate = ofPlan.get(place)
  if (hydrate === undefined) {
    const make = plan.mapper.level === undefined ? makeHydrator : makePolymorphicHydrator
    ofPlan.set(place, (hydrate = make(plan, shape.offset, shape.optional, isTracked)))
  }
  return hydrate
}

const keepUntracked: Ingredients["adopt"] = (entity, _row, _key, _known, { untracked }) => {
  untracked!.push(entity)
  return entity
}

export function makeHydrator(plan: EntityPlan, offset: number, optional: boolean, isTracked: boolean): Hydrate {
  const track: Ingredients["adopt"] = (entity, row, key, known, session) => {
    const state = new EntityState(entity, plan, session, "persistent", row, offset, key)
    stamp(state)
    known.set(key, state)
    session.adopt(state)
    return entity
  }
  const ingredients: Ingredients = { plan, offset, optional, isTracked, adopt: isTracked ? track : keepUntracked }
  const hydrate = generate("hydrate", source(ingredients), names(ingredients), () => closure(ingredients))
  return (row, known, session) => {
    try {
      return hydrate(row, known, session)
    } catch (error) {
      throw labelled(error, row, ingredients)
    }
  }
}

/** Rows of several classes: each is read by the hydrator of the class that its discriminator names. */
function makePolymorphicHydrator(plan: EntityPlan, offset: number, optional: boolean, isTracked: boolean): Hydrate {
  const level = plan.mapper.level!
  const firstKey = plan.mapper.keyIndexes[0]!
  const hydrators = new Map<unknown, Hydrate>()
  const hydratorFor = (raw: unknown): Hydrate => {
    const of = levelOfRow(level, plan.decode(level.discriminator, raw))
    const ofLevel = planOf(mapperOf(of.entityClass), plan.dialect)
    const places = placesWithin(of, level)
    if (places.every((place, index) => place === index)) return makeHydrator(ofLevel, offset, false, isTracked)
    const hydrate = makeHydrator(ofLevel, 0, false, isTracked)
    return (row, known, session) =>
      hydrate(
        places.map((place) => row[offset + place]),
        known,
        session,
      )
  }
  return (row, known, session) => {
    if (optional && row[offset + firstKey] === null) return null
    const raw = row[offset + level.discriminator]
    const key = typeof raw === "object" ? plan.decode(level.discriminator, raw) : raw
    let hydrate = hydrators.get(key)
    if (hydrate === undefined) hydrators.set(key, (hydrate = hydratorFor(raw)))
    return hydrate(row, known, session)
  }
}

function names({ plan, adopt }: Ingredients): Record<string, unknown> {
  return { plan, codecs: plan.codecs, prototype: plan.mapper.entityClass.prototype, adopt }
}

/**
 * The text of a function that makes instances by a constructor of the model's prototype, one assignment a column. Property
 * names are the only thing of the model that enters the text, as JSON strings.
 */
function source({ plan, offset, optional, isTracked }: Ingredients): string {
  const { properties, keyIndexes } = plan.mapper
  const assignments = properties.map(({ key }, index) => {
    const target = `this[${JSON.stringify(key)}]`
    if (index === plan.directKey) return `${target} = key`
    return `raw = row[${offset + index}]; ${target} = raw === null ? null : c${index}.decode(raw)`
  })
  const firstKey = keyIndexes[0]
  const absent =
    firstKey === undefined
      ? properties.map((_, index) => `row[${offset + index}] === null`).join(" && ")
      : `row[${offset + firstKey}] === null`
  const made = "new Blank(row, key)"
  return [
    ...properties.map((_, index) => `const c${index} = codecs[${index}]`),
    `function Blank(row, key) {\n  let raw\n  ${assignments.join("\n  ")}\n}`,
    "Blank.prototype = prototype",
    "return function hydrate(row, known, session) {",
    optional ? `  if (${absent}) return null` : "",
    ...(firstKey === undefined
      ? [
          isTracked
            ? `  return ${made.replace("key", "undefined")}`
            : `  return adopt(${made.replace("key", "undefined")}, row, undefined, known, session)`,
        ]
      : [
          plan.directKey === -1
            ? `  const key = ${isTracked ? `plan.keyOfRow(row, ${offset})` : "undefined"}`
            : `  const key = c${plan.directKey}.decode(row[${offset + plan.directKey}])`,
          ...(isTracked ? ["  const state = known.get(key)", "  if (state !== undefined) return state.entity"] : []),
          `  return adopt(${made}, row, key, known, session)`,
        ]),
    "}",
  ].join("\n")
}

function closure({ plan, offset, optional, isTracked, adopt }: Ingredients): Hydrate {
  const { mapper } = plan
  const firstKey = mapper.keyIndexes[0]
  const make = (row: readonly unknown[]) => mapper.instantiate(mapper.properties.map((_, index) => plan.decode(index, row[offset + index])))
  const isAbsent = (row: readonly unknown[]) =>
    firstKey === undefined ? mapper.properties.every((_, index) => row[offset + index] === null) : row[offset + firstKey] === null
  return (row, known, session) => {
    if (optional && isAbsent(row)) return null
    if (!isTracked) return adopt(make(row), row, "", known, session)
    if (firstKey === undefined) return make(row)
    const key = plan.keyOfRow(row, offset)
    return known.get(key)?.entity ?? adopt(make(row), row, key, known, session)
  }
}

/** The error of a raw value that its codec refused, with the column's name. */
function labelled(error: unknown, row: readonly unknown[], { plan, offset }: Ingredients): unknown {
  for (const [index, label] of plan.labels.entries()) {
    try {
      plan.decode(index, row[offset + index])
    } catch (cause) {
      return new ValueError(`${label}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    }
  }
  return error
}
