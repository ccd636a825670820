import type { DriverResult } from "../../engine/index.ts"
import { mapperOf } from "../../schema/index.ts"
import { isUnrefined } from "../../sql/index.ts"
import { type EntityPlan, planOf } from "../entity-plan.ts"
import { stateOf } from "../entity-state.ts"
import type { Hydrate } from "../hydrator.ts"
import { sessionHydrator } from "../populate.ts"
import type { SessionState } from "../session-state.ts"
import { type EmbeddedRelation, type Loads, shapeAt } from "./embedded-relation.ts"
import type { EmbeddedSelect } from "./embedded-select.ts"
import { placeRelation } from "./place-relation.ts"

type Entity = Record<string, unknown>
type Row = readonly unknown[]

/** Reads the entities of one relation; a row that was met before is the same object. */
class TargetReader {
  readonly plan: EntityPlan
  readonly found: Map<unknown, Entity> = new Map()
  readonly #hydrate: Hydrate
  readonly #offset: number
  readonly #session: SessionState

  constructor(relation: EmbeddedRelation, offset: number, session: SessionState) {
    const shape = shapeAt(relation, offset)
    this.plan = planOf(mapperOf(shape.entity.entityClass), session.dialect)
    this.#hydrate = sessionHydrator(shape, session)
    this.#offset = offset
    this.#session = session
  }
  read(row: Row): { readonly key: unknown; readonly entity: Entity } {
    const { mapper, hasKey } = this.plan
    const key = hasKey ? this.plan.keyOfRow(row, this.#offset) : row
    let entity = this.found.get(key)
    if (entity === undefined) {
      entity = this.#hydrate(row, this.#session.identities.of(mapper), this.#session) as Entity
      this.found.set(key, entity)
    }
    return { key, entity }
  }
}

/** Puts together what an {@link EmbeddedSelect} found. */
export class EmbeddedRows {
  readonly #select: EmbeddedSelect
  readonly #session: SessionState
  readonly #readers = new Map<EmbeddedRelation, TargetReader>()
  /** What each entity has of each relation, by keys. */
  readonly #related = new Map<Entity, Map<EmbeddedRelation, Map<unknown, Entity>>>()

  constructor(select: EmbeddedSelect, session: SessionState) {
    this.#select = select
    this.#session = session
  }

  /** The entities that the select is of, in its order, with their relations. */
  read({ rows }: DriverResult, { embedded }: Loads): object[] {
    const { entity: shape, rowAt } = this.#select
    const mapper = mapperOf(shape.entity.entityClass)
    const hydrate = sessionHydrator(shape, this.#session)
    const known = this.#session.identities.of(mapper)
    const found: object[] = []
    let last: { readonly number: unknown; readonly entity: Entity } | undefined
    for (const row of rows) {
      const number = rowAt === undefined ? undefined : row[rowAt]
      if (last === undefined || rowAt === undefined || last.number !== number) {
        last = { number, entity: hydrate(row, known, this.#session) as Entity }
        found.push(last.entity)
      }
      for (const relation of embedded) this.#takeColumns(relation, last.entity, row)
    }
    this.#place()
    return found
  }

  /** The entities that were found by way of a relation. */
  found(relation: EmbeddedRelation): Iterable<object> {
    return new Set(this.#readers.get(relation)?.found.values())
  }

  #takeColumns(relation: EmbeddedRelation, owner: Entity, row: Row): void {
    const place = this.#select.places.get(relation)!
    const related = this.#relatedOf(owner, relation)
    if (relation.strategy === "json") return this.#takeJson(relation, related, JSON.parse((row[place] ?? "null") as string))
    // Rows that were joined have a key.
    if (row[place + relation.target.columns.length] === null) return
    const { key, entity } = this.#readerOf(relation, place).read(row)
    related.set(key, entity)
    for (const inner of relation.embedded) this.#takeColumns(inner, entity, row)
  }

  #takeJson(relation: EmbeddedRelation, related: Map<unknown, Entity>, json: unknown): void {
    if (json === null) return
    const { target, isMany, embedded } = relation
    const reader = this.#readerOf(relation, 0)
    const width = target.columns.length
    const codecs = target.columns.map(({ type }) => this.#session.dialect.codec(type))
    for (const item of isMany ? (json as Row[]) : [json as Row]) {
      const row = codecs.map((codec, index) => {
        const value = item[index]
        return value === null || value === undefined ? null : codec.encode(codec.decodeJson(value))
      })
      const { key, entity } = reader.read(row)
      related.set(key, entity)
      for (const [index, inner] of embedded.entries()) this.#takeJson(inner, this.#relatedOf(entity, inner), item[width + index])
    }
  }

  #readerOf(relation: EmbeddedRelation, offset: number): TargetReader {
    let reader = this.#readers.get(relation)
    if (reader === undefined) this.#readers.set(relation, (reader = new TargetReader(relation, offset, this.#session)))
    return reader
  }

  #relatedOf(owner: Entity, relation: EmbeddedRelation): Map<unknown, Entity> {
    let ofOwner = this.#related.get(owner)
    if (ofOwner === undefined) this.#related.set(owner, (ofOwner = new Map()))
    let related = ofOwner.get(relation)
    if (related === undefined) ofOwner.set(relation, (related = new Map()))
    return related
  }

  #place(): void {
    for (const [owner, relations] of this.#related) {
      const state = stateOf(owner)
      for (const [{ name, isMany, request }, related] of relations) {
        const list = [...related.values()]
        const isPartial = isMany && !isUnrefined({ ...request.query.state, orderBy: [] })
        placeRelation(owner, state, name, isMany ? list : (list[0] ?? null), this.#session, isPartial)
      }
    }
  }
}
