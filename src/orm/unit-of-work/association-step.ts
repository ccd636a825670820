import type { DriverResult } from "../../engine/index.ts"
import type { TableColumn } from "../../schema/index.ts"
import type { CompiledStatement } from "../../sql/index.ts"
import type { EntityPlan } from "../entity-plan.ts"
import type { EntityState } from "../entity-state.ts"
import type { IdentityMap } from "../identity-map.ts"
import { deletions } from "./delete-step.ts"
import type { Step } from "./step.ts"
import { staleData } from "./update-step.ts"

/** A foreign key of a row between two tables, and the entity that it refers to. */
export interface AssociationSide {
  readonly columns: readonly TableColumn[]
  readonly from: readonly TableColumn[]
  readonly state: EntityState
}

/** Deletes rows between two tables by what they refer to. */
export class AssociationStep implements Step {
  needs: readonly Step[] = []
  /** Whether each must be there; all rows of an entity may be any number. */
  readonly checksRows: boolean
  readonly #plan: EntityPlan
  readonly #identities: IdentityMap
  readonly #pairs = new Map<EntityState, Set<EntityState>>()
  readonly #rows: (readonly AssociationSide[])[] = []
  /** What the rows refer to. */
  readonly states: Set<EntityState> = new Set()
  #columns: readonly number[] = []
  #keys: readonly unknown[][] = []
  #counts: readonly number[] = []

  constructor(plan: EntityPlan, identities: IdentityMap, checksRows: boolean) {
    this.#plan = plan
    this.#identities = identities
    this.checksRows = checksRows
  }

  get isSingle(): boolean {
    return this.#rows.length === 1
  }

  /** Adds a row by its sides; the same pair only once. */
  remove(sides: readonly AssociationSide[], pair?: readonly [EntityState, EntityState]): void {
    if (pair !== undefined) {
      const [left, right] = pair
      const partners = this.#pairs.get(left)
      if (partners?.has(right) === true) return
      if (partners === undefined) this.#pairs.set(left, new Set([right]))
      else partners.add(right)
    }
    this.#rows.push(sides)
    for (const { state } of sides) this.states.add(state)
  }

  /** The rows are found by keys that come of these steps. */
  waitFor(steps: readonly Step[]): void {
    this.needs = steps
  }

  statements(): readonly CompiledStatement[] {
    const keys = this.#rows.map((sides) => this.#keyOf(sides))
    this.#columns = keys[0]!.map(({ index }) => index)
    this.#keys = keys.map((values) => values.map(({ raw }) => raw))
    const found = deletions(this.#plan, this.#columns, this.#keys)
    this.#counts = found.map(({ count }) => count)
    return found.map(({ statement }) => statement)
  }

  complete(results: readonly DriverResult[]): void {
    for (const [index, { rowCount }] of results.entries()) {
      const expected = this.#counts[index]!
      if (this.checksRows && rowCount !== expected) throw staleData(this.#plan, "DELETE", expected, rowCount)
    }
    this.#forgetLoaded()
  }

  /** The foreign keys of a row as the database has them, in the order of their columns. */
  #keyOf(sides: readonly AssociationSide[]): { readonly index: number; readonly raw: unknown }[] {
    const { mapper } = this.#plan
    const values = sides.flatMap(({ columns, from, state }) =>
      columns.map((column, position) => {
        const index = state.plan.mapper.columnIndex(from[position]!)
        return { index: mapper.columnIndex(column), raw: state.row![state.offset + index] }
      }),
    )
    return values.sort((left, right) => left.index - right.index)
  }

  /** Rows between that were loaded as entities of their own are gone too. */
  #forgetLoaded(): void {
    const gone = new Set(this.#keys.map((key) => this.#identity(key)))
    for (const state of [...this.#identities.of(this.#plan.mapper).values()]) {
      if (!gone.has(this.#identity(this.#columns.map((index) => state.row![state.offset + index])))) continue
      this.#identities.delete(state)
      state.status = "deleted"
    }
  }

  #identity(values: readonly unknown[]): string {
    return JSON.stringify(values.map((raw, position) => String(this.#plan.decode(this.#columns[position]!, raw))))
  }
}
