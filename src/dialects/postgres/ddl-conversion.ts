import { quoteIdentifier } from "../values/type-spelling.ts"

const numbers = new Set(["smallint", "integer", "bigint", "numeric", "real", "double precision"])
const texts = new Set(["text", "character varying", "character", "varchar", "bpchar"])
const moments = new Set(["date", "timestamp without time zone", "timestamp with time zone", "timestamp", "timestamptz"])
const documents = new Set(["json", "jsonb"])

/** Types with casts of their own between some of them. */
const castable = new Set([
  ...[...numbers, ...texts, ...moments, ...documents],
  ...["boolean", "uuid", "bytea", "interval", "time without time zone", "time with time zone", "time", "timetz"],
  ...["bit", "bit varying", "inet", "cidr", "macaddr", "money", "oid", "xml", "name", "jsonpath", "tsvector", "tsquery"],
])

/**
 * `cast("column" as type)`, where there is no assignment cast between the types. Where there is one it is left to the server:
 * an explicit cast to `varchar(10)` cuts what is longer, an assignment refuses it.
 */
export function conversion(column: string, from: string, to: string): string | undefined {
  const [source, target] = [baseType(from), baseType(to)]
  if (source === target || texts.has(target)) return undefined
  if ([numbers, moments, documents].some((family) => family.has(source) && family.has(target))) return undefined
  const value = quoteIdentifier(column)
  // Between an enum and something else there is only the way over its label.
  const isDirect = texts.has(source) || (castable.has(element(source)) && castable.has(element(target)))
  return isDirect ? `cast(${value} as ${to})` : `cast(cast(${value} as ${target.endsWith("[]") ? "text[]" : "text"}) as ${to})`
}

function element(type: string): string {
  return type.replace(/(\[\])+$/, "")
}

/** Without length, precision and scale: `numeric(10,2)[]` is `numeric[]`. */
function baseType(type: string): string {
  return type.replace(/ ?\([^)]*\)/, "")
}
