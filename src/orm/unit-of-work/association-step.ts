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
  readonly needs: readonly Step[] = []
  /** Whether each must be there; all rows of an entity may be any number. */
  readonly checksRows: boolean
  readonly #plan: EntityPlan
  readonly #identities: IdentityMap
  readonly #pairs: (readonly [EntityState, EntityState])[] = []
  #columns: readonly number[] = []
  readonly #keys: unknown[][] = []
  #counts: readonly number[] = []

  constructor(plan: EntityPlan, identities: IdentityMap, checksRows: boolean) {
    this.#plan = plan
    this.#identities = identities
    this.checksRows = checksRows
  }

  get isSingle(): boolean {
    return this.#keys.length === 1
  }

  /** Adds a row by its sides; the same pair only once. */
  remove(sides: readonly AssociationSide[], pair?: readonly [EntityState, EntityState]): void {
    if (pair !== undefined) {
      if (this.#pairs.some((each) => each[0] === pair[0] && each[1] === pair[1])) return
      this.#pairs.push(pair)
    }
    const { mapper } = this.#plan
    const values = sides.flatMap(({ columns: own, from, state }) =>
      own.map((column, position) => {
        const index = state.plan.mapper.columnIndex(from[position]!)
        return { index: mapper.columnIndex(column), raw: state.row![state.offset + index] }
      }),
    )
    values.sort((left, right) => left.index - right.index)
    this.#columns = values.map(({ index }) => index)
    this.#keys.push(values.map(({ raw }) => raw))
  }

  statements(): readonly CompiledStatement[] {
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
