import { quoteIdentifier } from "../values/type-spelling.ts"

const numbers = new Set(["smallint", "integer", "bigint", "numeric", "real", "double precision"])
const texts = new Set(["text", "character varying", "character", "varchar", "bpchar"])
const moments = new Set(["date", "timestamp without time zone", "timestamp with time zone", "timestamp", "timestamptz"])
const documents = new Set(["json", "jsonb"])

/**
 * `cast("column" as type)`, where there is no assignment cast between the types. Where there is one it is left to the server:
 * an explicit cast to `varchar(10)` cuts what is longer, an assignment refuses it.
 */
export function conversion(column: string, from: string, to: string): string | undefined {
  const [source, target] = [baseType(from), baseType(to)]
  if (source === target || texts.has(target)) return undefined
  if ([numbers, moments, documents].some((family) => family.has(source) && family.has(target))) return undefined
  return `cast(${quoteIdentifier(column)} as ${to})`
}

/** Without length, precision and scale: `numeric(10,2)[]` is `numeric[]`. */
function baseType(type: string): string {
  return type.replace(/ ?\([^)]*\)/, "")
}
