import { DefinitionError } from "../errors/index.ts"
import { type Expr, intervalValue, type IsoDate, type IsoDateTime, type IsoDuration, type IsoTime, type SqlType } from "../sql/index.ts"
import type { ColumnBuilder } from "./column-builder.ts"
import { column } from "./column-builder.ts"
import { requireDigits, requireMode } from "./type-options.ts"
import { type OutputOf, schemaCodec, type StandardSchema } from "./standard-schema.ts"

export type { IsoDate, IsoDateTime, IsoDuration, IsoTime } from "../sql/index.ts"

type Builder<T, Kind extends string> = ColumnBuilder<T, false, false, Kind>

/** A whole number from -32,768 to 32,767. */
export function smallint(): Builder<number, "smallint"> {
  return column<number, "smallint">({ kind: "smallint" })
}
/** A whole number of 32 bits. */
export function integer(): Builder<number, "integer"> {
  return column<number, "integer">({ kind: "integer" })
}
/** A whole number of 64 bits: a `bigint`, or with `mode: "number"` a number that is checked to be exact. */
export function bigint(): Builder<bigint, "bigint">
export function bigint(options: { readonly mode: "number" }): Builder<number, "bigint">
export function bigint(options?: { readonly mode: "number" }): Builder<any, "bigint"> {
  requireMode("bigint", options?.mode, "number")
  return column<any, "bigint">(options === undefined ? { kind: "bigint" } : { kind: "bigint", mode: options.mode })
}
export interface NumericOptions {
  /** Digits in all. */
  readonly precision?: number
  /** Digits after the point. */
  readonly scale?: number
}
/** An exact decimal: a string with every digit, or with `mode: "number"` a number, which may round. */
export function numeric(options?: NumericOptions): Builder<string, "numeric">
export function numeric(options: NumericOptions & { readonly mode: "number" }): Builder<number, "numeric">
export function numeric(options: NumericOptions & { readonly mode?: "number" } = {}): Builder<any, "numeric"> {
  if (options.scale !== undefined && options.precision === undefined) throw new DefinitionError("numeric: a scale needs a precision")
  requireDigits("numeric", "precision", options.precision, 1, 1000)
  requireDigits("numeric", "scale", options.scale, -1000, 1000)
  requireMode("numeric", options.mode, "number")
  return column<any, "numeric">({ kind: "numeric", ...options })
}
/** A floating-point number of 32 bits. */
export function real(): Builder<number, "real"> {
  return column<number, "real">({ kind: "real" })
}
/** A floating-point number of 64 bits. */
export function double(): Builder<number, "double"> {
  return column<number, "double">({ kind: "double" })
}
// What is written without a type parameter has an overload of its own: a parameter would be inferred from where the column
// stands, and there any column may stand.

/** Text of any length; with a type parameter, of the values that the application knows. */
export function text(): Builder<string, "text">
export function text<T extends string>(): Builder<T, "text">
export function text(): Builder<any, "text"> {
  return column<any, "text">({ kind: "text" })
}
/** Text of at most `length` characters. */
export function varchar(length?: number): Builder<string, "varchar">
export function varchar<T extends string>(length?: number): Builder<T, "varchar">
export function varchar(length?: number): Builder<any, "varchar"> {
  if (length !== undefined && (!Number.isInteger(length) || length < 1))
    throw new DefinitionError(`varchar(${length}): a length is a whole number from 1`)
  return column<any, "varchar">(length === undefined ? { kind: "varchar" } : { kind: "varchar", length })
}
/** True or false; INTEGER 0 and 1 on SQLite. */
export function boolean(): Builder<boolean, "boolean"> {
  return column<boolean, "boolean">({ kind: "boolean" })
}
/** In the canonical form, lower case with hyphens. */
export function uuid(): Builder<string, "uuid"> {
  return column<string, "uuid">({ kind: "uuid" })
}
/** A calendar day as an ISO string. */
export function date(): Builder<IsoDate, "date"> {
  return column<IsoDate, "date">({ kind: "date" })
}
export interface TimeOptions {
  /** Digits of the second's fraction, 0 to 6. */
  readonly precision?: number
}
/** A time of day as a string. */
export function time(options: TimeOptions = {}): Builder<IsoTime, "time"> {
  requireDigits("time", "precision", options.precision, 0, 6)
  return column<IsoTime, "time">(options.precision === undefined ? { kind: "time" } : { kind: "time", precision: options.precision })
}
/** A wall clock without a zone, as a string; with `mode: "date"` a `Date` that takes it as UTC. */
export function timestamp(options?: TimeOptions): Builder<IsoDateTime, "timestamp">
export function timestamp(options: TimeOptions & { readonly mode: "date" }): Builder<Date, "timestamp">
export function timestamp(options: TimeOptions & { readonly mode?: "date" } = {}): Builder<any, "timestamp"> {
  requireDigits("timestamp", "precision", options.precision, 0, 6)
  requireMode("timestamp", options.mode, "date")
  return column<any, "timestamp">({ kind: "timestamp", ...options })
}
/** A moment: a `Date` (milliseconds), or with `mode: "string"` an ISO string with every digit. */
export function timestamptz(options?: TimeOptions): Builder<Date, "timestamptz">
export function timestamptz(options: TimeOptions & { readonly mode: "string" }): Builder<string, "timestamptz">
export function timestamptz(options: TimeOptions & { readonly mode?: "string" } = {}): Builder<any, "timestamptz"> {
  requireDigits("timestamptz", "precision", options.precision, 0, 6)
  requireMode("timestamptz", options.mode, "string")
  return column<any, "timestamptz">({ kind: "timestamptz", ...options })
}
/**
 * A span of time as an ISO 8601 duration, `P1M2DT3H`. With such text, or with words, it is not a column but a span in a statement.
 * @example
 * interval()                                            // in a model
 * Post.c.createdAt.plus(interval("1 month, 2 days"))    // in a statement
 */
export function interval(): Builder<IsoDuration, "interval">
export function interval(span: string): Expr<IsoDuration>
export function interval(...spans: readonly string[]): any {
  return spans.length === 0 ? column<IsoDuration, "interval">({ kind: "interval" }) : intervalValue(spans[0]!)
}
/** What the application knows of the documents of a JSON column. */
export interface JsonOptions {
  /** Documents are checked when they are read too, and values are what the schema makes of them; only when they are written, without. */
  readonly validateOnRead?: boolean
}

/** JSON kept as its text: see {@link jsonb}. */
export function json(): Builder<unknown, "json">
export function json<T>(): Builder<T, "json">
export function json<S extends StandardSchema>(schema: S, options?: JsonOptions): Builder<DocumentOf<S>, "json">
export function json(schema?: StandardSchema, options?: JsonOptions): Builder<any, "json"> {
  return column<any, "json">(documentType("json", schema, options))
}
/**
 * JSON in the server's binary form. A schema that follows Standard Schema (zod, valibot, arktype, …) types the documents and checks
 * them: what it gives is what is stored, and a document that it refuses is a ValueError before anything is sent.
 *
 * @example
 * jsonb<{ tags: string[] }>()
 * jsonb(z.object({ tags: z.array(z.string()) }))
 */
export function jsonb(): Builder<unknown, "jsonb">
export function jsonb<T>(): Builder<T, "jsonb">
export function jsonb<S extends StandardSchema>(schema: S, options?: JsonOptions): Builder<DocumentOf<S>, "jsonb">
export function jsonb(schema?: StandardSchema, options?: JsonOptions): Builder<any, "jsonb"> {
  return column<any, "jsonb">(documentType("jsonb", schema, options))
}

/** SQL's NULL is the column's, not the schema's. */
type DocumentOf<S extends StandardSchema> = Exclude<OutputOf<S>, null | undefined>

function documentType<K extends "json" | "jsonb">(
  kind: K,
  schema: StandardSchema | undefined,
  { validateOnRead = false }: JsonOptions = {},
): SqlType & { readonly kind: K } {
  return schema === undefined ? { kind } : { kind, codec: schemaCodec(schema, kind, validateOnRead) }
}

/** Bytes. */
export function bytea(): Builder<Uint8Array, "bytea"> {
  return column<Uint8Array, "bytea">({ kind: "bytea" })
}

/** An enum type of the database and the columns of it. */
export interface EnumType<L extends string> {
  (): Builder<L, "enum">
  readonly type: SqlType<L>
  readonly labels: readonly L[]
}
/**
 * An enum: a type of its own on PostgreSQL, text with checked values on SQLite. The order of labels is their order in the database.
 * @example
 * const mood = enumType("mood", ["sad", "ok", "happy"])
 * class Diary extends Base.model("diary", { id: integer().primaryKey().identity(), mood: mood() }) {}
 */
export function enumType<const L extends string>(
  name: string,
  labels: readonly [L, ...L[]],
  options: { readonly schema?: string } = {},
): EnumType<L> {
  if (new Set(labels).size !== labels.length) throw new DefinitionError(`enum ${name} has a label twice`)
  for (const label of labels) requireLabel(name, label)
  const type = { kind: "enum", enumName: name, labels, ...(options.schema === undefined ? {} : { enumSchema: options.schema }) } as const
  return Object.assign(() => column<L, "enum">(type), { type: type, labels: labels })
}

/** PostgreSQL keeps labels as names. */
function requireLabel(name: string, label: unknown): void {
  if (typeof label === "string" && !label.includes("\0") && Buffer.byteLength(label) < 64) return
  throw new DefinitionError(`enum ${name}: ${JSON.stringify(label)} cannot be a label`, {
    hint: "a label is a string of at most 63 bytes of UTF-8, without the NUL character",
  })
}
