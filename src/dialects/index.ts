export type { Capabilities, Dialect, TransactionOptions } from "./contract.ts"
