import { RebisError } from "./base.ts"

/** Anything that stops a migration from being made, read or run. Subclasses are added where they are thrown from. */
export class MigrationError extends RebisError {
  override readonly code: string = "REBIS_MIGRATION"
}
