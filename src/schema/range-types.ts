import type { Range, SqlType } from "../sql/index.ts"
import { column, type ColumnBuilder } from "./column-builder.ts"
import { requireMode } from "./type-options.ts"
import type { IsoDate, IsoDateTime } from "./types.ts"

type RangeBuilder<T> = ColumnBuilder<Range<T>, false, false, "range">
type MultirangeBuilder<T> = ColumnBuilder<Range<T>[], false, false, "multirange">

interface NumberMode {
  readonly mode: "number"
}
interface DateMode {
  readonly mode: "date"
}
interface StringMode {
  readonly mode: "string"
}

function rangeOf(sqlName: string, element: SqlType): RangeBuilder<any> {
  return column<Range<any>, "range">({ kind: "range", sqlName, element })
}
function multirangeOf(sqlName: string, element: SqlType): MultirangeBuilder<any> {
  return column<Range<any>[], "multirange">({ kind: "multirange", sqlName, element })
}
const modes = { bigint: "number", numeric: "number", timestamp: "date", timestamptz: "string" } as const
function element(kind: keyof typeof modes, options: { readonly mode?: SqlType["mode"] } | undefined): SqlType {
  requireMode(`a range of ${kind}`, options?.mode, modes[kind])
  return options?.mode === undefined ? { kind } : { kind, mode: options.mode }
}

/** A range of whole numbers of 32 bits. @example int4range().default(range(1, 5)) */
export function int4range(): RangeBuilder<number> {
  return rangeOf("int4range", { kind: "integer" })
}
/** A range of whole numbers of 64 bits: of `bigint`, or with `mode: "number"` of numbers. */
export function int8range(): RangeBuilder<bigint>
export function int8range(options: NumberMode): RangeBuilder<number>
export function int8range(options?: NumberMode): RangeBuilder<any> {
  return rangeOf("int8range", element("bigint", options))
}
/** A range of exact decimals: of strings, or with `mode: "number"` of numbers, which may round. */
export function numrange(): RangeBuilder<string>
export function numrange(options: NumberMode): RangeBuilder<number>
export function numrange(options?: NumberMode): RangeBuilder<any> {
  return rangeOf("numrange", element("numeric", options))
}
/** A range of calendar days. */
export function daterange(): RangeBuilder<IsoDate> {
  return rangeOf("daterange", { kind: "date" })
}
/** A range of wall clocks without a zone: of strings, or with `mode: "date"` of `Date`s that take them as UTC. */
export function tsrange(): RangeBuilder<IsoDateTime>
export function tsrange(options: DateMode): RangeBuilder<Date>
export function tsrange(options?: DateMode): RangeBuilder<any> {
  return rangeOf("tsrange", element("timestamp", options))
}
/** A range of moments: of `Date`s, or with `mode: "string"` of ISO strings with every digit. */
export function tstzrange(): RangeBuilder<Date>
export function tstzrange(options: StringMode): RangeBuilder<string>
export function tstzrange(options?: StringMode): RangeBuilder<any> {
  return rangeOf("tstzrange", element("timestamptz", options))
}

/** A list of ranges of whole numbers of 32 bits, which the database sorts and joins where they touch. */
export function int4multirange(): MultirangeBuilder<number> {
  return multirangeOf("int4multirange", { kind: "integer" })
}
/** A list of ranges of whole numbers of 64 bits: of `bigint`, or with `mode: "number"` of numbers. */
export function int8multirange(): MultirangeBuilder<bigint>
export function int8multirange(options: NumberMode): MultirangeBuilder<number>
export function int8multirange(options?: NumberMode): MultirangeBuilder<any> {
  return multirangeOf("int8multirange", element("bigint", options))
}
/** A list of ranges of exact decimals: of strings, or with `mode: "number"` of numbers, which may round. */
export function nummultirange(): MultirangeBuilder<string>
export function nummultirange(options: NumberMode): MultirangeBuilder<number>
export function nummultirange(options?: NumberMode): MultirangeBuilder<any> {
  return multirangeOf("nummultirange", element("numeric", options))
}
/** A list of ranges of calendar days. */
export function datemultirange(): MultirangeBuilder<IsoDate> {
  return multirangeOf("datemultirange", { kind: "date" })
}
/** A list of ranges of wall clocks without a zone: of strings, or with `mode: "date"` of `Date`s that take them as UTC. */
export function tsmultirange(): MultirangeBuilder<IsoDateTime>
export function tsmultirange(options: DateMode): MultirangeBuilder<Date>
export function tsmultirange(options?: DateMode): MultirangeBuilder<any> {
  return multirangeOf("tsmultirange", element("timestamp", options))
}
/** A list of ranges of moments: of `Date`s, or with `mode: "string"` of ISO strings with every digit. */
export function tstzmultirange(): MultirangeBuilder<Date>
export function tstzmultirange(options: StringMode): MultirangeBuilder<string>
export function tstzmultirange(options?: StringMode): MultirangeBuilder<any> {
  return multirangeOf("tstzmultirange", element("timestamptz", options))
}
