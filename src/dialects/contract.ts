import type { Dialect as KyselyDialect } from "kysely"
import type { DatabaseError, RebisError } from "../errors/index.ts"
import type { SqlDialect } from "../sql/index.ts"
import type { AdvisoryLocks } from "./advisory-locks.ts"
import type { Ddl } from "./ddl.ts"
import type { DeferredConstraints } from "./deferred-constraints.ts"
import type { Explaining } from "./explain.ts"
import type { Introspection } from "./introspection.ts"
import type { SessionLock } from "./session-lock.ts"
import type { TwoPhase } from "./two-phase.ts"

/** What a database can do. Shared code asks for these and never for a database's name. */
export interface Capabilities {
  /** `RETURNING` on insert, update and delete. */
  readonly returning: boolean
  /** `RETURNING` gives a row as triggers left it: those before the write can change it. */
  readonly returningAfterTriggers: boolean
  /** A pure select outside a transaction sees what it would see as a statement of one (default isolation is read committed). */
  readonly readsNeedNoTransaction: boolean
  /** Arrays as parameters: `= any($1)` and `unnest($1)` keep a statement's text the same for any number of values. */
  readonly arrayParameters: boolean
  /** `lateral`: a subquery in FROM may refer to the entries before it. */
  readonly lateralJoins: boolean
  /** The most parameters that one statement may have. */
  readonly maxParameters: number
  readonly schemas: boolean
  readonly enums: boolean
  readonly comments: boolean
  readonly deferrableConstraints: boolean
  /** Several sessions may write at the same time. */
  readonly concurrentWriters: boolean
  /** Types of the server's own: arrays, native json, uuid, interval, exact numeric. */
  readonly nativeTypes: boolean
  /** DDL can be rolled back. */
  readonly transactionalDdl: boolean
  /** `ALTER TABLE` can change a column or a constraint in place; where it cannot, the table is rebuilt. */
  readonly alterInPlace: boolean
}

export interface TransactionOptions {
  readonly isolation?: "read uncommitted" | "read committed" | "repeatable read" | "serializable"
  readonly readOnly?: boolean
  readonly deferrable?: boolean
}

/** Everything that Rebis knows about one database without opening a socket. */
export interface Dialect extends SqlDialect {
  readonly capabilities: Capabilities
  /** The statement that begins a transaction. */
  begin(options: TransactionOptions): string
  /**
   * The error of ours for one that the driver threw while a statement ran: a {@link DatabaseError} by the server's code,
   * or a `DisconnectedError` when the connection is gone. The driver's error is its cause.
   */
  mapError(
    error: unknown,
    statement?: { readonly text: string; readonly parameters?: readonly unknown[] | undefined },
  ): DatabaseError | RebisError
  /** The decoder of a result column that no expression of ours describes (raw SQL), by the driver's type of it. */
  decoderOf(typeId: number | string | undefined): (raw: unknown) => unknown
  /** The statements that define schemas. */
  readonly ddl: Ddl
  /** What Kysely needs to know of the database beside how its queries are printed. */
  readonly kysely: Pick<KyselyDialect, "createAdapter" | "createIntrospector">
  /** Says how a statement would be run. */
  readonly explain: Explaining
  /** Reads the schema of a database. */
  readonly introspection: Introspection
  /** Keeps others out for as long as a session wants, also between transactions. */
  readonly sessionLock?: SessionLock
  /** Locks that mean what the application says; absent where a database has none. */
  readonly advisoryLocks?: AdvisoryLocks
  /** Absent where a transaction cannot be prepared. */
  readonly twoPhase?: TwoPhase
  /** Checks before a COMMIT what is deferred to it. */
  readonly deferredConstraints: DeferredConstraints
  /** The URL of an empty database in memory that speaks the same SQL. */
  readonly scratchUrl: string
}
