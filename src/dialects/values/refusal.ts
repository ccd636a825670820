import { ValueError } from "../../errors/index.ts"

const longest = 40

/** A value as messages show it: short, on one line. */
export function brief(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.length > longest ? `${value.slice(0, longest)}…` : value)
    case "bigint":
      return cut(`${value}n`)
    case "function":
      return "a function"
    case "object":
      return briefObject(value)
    default:
      return cut(Object.is(value, -0) ? "-0" : String(value))
  }
}

function briefObject(value: object | null): string {
  if (value === null) return "null"
  if (Array.isArray(value)) return "an array"
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "an invalid Date" : `Date ${value.toISOString()}`
  if ("bounds" in value && "lower" in value && "upper" in value) return briefRange(value)
  const name: unknown = value.constructor?.name
  return typeof name === "string" && name !== "Object" && name !== "" ? `an object of ${cut(name)}` : "an object"
}

function briefRange({ lower, upper, bounds }: { readonly lower: unknown; readonly upper: unknown; readonly bounds: unknown }): string {
  const bound = (value: unknown) => (value === null ? "" : value instanceof Date ? brief(value).slice(5) : brief(value))
  const [opening = "", closing = ""] = String(bounds)
  return bounds === "empty" ? "an empty range" : `the range ${opening}${bound(lower)}, ${bound(upper)}${closing}`
}

function cut(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

/** The error for a value of the right JavaScript type that the SQL type cannot hold. */
export function cannotHold(typeLabel: string, value: unknown, reason: string, hint?: string): ValueError {
  return new ValueError(`${typeLabel} cannot hold ${brief(value)}: ${reason}`, hint === undefined ? {} : { hint })
}

/** The error for a value of another JavaScript type than the SQL type's. */
export function wrongType(typeLabel: string, value: unknown, expected: string): ValueError {
  return new ValueError(`${typeLabel} takes ${expected}, not ${brief(value)}`)
}

/** The error for something the database gave that is not of the type it was read as. */
export function unreadable(typeLabel: string, raw: unknown, hint?: string): ValueError {
  return new ValueError(`${brief(raw)} from the database is not readable as ${typeLabel}`, hint === undefined ? {} : { hint })
}
