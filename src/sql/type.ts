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
  | "boolean"
  | "uuid"
  | "date"
  | "time"
  | "timestamp"
  | "timestamptz"
  | "interval"
  | "json"
  | "jsonb"
  | "bytea"
  | "enum"
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
  /** `varchar(length)` in characters. */
  readonly length?: number
  /** `numeric(precision, scale)`; also the fractional digits of time types. */
  readonly precision?: number
  readonly scale?: number
  /** Its length, precision and scale say how a database keeps it, and limit nothing: the type of an operand, or of a result. */
  readonly unlimited?: true
  /** `enum`: its name and schema in the database and its labels in order. */
  readonly enumName?: string
  readonly enumSchema?: string
  readonly labels?: readonly string[]
  /** `array`: the type of its elements; `range` and `multirange`: of their bounds. */
  readonly element?: SqlType
  /** `custom`: the type's name as the database spells it, and how values travel. Ranges have a name too. */
  readonly sqlName?: string
  readonly codec?: CustomCodec<any>
  /** Only for the compiler. */
  readonly $value?: T
}

/** A codec that a user brings for a `custom` type: what the driver is given, and what is made of the server's text. */
export interface CustomCodec<T> {
  readonly encode: (value: T) => string | number | bigint | boolean | Uint8Array | null
  readonly decode: (raw: unknown) => T
}

/** The type without length, precision and scale: a cast to those would cut or round without a word. */
export function unmodified({ length: _, precision: __, scale: ___, unlimited: ____, element, ...type }: SqlType): SqlType {
  return element === undefined ? type : { ...type, element: unmodified(element) }
}

const unlimitedTypes = new WeakMap<SqlType, SqlType>()

/** The type of what is compared or computed with values of a type: only what is stored is limited by length, precision and scale. */
export function unlimited(type: SqlType): SqlType {
  const element = type.kind === "array" ? type.element : undefined
  if (type.length === undefined && type.precision === undefined && element === undefined) return type
  let wide = unlimitedTypes.get(type)
  if (wide === undefined) {
    wide = { ...type, unlimited: true, ...(element === undefined ? {} : { element: unlimited(element) }) }
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
    ].join("|")
    keys.set(type, key)
  }
  return key
}
