/**
 * What values of one SQL type are, whatever the database: shared by the codecs of all dialects.
 * `C` is the canonical form of a value, from which a dialect makes its parameter.
 */
export interface ValueRules<T, C = T> {
  /** The canonical form of a value. @throws ValueError when the type cannot hold it. */
  check(value: unknown): C
  /** The value that a raw one or one inside JSON stands for. @throws ValueError when it is of another type. */
  read(raw: unknown): T
}
