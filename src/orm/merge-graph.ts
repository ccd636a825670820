import { ArgumentError } from "../errors/index.ts"
import { type Mapper, mapperOfEntity, ModelRelation } from "../schema/index.ts"
import { isLowerable } from "../sql/index.ts"
import type { IdentityKey } from "./entity-key.ts"
import { type EntityPlan, planOf } from "./entity-plan.ts"
import { type EntityState, stateOf } from "./entity-state.ts"
import type { SessionState } from "./session-state.ts"

/** An object of the graph that is merged. */
export interface MergeNode {
  readonly plan: EntityPlan
  /** Values of columns that are set. */
  readonly values: Readonly<Record<string, unknown>>
  /** The primary key, when all of it is given. */
  readonly key: IdentityKey | undefined
  readonly keyValues: readonly unknown[]
  /** Relations that are set, and what they hold. */
  readonly relations: Map<string, MergedRelation>
  /** The entity of the session that it becomes. */
  target: EntityState | undefined
}

/** What a relation of the graph holds. */
export interface MergedRelation {
  readonly relation: ModelRelation<any, any>
  readonly isList: boolean
  readonly nodes: readonly MergeNode[]
}

interface Found {
  readonly source: object
  readonly node: MergeNode
}

/** Entities and plain values that refer to each other, each once, those that refer to others first. Nothing is changed. */
export class MergeGraph {
  readonly nodes: MergeNode[] = []
  readonly #session: SessionState
  readonly #nodeOf = new Map<object, MergeNode>()
  readonly #open: Found[] = []

  constructor(session: SessionState) {
    this.#session = session
  }

  /** Takes in an object and all that it reaches. @throws ArgumentError for what the model does not have */
  add(source: unknown, expected: Mapper | undefined): MergeNode {
    const node = this.#node(source, expected, "merge()")
    for (let found = this.#open.pop(); found !== undefined; found = this.#open.pop()) this.#follow(found)
    return node
  }

  #node(source: unknown, expected: Mapper | undefined, label: string): MergeNode {
    const title = expected?.className ?? "an entity"
    if (typeof source !== "object" || source === null) throw new ArgumentError(`${label} holds ${String(source)} instead of ${title}`)
    const known = this.#nodeOf.get(source)
    if (known !== undefined) return known
    const isPlain = expected !== undefined && isPlainObject(source)
    const mapper = isPlain ? expected : mapperOfEntity(source)
    if (expected !== undefined && !expected.accepts(mapper))
      throw new ArgumentError(`${label} holds a ${mapper.className} instead of ${title}`)
    if (isPlain) requireKnown(source, mapper)
    const node = makeNode(source, planOf(mapper, this.#session.dialect))
    const state = isPlain ? undefined : stateOf(source)
    this.#nodeOf.set(source, node)
    this.nodes.push(node)
    if (state?.owner === this.#session && (state.status === "persistent" || state.status === "pending")) node.target = state
    else this.#open.push({ source, node })
    return node
  }

  #follow({ source, node }: Found): void {
    const { mapper } = node.plan
    for (const [name, relation] of mapper.relations) {
      const value: unknown = Reflect.get(source, name)
      if (value === undefined || !(relation instanceof ModelRelation)) continue
      const label = `${mapper.className}.${name}`
      if (!relation.cascade.merge) {
        if (!isPlainObject(source)) continue
        throw new ArgumentError(`${label} does not cascade merge`, { hint: "merge what it holds by itself, and set the relation" })
      }
      const isList = relation.cardinality === "many"
      if (isList !== Array.isArray(value)) throw new ArgumentError(`${label} takes ${isList ? "a list" : "one entity or null"}`)
      const { target } = relation.pathFrom(mapper)
      const held: readonly unknown[] = Array.isArray(value) ? value : value === null ? [] : [value]
      node.relations.set(name, { relation, isList, nodes: held.map((each) => this.#node(each, target, label)) })
    }
  }
}

function makeNode(source: object, plan: EntityPlan): MergeNode {
  const values: Record<string, unknown> = {}
  for (const { key } of plan.mapper.properties) {
    const value: unknown = Reflect.get(source, key)
    if (value !== undefined) values[key] = value
  }
  const keyValues = plan.keyValues(values)
  const isGiven = keyValues.length > 0 && keyValues.every((value) => value !== undefined && value !== null && !isLowerable(value))
  return { plan, values, keyValues, key: isGiven ? plan.keyOf(keyValues) : undefined, relations: new Map(), target: undefined }
}

function requireKnown(values: object, mapper: Mapper): void {
  const unknown = Object.keys(values).find((key) => mapper.indexOf(key) === undefined && !mapper.relations.has(key))
  if (unknown !== undefined) {
    throw new ArgumentError(`${mapper.className} has no property "${unknown}"`, {
      hint: `its columns are ${mapper.properties.map((property) => property.key).join(", ")}`,
    })
  }
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
