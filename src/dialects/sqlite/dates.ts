import { CastNode, FunctionNode, type OperationNode, RawNode, ValueNode } from "kysely"
import { UnsupportedError } from "../../errors/index.ts"
import type { DateField, DateUnit, ExpressionSpelling, SqlType } from "../../sql/index.ts"
import { raw } from "../raw-node.ts"

/** Fields and units of dates and times, which are ISO text of a fixed length. */
export const sqliteDates: Pick<ExpressionSpelling, "extract" | "dateTrunc" | "castMoment"> = {
  extract(field, of, type) {
    if (type?.kind === "interval") throw unsupported("a field of an interval")
    if (field === "second") return secondOf(of, type)
    if (field === "epoch") return FunctionNode.create("unixepoch", [of, literal("subsec")])
    if (field === "quarter") return raw`(cast(strftime('%m', ${of}) as integer) + 2) / 3`
    const format = formats[field]
    if (format === undefined) throw unsupported(`the ${field} of a date`)
    return CastNode.create(FunctionNode.create("strftime", [literal(format), of]), RawNode.createWithSql("integer"))
  },

  dateTrunc(unit, of, type, zone) {
    if (zone !== undefined) throw unsupported("time zones")
    if (type === undefined || !isDated(type)) throw unsupported(`the ${unit} of ${type?.kind ?? "what is of no known type"}`)
    if (clockFormats[unit] !== undefined && type.kind !== "date") return clockTrunc(clockFormats[unit], of, type)
    const day = firstDay(unit, of)
    return type.kind === "date" ? day : raw`${day} || ${RawNode.createWithSql(`'T00:00:00${tail(type)}'`)}`
  },

  // CAST leaves text as it is, and every type of dates and times has text of its own. A moment's zone is UTC.
  castMoment(of, from, to) {
    if (from === undefined || !isDated(from)) return undefined
    if (to.kind === "date") return dateOf(of)
    if (to.kind === "time" && from.kind !== "date") return withDigits(of, 12, from, digitsOf(to))
    if (!isDated(to)) return undefined
    return from.kind === "date" ? followed(of, `T00:00:00${tail(to)}`) : withDigits(of, 1, from, digitsOf(to), tail(to).endsWith("Z"))
  },
}

const formats: Readonly<Partial<Record<DateField, string>>> = {
  year: "%Y",
  month: "%m",
  day: "%d",
  hour: "%H",
  minute: "%M",
  dow: "%w",
  doy: "%j",
  isodow: "%u",
  isoyear: "%G",
  week: "%V",
}

/** The second with all the digits that are stored, of which SQLite's own functions see three. */
function secondOf(text: OperationNode, type: SqlType | undefined): OperationNode {
  const part = FunctionNode.create("substr", [
    text,
    ValueNode.createImmediate(type?.kind === "time" ? 7 : 18),
    ValueNode.createImmediate(9),
  ])
  return CastNode.create(part, RawNode.createWithSql("real"))
}

function literal(text: string): ValueNode {
  return ValueNode.createImmediate(text)
}

function isDated({ kind }: SqlType): boolean {
  return kind === "date" || kind === "timestamp" || kind === "timestamptz"
}

const clockFormats: Readonly<Partial<Record<DateUnit, string>>> = {
  hour: "%Y-%m-%dT%H:00:00",
  minute: "%Y-%m-%dT%H:%M:00",
  second: "%Y-%m-%dT%H:%M:%S",
}

function clockTrunc(format: string, text: OperationNode, type: SqlType): OperationNode {
  return FunctionNode.create("strftime", [literal(`${format}${tail(type)}`), text])
}

/** What follows a whole second in stored text: as many digits as the type keeps, and the zone. */
function tail({ kind, mode }: SqlType): string {
  const zoned = kind === "timestamptz"
  const isDate = zoned ? mode !== "string" : mode === "date"
  return `.${isDate ? "000" : "000000"}${zoned ? "Z" : ""}`
}

/** How many digits of a second the stored text has. */
function digitsOf(type: SqlType): 3 | 6 {
  return type.kind === "time" || tail(type).startsWith(".000000") ? 6 : 3
}

/** A moment's text from a place on, with the digits of another type. */
function withDigits(text: OperationNode, start: number, from: SqlType, digits: 3 | 6, zoned = false): OperationNode {
  const kept = Math.min(digitsOf(from), digits)
  const part = FunctionNode.create("substr", [text, ValueNode.createImmediate(start), ValueNode.createImmediate(21 - start + kept)])
  const missing = `${"0".repeat(digits - kept)}${zoned ? "Z" : ""}`
  return missing === "" ? part : followed(part, missing)
}

function followed(node: OperationNode, text: string): OperationNode {
  return raw`${node} || ${literal(text)}`
}

function firstDay(unit: DateUnit, text: OperationNode): OperationNode {
  switch (unit) {
    case "day":
      return dateOf(text)
    case "week":
      return dateOf(text, literal("weekday 0"), literal("-6 days"))
    case "month":
      return dateOf(text, literal("start of month"))
    case "quarter":
      return dateOf(text, literal("start of month"), raw`(-(cast(strftime('%m', ${text}) as integer) - 1) % 3) || ' months'`)
    case "year":
      return dateOf(text, literal("start of year"))
    default:
      throw unsupported(`the ${unit} of a date`)
  }
}

function dateOf(...args: readonly OperationNode[]): OperationNode {
  return FunctionNode.create("date", args)
}

function unsupported(what: string): UnsupportedError {
  return new UnsupportedError(`SQLite does not know ${what}`, { hint: "compute it in the application, or run this on PostgreSQL" })
}
