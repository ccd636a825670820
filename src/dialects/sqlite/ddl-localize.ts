import { createQueryId, RawNode, SqliteQueryCompiler } from "kysely"
import type { ColumnDefinition } from "../../schema/index.ts"
import type { MomentKind, SqlType, TypeKind } from "../../sql/index.ts"
import { sqliteLowering } from "./lowering.ts"
import { typeName } from "./types.ts"

/** PostgreSQL's names of types, as models and the server print them. They are in lower case; a type of SQLite's own is not. */
const kinds: Readonly<Record<string, TypeKind>> = {
  smallint: "smallint",
  int2: "smallint",
  integer: "integer",
  int: "integer",
  int4: "integer",
  bigint: "bigint",
  int8: "bigint",
  numeric: "numeric",
  decimal: "numeric",
  real: "real",
  float4: "real",
  "double precision": "double",
  float8: "double",
  text: "text",
  varchar: "varchar",
  "character varying": "varchar",
  char: "varchar",
  character: "varchar",
  boolean: "boolean",
  bool: "boolean",
  uuid: "uuid",
  date: "date",
  time: "time",
  "time without time zone": "time",
  timestamp: "timestamp",
  "timestamp without time zone": "timestamp",
  timestamptz: "timestamptz",
  "timestamp with time zone": "timestamptz",
  interval: "interval",
  json: "json",
  jsonb: "jsonb",
  bytea: "bytea",
}

/** A column in SQLite's words where it is in PostgreSQL's, so that a migration written on one runs on the other. */
export function localize(column: ColumnDefinition): ColumnDefinition {
  const type = portableType(column.type)
  const { default: value, ...rest } = column
  return {
    ...rest,
    type: type === undefined ? column.type : typeName(type),
    ...(value === undefined ? {} : { default: localDefault(value, type) }),
  }
}

/** The type that a name of PostgreSQL's stands for; `undefined` for one that is taken as it is. */
function portableType(text: string): SqlType | undefined {
  // Arrays are JSON, and a quoted name is that of an enum: text, both of them.
  if (text.endsWith("[]") || /^("(?:[^"]|"")+"\.)?"(?:[^"]|"")+"$/.test(text)) return { kind: "text" }
  const match = /^([a-z][a-z0-9 ]*?)(?:\((\d+)(?:, ?(\d+))?\))?( with(?:out)? time zone)?$/.exec(text)
  if (match === null) return undefined
  const [, name = "", first, second, zone = ""] = match
  const kind = kinds[`${name}${zone}`]
  if (kind === undefined) return undefined
  return kind === "numeric" && first !== undefined ? { kind, precision: Number(first), scale: Number(second ?? 0) } : { kind }
}

const moments: ReadonlySet<unknown> = new Set<MomentKind>(["timestamptz", "timestamp", "date", "time"])

function localDefault(value: string, type: SqlType | undefined): string {
  if (/^(now\(\)|current_timestamp)$/i.test(value) && moments.has(type?.kind)) return nowText(type?.kind as MomentKind)
  if (type?.kind === "boolean" && /^(true|false)$/i.test(value)) return value.toLowerCase() === "true" ? "1" : "0"
  return value
}

function nowText(kind: MomentKind): string {
  return new SqliteQueryCompiler().compileQuery(RawNode.createWithChild(sqliteLowering.now(kind)), createQueryId()).sql
}
