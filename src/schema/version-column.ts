import { DefinitionError } from "../errors/index.ts"
import { hasOwnSql, type SqlType } from "../sql/index.ts"

/**
 * Who says the version of a row: the session counts (`counter`) or takes the moment (`moment`), a trigger (`database`), or the
 * server by a column that every table has (`system`).
 */
export type VersionKind = "counter" | "moment" | "database" | "system"

/** @throws DefinitionError for a type whose next value is not known */
export function versionKind(type: SqlType, by: "application" | "database"): VersionKind {
  if (by === "database") return "database"
  const { kind, mode, precision } = type
  if (type.codec === undefined && (kind === "smallint" || kind === "integer" || kind === "bigint")) return "counter"
  const isDate = kind === "timestamptz" ? mode !== "string" : kind === "timestamp" && mode === "date"
  if (type.codec !== undefined || !isDate) {
    throw new DefinitionError(`version() is for whole numbers and for moments that are a Date, not for ${kind}`, {
      hint: 'version({ by: "database" }) takes any type: a trigger gives the value',
    })
  }
  if (precision !== undefined && precision < 3)
    throw new DefinitionError(`version() of a moment needs milliseconds: ${kind} has a precision of ${precision}`)
  return "moment"
}

/** What of a column matters here. */
interface VersionedColumn {
  readonly key: string
  readonly type: SqlType
  readonly options: {
    readonly version?: VersionKind
    readonly concurrencyCheck?: true
    readonly nullable: boolean
    readonly primaryKey: boolean
  }
}

/** @throws DefinitionError for a table of two versions, and for a version or checked column that cannot be one */
export function requireVersion(columns: readonly VersionedColumn[], table: string): void {
  const versions = columns.filter(({ options }) => options.version !== undefined)
  if (versions.length > 1) {
    throw new DefinitionError(`table ${table} has two versions: ${versions.map(({ key }) => `"${key}"`).join(" and ")}`, {
      hint: "keep one of them; others can be checked too with concurrencyCheck()",
    })
  }
  for (const { key, type, options } of columns) {
    if (options.version === undefined && options.concurrencyCheck === undefined) continue
    const where = `column "${key}" of table ${table}`
    if (options.version !== undefined && (options.nullable || options.primaryKey))
      throw new DefinitionError(`${where} is a version: it cannot be nullable or in the primary key`)
    if (hasOwnSql(type) || type.kind === "json")
      throw new DefinitionError(`${where} cannot be compared with what was loaded: ${type.kind} has no equality to rely on`)
  }
}
