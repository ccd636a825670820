import type { Connection } from "../engine/index.ts"

/** A database's dialect, as connections have it. */
export type Dialect = Connection["dialect"]
/** How a transaction is begun. */
export type TransactionOptions = NonNullable<Parameters<Connection["begin"]>[0]>
