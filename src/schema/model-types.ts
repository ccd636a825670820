import type { ColumnsOf, source, Source, SourceInfo } from "../sql/index.ts"
import type { AnyColumnBuilder, ColumnBuilder } from "./column-builder.ts"
import type { MetaData } from "./metadata.ts"
import type { TableItem } from "./table-item.ts"
import type { Table } from "./table.ts"

/** A model's columns as they are declared. */
export type ColumnShape = Record<string, AnyColumnBuilder>

type ValueOf<C> = C extends ColumnBuilder<infer T, infer N, any, any, any, any> ? (N extends true ? T | null : T) : never
type OptionalKeys<S> = { [K in keyof S]: S[K] extends ColumnBuilder<any, any, true, any, any, any> ? K : never }[keyof S]

/** A row in JavaScript: what instances of the model hold. */
export type RowShape<S> = { -readonly [K in keyof S]: ValueOf<S[K]> }
/** What a new row needs: columns that are nullable or have a default may be left out. */
export type InsertShape<S> = { [K in Exclude<keyof S, OptionalKeys<S>>]: ValueOf<S[K]> } & { [K in OptionalKeys<S>]?: ValueOf<S[K]> }

/** A model before its class is derived: construct it, select from it, extend it. */
export interface Model<Name extends string, S extends ColumnShape> extends Source<Name> {
  new (values: InsertShape<S>): RowShape<S>
  readonly tableName: Name
  /** The columns by property, for statements. */
  readonly c: ColumnsOf<RowShape<S>, Name>
  /** The table as metadata knows it. */
  readonly table: Table
  readonly [source]: SourceInfo
  /** Only for the compiler. */
  readonly $columns: S
}

// ---------------------------------------------------------------- conventions

/** An error of the compiler that says which convention is broken. */
export interface Violation<Message extends string> {
  readonly convention: Message
}

type Camel<N extends string> = N extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : N
type KeyName<T extends string, C extends string> = `${Camel<T>}${Capitalize<Camel<C>>}`

type CheckedName<K, C> = K extends `${string}_${string}`
  ? Violation<`column '${K}' must be camelCase; its column in the database is snake_case by itself`>
  : C extends { readonly $kind: "timestamptz" | "timestamp" }
    ? K extends `${string}At`
      ? C
      : Violation<`datetime column '${K & string}' must end in 'At'`>
    : C extends { readonly $kind: "date" }
      ? K extends `${string}Date`
        ? C
        : Violation<`date column '${K & string}' must end in 'Date'`>
      : C

type CheckedReference<Name extends string, K, C, Reference> = [Reference] extends [never]
  ? CheckedName<K, C>
  : Reference extends `${infer T}.${infer R}`
    ? string extends T
      ? CheckedName<K, C>
      : T extends Name
        ? K extends `${string}${Capitalize<Camel<R>>}`
          ? CheckedName<K, C>
          : Violation<`foreign key '${K & string}' must end in '${Capitalize<Camel<R>>}'`>
        : K extends KeyName<T, R> | `${string}${Capitalize<KeyName<T, R>>}`
          ? CheckedName<K, C>
          : Violation<`foreign key '${K & string}' must be named after what it points at: '${KeyName<T, R>}'`>
    : CheckedName<K, C>

/** The columns themselves where they follow the conventions, a {@link Violation} where they do not. */
export type Conventional<Name extends string, S> = {
  [K in keyof S]: S[K] extends ColumnBuilder<any, any, any, any, infer Reference, any> ? CheckedReference<Name, K, S[K], Reference> : S[K]
}
export type ConventionalName<N extends string> =
  N extends Lowercase<N>
    ? N extends `${string}${" " | "-" | "."}${string}`
      ? Violation<`table '${N}' must be lower snake_case`>
      : N
    : Violation<`table '${N}' must be lower snake_case`>

/** The third argument of `model`: constraints and indexes over the table's columns. */
export type TableItems<Name extends string, S> = (table: ColumnsOf<RowShape<S>, Name>) => readonly TableItem[]

/** What the fourth argument of `Base.model` may say of a table. */
export interface ModelOptions {
  /** The schema that the table stands in; the connection's default one without it. */
  readonly schema?: string
  readonly comment?: string
}

/** `declarativeBase()`: models whose names the compiler checks. */
export interface StrictBase extends BaseMembers {
  /**
   * Declares a table and its class.
   * @example
   * class Post extends Base.model("post", { id: integer().primaryKey().identity(), title: text().index() }) {}
   */
  model<const Name extends string, S extends ColumnShape>(
    name: Name & ConventionalName<Name>,
    columns: S & Conventional<Name, S>,
    items?: TableItems<Name, S>,
    options?: ModelOptions,
  ): Model<Name, S>
}

/** `declarativeBase({ conventions: "off" })`: for a database that has its own names. */
export interface FreeBase extends BaseMembers {
  model<const Name extends string, S extends ColumnShape>(
    name: Name,
    columns: S,
    items?: TableItems<Name, S>,
    options?: ModelOptions,
  ): Model<Name, S>
}

interface BaseMembers {
  readonly metadata: MetaData
}
