/**
 * How the values of one SQL type travel between JavaScript and one database.
 *
 * Null never reaches a codec. `raw` is what the driver hands over: on PostgreSQL the server's text form (a string) for
 * every type, or for those that {@link readsBinary} what was made of its binary form; on SQLite a number, bigint, string or Uint8Array. `decode(encode(value))` equals `value`, so an encoded
 * parameter may stand wherever a raw value does (the unit of work keeps rows raw and compares by `same`).
 */
export interface Codec<T = unknown> {
  /**
   * The driver's parameter for a value: an immutable primitive, or a fresh Uint8Array.
   * @throws ValueError when the type cannot hold the value (wrong type, NaN, out of range, invalid Date, NUL in text).
   */
  encode(value: T): string | number | bigint | boolean | Uint8Array
  /** The value for a raw one, as a column of a result. */
  decode(raw: unknown): T
  /** The value for one that came inside JSON built by the database (see {@link SqlDialect.jsonValue}), after `JSON.parse`. */
  decodeJson(value: unknown): T
  /** Raw values may also be what a driver makes of the binary form in which its server sends the type. */
  readonly readsBinary?: true
  /** Whether a raw value still is `value`; must see changes made inside objects. */
  same(raw: unknown, value: T): boolean
}
