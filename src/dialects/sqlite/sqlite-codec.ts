import type { Codec } from "../../sql/index.ts"

/** A codec that can also write a value as an element of an array, which SQLite stores as JSON. */
export interface SqliteCodec<T = any> extends Codec<T> {
  /** The element's JSON text. */
  elementText(value: T): string
  /** The value for an element that {@link elementText} wrote, after `JSON.parse`. */
  fromElement(value: unknown): T
}
