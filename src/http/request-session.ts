/** What a request needs of its session. */
export interface RequestSession {
  flush(): Promise<void>
  /** Flushes and commits. */
  commit(): Promise<void>
  rollback(): Promise<void>
  /** Rolls back what is open and gives the connection back. */
  close(): Promise<void>
}

/** What makes a session for a request: the application's `sessionmaker(engine)`. */
export type SessionFactory<S extends RequestSession> = (options?: { readonly signal?: AbortSignal | undefined }) => S
