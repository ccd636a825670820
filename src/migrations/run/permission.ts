import { DatabaseError } from "../../errors/index.ts"

/** Insufficient privilege, a read-only transaction or server; and SQLite's words for a file that cannot be written. */
const permissionCodes: ReadonlySet<string> = new Set(["42501", "25006", "SQLITE_READONLY", "SQLITE_PERM"])

/** Whether the database refused because of who asks, or because it takes no writes. */
export function isPermissionError(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && permissionCodes.has(error.serverCode ?? "")
}
