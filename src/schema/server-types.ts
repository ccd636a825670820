import { DefinitionError } from "../errors/index.ts"
import { column, ColumnBuilder } from "./column-builder.ts"
import { requireDigits } from "./type-options.ts"
import type { TimeOptions } from "./types.ts"

// Types of PostgreSQL's own. Where SQLite has a place for their values it keeps them as text in the same form.

type Builder<T, Kind extends string> = ColumnBuilder<T, false, false, Kind>

/** Text of exactly `length` characters to the database, which fills it up with spaces; those at the end are no part of a value. */
export function char(length: number): Builder<string, "char">
export function char<T extends string>(length: number): Builder<T, "char">
export function char(length: number): Builder<any, "char"> {
  return column<any, "char">({ kind: "char", length: requireLength("char", length) })
}
/** A time of day with its clock's distance from UTC: `10:00:00+02`. */
export function timetz(options: TimeOptions = {}): Builder<string, "timetz"> {
  requireDigits("timetz", "precision", options.precision, 0, 6)
  return column<string, "timetz">(options.precision === undefined ? { kind: "timetz" } : { kind: "timetz", precision: options.precision })
}
/** The number of an object of the catalog: 32 bits without a sign. */
export function oid(): Builder<number, "oid"> {
  return column<number, "oid">({ kind: "oid" })
}
/**
 * The version of a row that PostgreSQL keeps by itself: the number of the transaction that wrote it last. Every table has the column
 * `xmin`, so nothing is created for it. It is read back after each write, and each UPDATE and DELETE asks that it is as it was loaded.
 * @example class Account extends Base.model("account", { id: integer().primaryKey().identity(), balance: bigint(), version: xmin() }) {}
 */
export function xmin(): ColumnBuilder<string, false, true, "xid", never, "xmin"> {
  return new ColumnBuilder({ type: { kind: "xid" }, nullable: false, primaryKey: false, columnName: "xmin", version: "system" })
}
/** An IPv4 or IPv6 address, with or without its network: `192.168.0.1/24`. */
export function inet(): Builder<string, "inet"> {
  return column<string, "inet">({ kind: "inet" })
}
/** An IPv4 or IPv6 network: `192.168.0.0/24`. */
export function cidr(): Builder<string, "cidr"> {
  return column<string, "cidr">({ kind: "cidr" })
}
/** A hardware address of six bytes: `08:00:2b:01:02:03`. */
export function macaddr(): Builder<string, "macaddr"> {
  return column<string, "macaddr">({ kind: "macaddr" })
}
/** A hardware address of eight bytes; one of six is made one of eight. */
export function macaddr8(): Builder<string, "macaddr8"> {
  return column<string, "macaddr8">({ kind: "macaddr8" })
}
/** Exactly `length` bits as a string: `"1010"`. */
export function bit(length: number = 1): Builder<string, "bit"> {
  return column<string, "bit">({ kind: "bit", length: requireLength("bit", length) })
}
/** At most `length` bits as a string. */
export function varbit(length?: number): Builder<string, "varbit"> {
  return column<string, "varbit">(length === undefined ? { kind: "varbit" } : { kind: "varbit", length: requireLength("varbit", length) })
}
/**
 * Text by text, as a plain object: the type of the extension `hstore`, which the database must have.
 * @param options.schema where the extension is installed, when the search path does not lead there
 */
export function hstore(options: { readonly schema?: string } = {}): Builder<Record<string, string | null>, "hstore"> {
  const sqlName = options.schema === undefined ? "hstore" : `"${options.schema.replaceAll('"', '""')}".hstore`
  return column<Record<string, string | null>, "hstore">({ kind: "hstore", sqlName })
}
/** Text as full-text search looks at it, in the server's form: `'cat':2 'fat':1`. */
export function tsvector(): Builder<string, "tsvector"> {
  return column<string, "tsvector">({ kind: "tsvector" })
}
/** A question of full-text search, in the server's form: `'fat' & 'cat'`. */
export function tsquery(): Builder<string, "tsquery"> {
  return column<string, "tsquery">({ kind: "tsquery" })
}
/** A point of the plane as text: `(1,2)`. */
export function point(): Builder<string, "point"> {
  return column<string, "point">({ kind: "point" })
}
/** A line without ends as text, `{A,B,C}` for Ax + By + C = 0. */
export function line(): Builder<string, "line"> {
  return column<string, "line">({ kind: "line" })
}
/** A line between two points as text: `[(0,0),(1,1)]`. */
export function lseg(): Builder<string, "lseg"> {
  return column<string, "lseg">({ kind: "lseg" })
}
/** A rectangle as text, its upper right corner first: `(1,1),(0,0)`. */
export function box(): Builder<string, "box"> {
  return column<string, "box">({ kind: "box" })
}
/** A path of points as text, open `[(0,0),(1,1)]` or closed `((0,0),(1,1))`. */
export function path(): Builder<string, "path"> {
  return column<string, "path">({ kind: "path" })
}
/** A polygon as text: `((0,0),(1,1),(1,0))`. */
export function polygon(): Builder<string, "polygon"> {
  return column<string, "polygon">({ kind: "polygon" })
}
/** A circle as text: `<(0,0),1>`. */
export function circle(): Builder<string, "circle"> {
  return column<string, "circle">({ kind: "circle" })
}
/** An amount as the server's locale prints it: `$1,234.50`. For amounts to calculate with take `numeric`. */
export function money(): Builder<string, "money"> {
  return column<string, "money">({ kind: "money" })
}
/** An XML document or a piece of one as text. */
export function xml(): Builder<string, "xml"> {
  return column<string, "xml">({ kind: "xml" })
}

function requireLength(type: string, length: number): number {
  if (!Number.isInteger(length) || length < 1) throw new DefinitionError(`${type}(${length}): a length is a whole number from 1`)
  return length
}
