import { ArgumentError } from "../errors/index.ts"
import type { TransactionOptions } from "./contract.ts"

const levels: ReadonlySet<unknown> = new Set(["read uncommitted", "read committed", "repeatable read", "serializable"])

/** @throws ArgumentError for what is no isolation level: it would become part of the text */
export function requireIsolation({ isolation }: TransactionOptions): void {
  if (isolation === undefined || levels.has(isolation)) return
  throw new ArgumentError(`${JSON.stringify(isolation)} is not an isolation level`, { hint: `use one of ${[...levels].join(", ")}` })
}
