import type { DatabaseError, DatabaseErrorDetails, RebisError } from "../errors/index.ts"
import { inModelWords } from "../schema/index.ts"

/** The statement that failed, as far as it may be shown. */
export interface FailedStatement {
  readonly text: string
  readonly parameters?: readonly unknown[] | undefined
}

/** Whether the engine leaves the values of parameters out of its errors. */
export function hidesParameters(statement: FailedStatement | undefined): boolean {
  return statement !== undefined && statement.parameters === undefined
}

export type DatabaseErrorClass = new (
  message: string,
  details: DatabaseErrorDetails,
  options?: { cause?: unknown; hint?: string },
) => DatabaseError

export function makeDatabaseError(
  errorClass: DatabaseErrorClass,
  message: string,
  details: DatabaseErrorDetails,
  options: { readonly cause: unknown; readonly hint?: string | undefined },
): DatabaseError {
  const hint = options.hint === undefined ? {} : { hint: options.hint }
  const placed = { ...details, ...inModelWords(details) }
  return new errorClass(`${oneLine(message)}${placeOf(placed)}`, placed, { cause: options.cause, ...hint })
}

/** Where it happened: ` (user.email, user.name)`, ` (table user)`, ` (at "frm user")`; nothing when the server does not say. */
function placeOf({ table, columns, position, statement }: DatabaseErrorDetails): string {
  if (table !== undefined)
    return columns === undefined ? ` (table ${table})` : ` (${columns.map((column) => `${table}.${column}`).join(", ")})`
  if (columns !== undefined) return ` (${columns.join(", ")})`
  if (position === undefined || statement === undefined) return ""
  const near = oneLine([...statement].slice(position - 1, position + 29).join(""))
  return near === "" ? " (at its end)" : ` (at ${JSON.stringify(near)})`
}

export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim()
}

/** What any value that was thrown says. */
export function messageOf(error: unknown): string {
  return oneLine(error instanceof Error ? error.message : String(error))
}

/** A property of an error, when it is text. */
export function textOf(error: unknown, property: string): string | undefined {
  const value: unknown = typeof error === "object" && error !== null ? Reflect.get(error, property) : undefined
  return typeof value === "string" && value !== "" ? value : undefined
}

export type MappedError = DatabaseError | RebisError
