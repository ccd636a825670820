import type { AnyModel, Given, Loaded, RelatedValues, RelationKeys, RowOf, TargetOf } from "../sql/index.ts"
import type { Connection } from "../engine/index.ts"
import type { TransactionOptions } from "./dialect.ts"
import type { JoinMode } from "./joined-connection.ts"

/** What a statement came to. */
export interface StatementResult<O> {
  /** Rows that it returned, if any. */
  readonly rows: O[]
  /** Rows returned or changed. */
  readonly rowCount: number
}

/** How a session reads. */
export interface ReadOptions {
  /** Rows overwrite the entities that the session has, unflushed changes included. Default `false`: entities stay as they are. */
  readonly populateExisting?: boolean
}

/** What a session may be told. */
export interface SessionOptions extends TransactionOptions {
  /** Aborting it stops what is running on the server and fails it with a CancelledError. */
  readonly signal?: AbortSignal | undefined
  /** Work on this connection, which stays yours, instead of on one of the pool. */
  readonly connection?: Connection | undefined
  /**
   * What to do in a transaction that is open on `connection`. The session never commits it: its `commit()` writes what it holds.
   * `savepoint`: its `rollback()` undoes what it did itself. `rollbackOnly`: its `rollback()` rolls the transaction back.
   */
  readonly join?: JoinMode | undefined
  /** A TooManyStatementsError instead of more statements than this, those of flushes and relations included. */
  readonly statementLimit?: number | undefined
}

/** What `sessionmaker` may be told. */
export interface SessionmakerOptions extends TransactionOptions {
  /** Always `false`: nothing is loaded implicitly, so entities stay readable after a commit. */
  readonly expireOnCommit?: false
  /** Flush before each statement, so that it sees what was added and changed. Default `false`: flushes are asked for. */
  readonly autoflush?: boolean
}

/**
 * How a unit of work stands to the one around it (the request, or another `sessions.begin`), on the same engine.
 *
 * - `requiresNew`: always a session and a transaction of its own. The default.
 * - `required`: the one around it, or a new one. When a joined unit throws, the whole can only be rolled back.
 * - `nested`: a savepoint of the one around it, which goes on when the unit throws; or a new one.
 * - `mandatory`: the one around it; a NoCurrentSessionError where there is none.
 * - `never`: a new one, and only where there is none around it; else a TransactionStateError.
 */
export type Propagation = "requiresNew" | "required" | "nested" | "mandatory" | "never"

/** What `sessions.begin` may be told. */
export interface BeginOptions extends SessionOptions {
  /**
   * How often the work is run again after a SerializationError or DeadlockError, each time with a new session. Default 0. A unit
   * that is part of another one is not run again by itself: give it to the outer one.
   */
  readonly retry?: number
  /** How it stands to the unit of work that it is begun in. Default `"requiresNew"`. */
  readonly propagation?: Propagation | undefined
}

type ForeignKeys<M> = M extends { readonly $columns: infer S }
  ? { [K in keyof S]: S[K] extends { readonly $reference: infer R } ? ([R] extends [never] ? never : K) : never }[keyof S]
  : never
type Values<M> = M extends abstract new (values: infer V, ...more: never[]) => unknown ? V : never

/** What `add(Model, values)` takes: the values of a new row or expressions that give them; a relation may stand for its foreign key. */
export type NewValues<M> = GivenValues<Omit<Values<M>, ForeignKeys<M> & string>> &
  Partial<GivenValues<Pick<Values<M>, Extract<keyof Values<M>, ForeignKeys<M>>>>> &
  RelatedValues<M>
type GivenValues<V> = { readonly [K in keyof V]: Given<V[K]> }

/** What `assign` takes: any of an entity's properties, or expressions that give them; `undefined` leaves one as it is. */
export type AssignedValues<E> = {
  readonly [K in keyof E as E[K] extends (...args: never[]) => unknown ? never : K]?: Given<E[K]> | undefined
}

/** What `merge` takes: some of an entity's values, `undefined` for those that stay, and what its relations hold, as entities or as values. */
export type MergeValues<M> = { readonly [K in keyof Values<M>]?: Given<Values<M>[K]> | undefined } & {
  readonly [K in RelationKeys<M>]?: Merged<Loaded<M, K, RowOf<TargetOf<M[K]>> | MergeValues<TargetOf<M[K]>>>> | undefined
}
type Merged<T> = T extends readonly (infer I)[] ? readonly I[] : T

type KeyValue = string | number | bigint | boolean | Date | Uint8Array
/** A primary key: its value; for several columns their values in order, or an object by property names. */
export type EntityKey<M extends AnyModel> = KeyValue | readonly KeyValue[] | Partial<RowOf<M>>
