import { camelCase } from "./case.ts"
import type { MetaData } from "./metadata.ts"
import { conventionsFor } from "./model.ts"
import { singularOf } from "./singular.ts"
import type { ForeignKey, Table, TableColumn } from "./table.ts"

/** The conventions, by stable names. */
export type ConventionRule = "snake-case" | "singular-table" | "datetime-at" | "date-date" | "foreign-key-name" | "camel-case-property"

/** A name that does not follow the conventions. */
export interface ConventionFinding {
  readonly rule: ConventionRule
  /** With its schema, where it has one. */
  readonly table: string
  /** The column's name in the database, when the finding is about one. */
  readonly column?: string
  readonly message: string
  readonly hint: string
}

const snakeCaseName = /^[a-z][a-z\d]*(_[a-z\d]+)*$/

/**
 * The names of a metadata that do not follow the conventions: tables in lower snake_case and singular, datetimes in `_at`, dates in
 * `_date`, foreign keys named after what they point at, properties in camelCase. What the compiler cannot see is found here too:
 * explicit names, and models written in JavaScript. Nothing where the base says `conventions: "off"`.
 *
 * @throws DefinitionError when a foreign key's target does not exist.
 */
export function conventionFindings(metadata: MetaData): ConventionFinding[] {
  if (conventionsFor(metadata) === "off") return []
  const { ix, uq, ck, fk, pk } = metadata.namingConvention
  // A convention of the application's own that has capitals means them.
  const checksConstraints = ![ix, uq, ck, fk, pk].some((template) => /[A-Z]/.test(template ?? ""))
  return metadata.tables.flatMap((table) => [
    ...tableFindings(table),
    ...table.columns.flatMap((column) => columnFindings(table, column)),
    ...table.foreignKeys.flatMap((key) => foreignKeyFindings(table, key)),
    ...(checksConstraints ? constraintFindings(table) : []),
  ])
}

function tableFindings(table: Table): ConventionFinding[] {
  const { name, fullName } = table
  if (!snakeCaseName.test(name)) {
    return [
      {
        rule: "snake-case",
        table: fullName,
        message: `table ${fullName} is not in lower snake_case`,
        hint: `call it ${inSnakeCase(name)}`,
      },
    ]
  }
  const singular = singularOf(name)
  if (singular === name) return []
  return [
    {
      rule: "singular-table",
      table: fullName,
      message: `table ${fullName} is in the plural`,
      hint: `call it ${singular}: a row is one of them`,
    },
  ]
}

function columnFindings(table: Table, column: TableColumn): ConventionFinding[] {
  const { name, key } = column
  const at = { table: table.fullName, column: name }
  const where = `${table.fullName}.${name}`
  const found: ConventionFinding[] = []
  if (!snakeCaseName.test(name))
    found.push({ ...at, rule: "snake-case", message: `column ${where} is not in lower snake_case`, hint: `call it ${inSnakeCase(name)}` })
  if (key.includes("_")) {
    found.push({
      ...at,
      rule: "camel-case-property",
      message: `property ${key} of column ${where} is not in camelCase`,
      hint: `call it ${camelCase(key)}`,
    })
  }
  const suffix = suffixes[column.type.kind]
  if (suffix === undefined) return found
  const { rule, what, column: ofColumn, property: ofProperty } = suffix
  if (!name.endsWith(ofColumn)) {
    found.push({
      ...at,
      rule,
      message: `${what} ${where} does not end in ${ofColumn}`,
      hint: `call it ${name}${ofColumn}, or after what happened then`,
    })
  } else if (!key.endsWith(ofProperty)) {
    found.push({
      ...at,
      rule,
      message: `property ${key} of ${what} ${where} does not end in ${ofProperty}`,
      hint: `call it ${camelCase(name)}`,
    })
  }
  return found
}

interface Suffix {
  readonly rule: ConventionRule
  readonly what: string
  readonly column: string
  readonly property: string
}
const datetime: Suffix = { rule: "datetime-at", what: "datetime", column: "_at", property: "At" }
const suffixes: Readonly<Record<string, Suffix | undefined>> = {
  timestamp: datetime,
  timestamptz: datetime,
  date: { rule: "date-date", what: "date", column: "_date", property: "Date" },
}

/** A key over several columns says what it points at by all of them together, so that none is held to it. */
function foreignKeyFindings(table: Table, key: ForeignKey): ConventionFinding[] {
  const [column, second] = key.columns
  const referred = key.referredColumns[0]
  if (column === undefined || referred === undefined || second !== undefined) return []
  const isOwnTable = key.referredTable === table
  const expected = isOwnTable ? referred.name : `${key.referredTable.name}_${referred.name}`
  const follows = column.name.endsWith(`_${expected}`) || (!isOwnTable && column.name === expected)
  if (follows) return []
  const where = `${table.fullName}.${column.name}`
  return [
    {
      rule: "foreign-key-name",
      table: table.fullName,
      column: column.name,
      message: `foreign key ${where} is not named after ${key.referredTable.fullName}.${referred.name}, which it points at`,
      hint: isOwnTable ? `end it in _${expected}, as in parent_${expected}` : `call it ${expected}, or end it in _${expected}`,
    },
  ]
}

function constraintFindings(table: Table): ConventionFinding[] {
  const { primaryKey, uniques, checks, foreignKeys, indexes } = table
  const named = [...(primaryKey === undefined ? [] : [primaryKey]), ...uniques, ...checks, ...foreignKeys, ...indexes]
  // The table's own name is a part of most: one finding for it is enough.
  if (!snakeCaseName.test(table.name)) return []
  const columns = table.columns.filter((column) => !snakeCaseName.test(column.name))
  return named
    .filter(({ name }) => !snakeCaseName.test(name) && !columns.some((column) => name.includes(column.name)))
    .map(({ name }) => ({
      rule: "snake-case",
      table: table.fullName,
      message: `${name} of table ${table.fullName} is not in lower snake_case`,
      hint: `call it ${inSnakeCase(name)}`,
    }))
}

function inSnakeCase(name: string): string {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, "$1_$2")
    .replaceAll(/[^\p{L}\p{N}]+/gu, "_")
    .replaceAll(/^_+|_+$/g, "")
    .toLowerCase()
}
