import { DefinitionError } from "../errors/index.ts"
import type { CustomCodec, SqlType } from "../sql/index.ts"
import { ColumnBuilder } from "./column-builder.ts"

/** A type of columns whose values have a form of the application's own. */
export interface CodecType<T, Kind extends string> {
  (): ColumnBuilder<T, false, false, Kind>
  readonly type: SqlType<T>
}

/** How a column's values become those of an application, and back. `W` is what is written and read. */
export interface CodecOptions<T, B, W, Kind extends string> {
  /** The type of the column: one of Rebis, or one of the database by its name. */
  readonly sqlType: string | Base<B, Kind>
  /**
   * The type whose values are written and read, where it is not that of the column. Of a type by its name these are what the driver
   * has unless this says more: text on PostgreSQL.
   */
  readonly via?: Base<W>
  /** What is written for a value; null for one that is NULL in the database. It is called often, also for values that did not change. */
  readonly encode: (value: T) => NoInfer<W> | null
  /** The value for what is read; never called for NULL. */
  readonly decode: (value: NoInfer<W>) => T
}

type Base<V, Kind extends string = string> = ColumnBuilder<V, false, false, Kind>

/**
 * A column type whose values have a form of the application's own: a class, a branded string, another unit. It stands on a type of
 * Rebis, whose values are what is written and read, or on a type of the database by its name.
 *
 * @example
 * const amount = codec({ sqlType: numeric({ precision: 12, scale: 2 }), encode: (of: Money) => of.text, decode: (text) => new Money(text) })
 * const citext = codec({ sqlType: "citext", via: text(), encode: (value: string) => value, decode: (value) => value })
 * class Order extends Base.model("order", { id: integer().primaryKey().identity(), total: amount(), code: citext().unique() }) {}
 * @throws DefinitionError for a type or functions that are none
 */
export function codec<T, B = unknown, W = B, Kind extends string = "custom">(options: CodecOptions<T, B, W, Kind>): CodecType<T, Kind> {
  const { sqlType, via, encode, decode } = options
  if (typeof encode !== "function" || typeof decode !== "function")
    throw new DefinitionError("codec() needs the functions encode and decode")
  if (via !== undefined && !(via instanceof ColumnBuilder)) throw new DefinitionError("codec(): via is a type, such as text()")
  const own: CustomCodec<any> = { encode, decode, ...(via === undefined ? {} : { via: via.type }) }
  const type = { ...declaredType(sqlType), codec: own } as SqlType<T>
  return Object.assign(() => new ColumnBuilder<T, false, false, Kind>({ type, nullable: false, primaryKey: false }), { type })
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
