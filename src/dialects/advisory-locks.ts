/** What an application-defined lock is called: a number of 64 bits, or two of 32. */
export type LockKey = bigint | readonly [number, number]

/** One statement about a lock: without a row of its own, or of one value, 1 or 0. */
export interface LockStatement {
  readonly text: string
  readonly parameters: readonly unknown[]
}

/** Locks that mean what the application says, held by a transaction or by a session of the database. */
export interface AdvisoryLocks {
  /** Waits for the lock; with `wait: false` says whether it was to be had. */
  take(key: LockKey, how: { readonly scope: "transaction" | "session"; readonly shared: boolean; readonly wait: boolean }): LockStatement
  /** Whether the session had the lock, which it gave back. */
  release(key: LockKey, shared: boolean): LockStatement
}
