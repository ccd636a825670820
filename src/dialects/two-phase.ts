/** A transaction that is stored but not committed, until somebody decides. Texts with the id in them. */
export interface TwoPhase {
  prepare(id: string): string
  commit(id: string): string
  rollback(id: string): string
  /** Rows of the id and of when it was prepared, of those of this database. */
  readonly list: string
}
