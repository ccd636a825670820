import { ForeignKeyViolationError } from "../../errors/index.ts"
import type { DeferredConstraints } from "../deferred-constraints.ts"
import { makeDatabaseError } from "../error-message.ts"

/** Foreign keys are all that SQLite defers. Each row is a table, a row of it and the table that the row refers to. */
export const deferredConstraints: DeferredConstraints = {
  check: "pragma foreign_key_check",
  violation([row]) {
    if (row === undefined) return undefined
    const [table, , referred] = row.map(String)
    return makeDatabaseError(
      ForeignKeyViolationError,
      `FOREIGN KEY constraint failed: a row refers to one of ${referred} that is not there`,
      { serverCode: "SQLITE_CONSTRAINT_FOREIGNKEY", table },
      { cause: undefined },
    )
  },
}
