import type { DriverResult } from "../../engine/index.ts"
import type { CompiledStatement } from "../../sql/index.ts"

/** The loading of one relation for some entities. */
export interface RelationLoad {
  /** What has to be asked of the database; nothing when the session knows it all. */
  readonly statements: readonly CompiledStatement[]
  /** Puts the related entities in their places. @returns the related entities, each once */
  place(results: readonly DriverResult[]): Iterable<object>
}
