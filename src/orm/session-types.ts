import type { AnyModel, RelatedValues, RowOf } from "../sql/index.ts"
import type { TransactionOptions } from "./dialect.ts"

/** What a statement came to. */
export interface StatementResult<O> {
  /** Rows that it returned, if any. */
  readonly rows: O[]
  /** Rows returned or changed. */
  readonly rowCount: number
}

/** What a session may be told. */
export interface SessionOptions extends TransactionOptions {
  /** Aborting it stops what is running on the server and fails it with a CancelledError. */
  readonly signal?: AbortSignal | undefined
}

/** What `sessionmaker` may be told. */
export interface SessionmakerOptions extends TransactionOptions {
  /** Always `false`: nothing is loaded implicitly, so entities stay readable after a commit. */
  readonly expireOnCommit?: false
  /** Flush before each statement, so that it sees what was added and changed. Default `false`: flushes are asked for. */
  readonly autoflush?: boolean
}

/** What `sessions.begin` may be told. */
export interface BeginOptions extends SessionOptions {
  /** How often the work is run again after a SerializationError or DeadlockError, each time with a new session. Default 0. */
  readonly retry?: number
}

type ForeignKeys<M> = M extends { readonly $columns: infer S }
  ? { [K in keyof S]: S[K] extends { readonly $reference: infer R } ? ([R] extends [never] ? never : K) : never }[keyof S]
  : never
type Values<M> = M extends abstract new (values: infer V, ...more: never[]) => unknown ? V : never

/** What `add(Model, values)` takes: the values of a new row, in which a relation may stand for its foreign key. */
export type NewValues<M> = Omit<Values<M>, ForeignKeys<M> & string> &
  Partial<Pick<Values<M>, Extract<keyof Values<M>, ForeignKeys<M>>>> &
  RelatedValues<M>

type KeyValue = string | number | bigint | boolean | Date | Uint8Array
/** A primary key: its value; for several columns their values in order, or an object by property names. */
export type EntityKey<M extends AnyModel> = KeyValue | readonly KeyValue[] | Partial<RowOf<M>>
