import type { OperationNode } from "kysely"

/** A FROM entry as the check of column references sees it: `id` is its identity (an alias has its own), `name` what SQL calls it. */
export interface ScopeEntry {
  readonly id: object
  readonly name: string
}

/** The part of a SELECT that is being lowered, a statement that writes, or text, of which nothing is known. */
export type Clause = "select" | "from" | "on" | "where" | "group by" | "having" | "order by" | "write" | "text"

/** A column of a FROM entry that was used; `undefined` stands for all of the entry's columns. */
export interface ColumnUse {
  readonly entry: ScopeEntry
  readonly column: string | undefined
}

/** A definition of the WINDOW clause. */
export interface WindowDefinition {
  /** The value that it stands for, by which two of one name are told apart. */
  readonly window: object
  readonly node: OperationNode
}

/** What is noted of one query while it is lowered: its named windows, and what the check of its groups has to know. */
export class QueryLevel {
  clause: Clause = "write"
  /** The first aggregate of this query that was lowered. */
  aggregate: string | undefined
  /** Columns of which the keys of groups are made. */
  readonly keyColumns: ColumnUse[] = []
  /** A key holds text, which may name any column. */
  hasTextKeys = false
  /** Columns that were used where a group has to have one value for them. */
  readonly uses: ColumnUse[] = []
  readonly windows: Map<string, WindowDefinition> = new Map()

  use(use: ColumnUse): void {
    if (this.clause === "select" || this.clause === "having" || this.clause === "order by") this.uses.push(use)
  }
}
