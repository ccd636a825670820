import type { SqlType } from "../types/type.ts"

/** How one row of raw values becomes one value: a tree over the columns of the result. */
export type Shape = ValueShape | EntityShape | ObjectShape | DeclaredShape

/** One column. `json` says that the value was built by the database as JSON and holds what the inner shape describes. */
export interface ValueShape {
  readonly kind: "value"
  readonly index: number
  readonly type: SqlType | undefined
  /** The name of the expression for messages, `post.title` for a column. */
  readonly label: string
  readonly json?: JsonShape
}

/** A row of a model: `columns[i]` stands at `offset + i`. */
export interface EntityShape {
  readonly kind: "entity"
  readonly offset: number
  readonly entity: EntitySource
  /** All columns null means that an outer join found nothing: then the value is null. */
  readonly optional: boolean
  /** It becomes an instance that no session knows. */
  readonly detached?: true
}

export interface ObjectShape {
  readonly kind: "object"
  readonly keys: readonly string[]
  readonly values: readonly Shape[]
  /** Set for a row that an outer join may leave empty: the value is null when all of these columns are. */
  readonly optional?: { readonly offset: number; readonly width: number }
}

/** The columns of text, as its author declares them: a row is an object by their names, or a list by their places. */
export interface DeclaredShape {
  readonly kind: "declared"
  readonly by: "name" | "place"
  readonly columns: readonly { readonly name: string; readonly type: SqlType; readonly nullable: boolean }[]
}

/** What a JSON value built by the database holds. */
export type JsonShape =
  | { readonly kind: "value"; readonly type: SqlType | undefined }
  | { readonly kind: "object"; readonly keys: readonly string[]; readonly values: readonly JsonShape[] }
  | { readonly kind: "array"; readonly element: JsonShape }
  /** An object of any number of properties whose values are alike. */
  | { readonly kind: "record"; readonly element: JsonShape }
  /** A list of a fixed length whose elements differ. */
  | { readonly kind: "tuple"; readonly elements: readonly JsonShape[] }
  /** A model's row as an object by property names, or null when `optional`. It becomes an instance that no session knows. */
  | { readonly kind: "entity"; readonly entity: EntitySource; readonly optional: boolean }

/** What the expression layer needs to know of a model to select its rows. Implemented by the schema layer. */
export interface EntitySource {
  /** The table's name, for messages. */
  readonly name: string
  /** The class whose instances rows become. */
  readonly entityClass: abstract new (...args: never[]) => object
  readonly properties: readonly EntityProperty[]
  /** Indexes into `properties` of the primary key's columns, in key order; empty for a source without a key. */
  readonly keyIndexes: readonly number[]
  /** An instance that no session knows, made without its constructor; `values[i]` belongs to `properties[i]`. */
  instantiate(values: readonly unknown[]): object
}

export interface EntityProperty {
  /** The property's name in JavaScript. */
  readonly key: string
  /** The column's name in the database. */
  readonly column: string
  readonly type: SqlType
  readonly nullable: boolean
}
