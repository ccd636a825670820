import type { Dialect, ObjectName } from "../../dialects/index.ts"
import type { Connection } from "../../engine/index.ts"
import type { TableDefinition } from "../../schema/index.ts"

/** A table as it is in the database now, and the statements that make again what is dropped with it (triggers). */
export interface LiveTable {
  readonly definition: TableDefinition
  readonly dependents: readonly string[]
}

/** What an operation needs to know to become statements. */
export interface LowerOperationContext {
  readonly dialect: Dialect
  /** `undefined` when there is none. Only asked where a table has to be rebuilt. */
  liveTable(table: ObjectName): Promise<LiveTable | undefined>
  /** In a scratch place everything stands in one transaction, so nothing is done concurrently. */
  readonly scratch: boolean
}

/**
 * One change of a schema, as a value: it describes itself, knows its reverse, prints itself into a migration file and
 * lowers to the statements of a dialect. Adding a kind of change is one subclass and its method of {@link MigrationOperations}.
 */
export abstract class Operation {
  /** `create table`, `add column`, … */
  abstract readonly kind: string
  /** One line: `add index user_email_idx on user(email)`. */
  abstract describe(): string
  /** What undoes it; `undefined` when that is not possible from what it knows. */
  abstract reverse(): Operation | undefined
  /** The call that a migration file holds: `op.dropTable("user", { … })`, without indentation; long ones take several lines. */
  abstract source(): string
  /** The statements to run, in order. */
  abstract lower(context: LowerOperationContext): Promise<readonly string[]> | readonly string[]

  /** What of the stored rows is lost by it, as a sentence without a subject: `loses the data of column user.name`. */
  losesData(): string | undefined {
    return undefined
  }
  /** Why it cannot be reversed, where {@link reverse} gives nothing. */
  irreversibleBecause(): string {
    return `${this.describe()} cannot be reversed`
  }
  /** Whether the database takes it only outside a transaction, or commits it only on its own. Such an operation is safe to run again. */
  standsAlone(_dialect: Dialect): boolean {
    return false
  }
  /** What is done on the connection instead of statements, for data that SQL text cannot move. */
  readonly run?: (connection: Connection) => Promise<void>
}

/** Whether the operation, when it is applied, refuses. A plan that holds one is refused before anything runs. */
export function refusal(operation: Operation): string | undefined {
  return operation.kind === "irreversible" ? operation.irreversibleBecause() : undefined
}
