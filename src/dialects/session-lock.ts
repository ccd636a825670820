/**
 * A lock that belongs to a session, from when it takes it until it gives it back or ends. Each is a query of one value, 1 or 0,
 * that does not wait. Absent where a database has one writer at a time anyway.
 */
export interface SessionLock {
  /** Whether the lock was free and is the session's now. */
  acquire(key: bigint): string
  /** Whether the session has the lock. */
  held(key: bigint): string
  /** Whether the session had the lock, which is free now. */
  release(key: bigint): string
}
