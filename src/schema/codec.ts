import { DefinitionError } from "../errors/index.ts"
import type { CustomCodec, SqlType } from "../sql/index.ts"
import { ColumnBuilder } from "./column-builder.ts"

/** A type of columns whose values have a form of the application's own. */
export interface CodecType<T, Kind extends string> {
  (): ColumnBuilder<T, false, false, Kind>
  readonly type: SqlType<T>
}

/** What a database's driver takes as a parameter. */
type DriverValue = string | number | bigint | boolean | Uint8Array

interface CodecForms<T, Written, Read> {
  /** What is written for a value; null for one that is NULL in the database. It is called often, and again for a value that it has seen. */
  readonly encode: (value: T) => Written | null
  /** The value for what is read; never called for NULL. */
  readonly decode: (value: Read) => T
}

type Base<V, Kind extends string = string> = ColumnBuilder<V, false, false, Kind>

/**
 * A column type whose values have a form of the application's own: a class, a branded string, another unit. It stands on a type of
 * Rebis, whose values are what is written and read, or on a type of the database by its name.
 *
 * @param options.sqlType the column's type: `numeric()`, or a name as SQL has it, `"citext"`
 * @param options.via the type whose values `encode` gives and `decode` takes, where it is not `sqlType`: of a type by its name these
 *   are what the driver has, text on PostgreSQL, unless this says more
 * @example
 * const amount = codec({ sqlType: numeric({ precision: 12, scale: 2 }), encode: (of: Money) => of.text, decode: (text) => new Money(text) })
 * const citext = codec({ sqlType: "citext", via: text(), encode: (value: string) => value, decode: (value) => value })
 * class Order extends Base.model("order", { id: integer().primaryKey().identity(), total: amount(), code: citext().unique() }) {}
 * @throws DefinitionError for a type or functions that are none
 */
export function codec<T, V, Kind extends string>(options: { readonly sqlType: Base<V, Kind> } & CodecForms<T, V, V>): CodecType<T, Kind>
export function codec<T, V>(
  options: { readonly sqlType: string | Base<any>; readonly via: Base<V> } & CodecForms<T, V, V>,
): CodecType<T, "custom">
export function codec<T>(options: { readonly sqlType: string } & CodecForms<T, DriverValue, unknown>): CodecType<T, "custom">
export function codec(options: CodecDeclaration): CodecType<any, any> {
  const { sqlType, via, encode, decode } = options
  if (typeof encode !== "function" || typeof decode !== "function")
    throw new DefinitionError("codec() needs the functions encode and decode")
  if (via !== undefined && !(via instanceof ColumnBuilder)) throw new DefinitionError("codec(): via is a type, such as text()")
  const own: CustomCodec<any> = { encode, decode, ...(via === undefined ? {} : { via: via.type }) }
  const type: SqlType = { ...declaredType(sqlType), codec: own }
  return Object.assign(() => new ColumnBuilder<any, false, false, any>({ type, nullable: false, primaryKey: false }), { type })
}

interface CodecDeclaration {
  readonly sqlType: string | ColumnBuilder<any, any, any, any, any>
  readonly via?: ColumnBuilder<any, any, any, any, any>
  readonly encode: (value: any) => unknown
  readonly decode: (value: any) => unknown
}

function declaredType(sqlType: unknown): SqlType {
  if (typeof sqlType === "string") return { kind: "custom", sqlName: sqlType }
  if (!(sqlType instanceof ColumnBuilder)) {
    throw new DefinitionError(`codec(): sqlType is a type such as text() or a type's name, not ${String(sqlType)}`)
  }
  if (sqlType.type.codec !== undefined)
    throw new DefinitionError("codec(): sqlType has a codec already", { hint: "put the one function into the other" })
  return sqlType.type
}
