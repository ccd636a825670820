import { DefinitionError } from "../errors/index.ts"
import { type CustomCodec, type Expr, type Lowerable, type SqlType, sqlWrapper } from "../sql/index.ts"
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
  /**
   * SQL around a parameter wherever a value meets the database: in inserts, updates and conditions. It is given what `encode` gave and
   * makes a value of the column's type of it. It must have no side effect, and give NULL for NULL.
   * @example toSql: (text) => sql`ST_GeomFromText(${text}, 4326)`
   */
  readonly toSql?: (parameter: Expr<any>) => Lowerable
  /**
   * SQL around an expression of the type wherever its value is read: what is selected, returned or put into JSON. It makes of it what
   * `decode` takes. Conditions, groups and subqueries are of the column itself.
   * @example fromSql: (place) => sql`ST_AsText(${place})`
   */
  readonly fromSql?: (expression: Expr<any>) => Lowerable
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
 * const secret = codec({
 *   sqlType: bytea(),
 *   via: text(),
 *   encode: (value: string) => value,
 *   decode: (value) => value,
 *   toSql: (value) => sql`pgp_sym_encrypt(${value}, ${key})`,
 *   fromSql: (stored) => sql`pgp_sym_decrypt(${stored}, ${key})`,
 * })
 * @throws DefinitionError for a type or functions that are none
 */
export function codec<T, B = unknown, W = B, Kind extends string = "custom">(options: CodecOptions<T, B, W, Kind>): CodecType<T, Kind> {
  const { sqlType, via, encode, decode, toSql, fromSql } = options
  if (typeof encode !== "function" || typeof decode !== "function")
    throw new DefinitionError("codec() needs the functions encode and decode")
  if (via !== undefined && !(via instanceof ColumnBuilder)) throw new DefinitionError("codec(): via is a type, such as text()")
  const own: CustomCodec<any> = {
    encode,
    decode,
    ...(via === undefined ? {} : { via: via.type }),
    ...(toSql === undefined ? {} : { toSql: sqlWrapper(toSql, "toSql", via?.type) }),
    ...(fromSql === undefined ? {} : { fromSql: sqlWrapper(fromSql, "fromSql", undefined) }),
  }
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
