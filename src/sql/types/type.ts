import type { OperationNode } from "kysely"

/** The kinds of SQL types that Rebis declares. A dialect maps each to a type name and a codec. */
export type TypeKind =
  | "smallint"
  | "integer"
  | "bigint"
  | "numeric"
  | "real"
  | "double"
  | "text"
  | "varchar"
  | "char"
  | "boolean"
  | "uuid"
  | "date"
  | "time"
  | "timetz"
  | "timestamp"
  | "timestamptz"
  | "interval"
  | "json"
  | "jsonb"
  | "bytea"
  | "oid"
  | "xid"
  | "inet"
  | "cidr"
  | "macaddr"
  | "macaddr8"
  | "bit"
  | "varbit"
  | "hstore"
  | "tsvector"
  | "tsquery"
  | "point"
  | "line"
  | "lseg"
  | "box"
  | "path"
  | "polygon"
  | "circle"
  | "money"
  | "xml"
  | "enum"
  | "composite"
  | "array"
  | "range"
  | "multirange"
  | "custom"

/** How values of a type appear in JavaScript, where there is a choice. */
export type TypeMode = "default" | "number" | "bigint" | "string" | "date"

/**
 * A SQL type, independent of the database: a plain value that columns, expressions and parameters carry.
 * `T` is the JavaScript type of its values, never including null.
 *
 * Two types are the same when all their fields are; {@link typeKey} is that identity as a string.
 */
export interface SqlType<T = unknown> {
  readonly kind: TypeKind
  readonly mode?: TypeMode
  /** `varchar(length)` and `char(length)` in characters, `bit(length)` and `varbit(length)` in bits. */
  readonly length?: number
  /** `numeric(precision, scale)`; also the fractional digits of time types. */
  readonly precision?: number
  readonly scale?: number
  /**
   * Its length, precision and scale say how a database keeps it, and limit nothing: the type of an operand, or of a result.
   * A bigint is one of any size then, such as a sum of bigints.
   */
  readonly unlimited?: true
  /** `enum`: its name and schema in the database and its labels in order. */
  readonly enumName?: string
  readonly enumSchema?: string
  readonly labels?: readonly string[]
  /** `array`: the type of its elements; `range` and `multirange`: of their bounds. */
  readonly element?: SqlType
  /** `composite`: its attributes in the database's order. */
  readonly fields?: readonly CompositeField[]
  /** The name of a domain over the type, as the database spells it: values are those of the type. */
  readonly domain?: string
  /** The type's name as the database spells it: of a `custom` type, a composite one, a range, hstore. */
  readonly sqlName?: string
  /** A user's own form of the type's values. */
  readonly codec?: CustomCodec<any>
  /** Only for the compiler. */
  readonly $value?: T
}

/** An attribute of a composite type. */
export interface CompositeField {
  /** The property in JavaScript. */
  readonly key: string
  /** The attribute in the database. */
  readonly name: string
  readonly type: SqlType
  readonly nullable: boolean
}

/**
 * A codec of a user's own on top of a type: it makes values of that type of the user's values, and back. Of a `custom` type
 * without `via` they are what the driver takes and gives.
 */
export interface CustomCodec<T> {
  readonly encode: (value: T) => unknown
  readonly decode: (given: any) => T
  /** The type whose values travel, where it is not the column's own. */
  readonly via?: SqlType
  /** What stands around a parameter, and around what is read: with them `via` says what is written and read. */
  readonly toSql?: SqlWrapper
  readonly fromSql?: SqlWrapper
  /** It changes nothing that fits, and refuses the rest. */
  readonly validates?: true
}

/** SQL around an expression. The context is the one of the statement's lowering. */
export type SqlWrapper = (node: OperationNode, context: object) => OperationNode

/** The type whose values travel for a type with a codec of its own; `undefined` when they are the driver's. */
export function travellingType(type: SqlType): SqlType | undefined {
  const { codec, ...own } = type
  if (codec?.via !== undefined) return codec.via
  return type.kind === "custom" ? undefined : codec === undefined ? type : own
}

/** The type without length, precision and scale, since a cast to those would cut or round without a word, and without its domain. */
export function unmodified({ length: _, precision: __, scale: ___, unlimited, domain: ____, element, ...rest }: SqlType): SqlType {
  const type = unlimited === true && rest.kind === "bigint" ? { ...rest, unlimited } : rest
  return element === undefined ? type : { ...type, element: unmodified(element) }
}

const unlimitedTypes = new WeakMap<SqlType, SqlType>()

/** The type of what is compared or computed with values of a type: only what is stored is limited by length, precision and scale. */
export function unlimited(type: SqlType): SqlType {
  const element = type.kind === "array" ? type.element : undefined
  if (type.length === undefined && type.precision === undefined && type.domain === undefined && element === undefined) return type
  let wide = unlimitedTypes.get(type)
  if (wide === undefined) {
    const { domain: _, ...base } = type
    wide = { ...base, unlimited: true, ...(element === undefined ? {} : { element: unlimited(element) }) }
    unlimitedTypes.set(type, wide)
  }
  return wide
}

/** Whether two types are the same one to the database, whatever their lengths and how their values appear in JavaScript. */
export function isSameType(a: SqlType, b: SqlType): boolean {
  if (a.kind === b.kind && a.element !== undefined && b.element !== undefined) return isSameType(a.element, b.element)
  return family(a) === family(b) && a.enumName === b.enumName && a.enumSchema === b.enumSchema && a.sqlName === b.sqlName
}

function family({ kind }: SqlType): TypeKind {
  return kind === "varchar" ? "text" : kind
}

const codecNumbers = new WeakMap<object, number>()
let codecs = 0

function codecNumber(codec: object): number {
  let number = codecNumbers.get(codec)
  if (number === undefined) codecNumbers.set(codec, (number = ++codecs))
  return number
}

const keys = new WeakMap<SqlType, string>()

/** The identity of a type as a string: equal for equal types. Used to cache codecs. */
export function typeKey(type: SqlType): string {
  let key = keys.get(type)
  if (key === undefined) {
    key = [
      type.kind,
      type.mode ?? "",
      type.length ?? "",
      type.precision ?? "",
      type.scale ?? "",
      type.unlimited === true ? "unlimited" : "",
      type.enumSchema ?? "",
      type.enumName ?? "",
      type.labels ? JSON.stringify(type.labels) : "",
      type.element ? `<${typeKey(type.element)}>` : "",
      type.sqlName ?? "",
      type.domain ?? "",
      type.codec === undefined ? "" : codecNumber(type.codec),
      type.fields ? JSON.stringify(type.fields.map(({ key, nullable, type: each }) => [key, nullable, typeKey(each)])) : "",
    ].join("|")
    keys.set(type, key)
  }
  return key
}
