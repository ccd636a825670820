import type { Mapper } from "../schema/index.ts"
import type { IdentityKey } from "./entity-key.ts"
import type { EntityState } from "./entity-state.ts"

/** The entities of a session that have a row, by model and primary key. */
export class IdentityMap {
  readonly #byMapper = new Map<Mapper, Map<IdentityKey, EntityState>>()

  /** The map of one model, to look up and add in. */
  of(mapper: Mapper): Map<IdentityKey, EntityState> {
    const { root } = mapper
    let states = this.#byMapper.get(root)
    if (states === undefined) this.#byMapper.set(root, (states = new Map()))
    return states
  }
  /** The entity of the mapper's class, or of a subtype of it, with the key. */
  get(mapper: Mapper, key: IdentityKey): EntityState | undefined {
    const state = this.#byMapper.get(mapper.root)?.get(key)
    return state === undefined || mapper.level === undefined || mapper.accepts(state.plan.mapper) ? state : undefined
  }
  set(state: EntityState): void {
    if (state.key !== undefined) this.of(state.plan.mapper).set(state.key, state)
  }
  /** Forgets the state, unless another one has taken its key. */
  delete(state: EntityState): void {
    if (state.key === undefined) return
    const states = this.#byMapper.get(state.plan.mapper.root)
    if (states?.get(state.key) === state) states.delete(state.key)
  }
  clear(): void {
    this.#byMapper.clear()
  }
  *[Symbol.iterator](): IterableIterator<EntityState> {
    for (const states of this.#byMapper.values()) yield* states.values()
  }
  /** The maps of all models; faster to walk than the states one by one. */
  maps(): IterableIterator<Map<IdentityKey, EntityState>> {
    return this.#byMapper.values()
  }
}
