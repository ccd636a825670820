import type { DatabaseError } from "../errors/index.ts"

/** How constraints that are checked at COMMIT are checked before it. */
export interface DeferredConstraints {
  /** Fails as the COMMIT would, or returns what {@link violation} reads. What it leaves behind is undone by a savepoint around it. */
  readonly check: string
  /** The error for rows that {@link check} returned, where it does not fail by itself. */
  violation?(rows: readonly (readonly unknown[])[]): DatabaseError | undefined
}
