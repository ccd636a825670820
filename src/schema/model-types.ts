import type { ColumnsOf, source, Source, SourceInfo } from "../sql/index.ts"
import type { Conventional, ConventionalName, Conventions } from "./conventional.ts"
import type { MetaData } from "./metadata.ts"
import type { ColumnShape, InstanceShape, NewShape, RowShape, ValueOf } from "./row-shape.ts"
import type { DeclareSubtype } from "./subtype-types.ts"
import type { TableItem } from "./table-item.ts"
import type { Table } from "./table.ts"

/**
 * A model before its class is derived: construct it, select from it, extend it. `D` is the property that says which class of a family
 * a row is of, where the model is the root of one.
 */
export interface Model<
  Name extends string,
  S extends ColumnShape,
  D extends string = never,
  C extends Conventions = "strict",
> extends Source<Name> {
  new (values: NewShape<S, D>): InstanceShape<S, D>
  readonly tableName: Name
  /** The columns by property, for statements. */
  readonly c: ColumnsOf<RowShape<S>, Name>
  /** The table as metadata knows it. */
  readonly table: Table
  readonly [source]: SourceInfo
  /** Only for the compiler. */
  readonly $columns: S
  readonly $discriminator: readonly D[]
  readonly $isPolymorphic: [D] extends [never] ? false : true
  readonly $conventions: C
  /**
   * Declares a subtype: its class derives from this one, has its columns, relations and methods, and rows that the discriminator tells
   * apart. Its own columns stand in the same table, or in one of its own (`table`).
   * @example
   * class Dog extends Animal.subtype("dog", () => Dog, { breed: text().nullable() }) {}
   * class Cat extends Animal.subtype({ identity: "cat", table: "cat" }, () => Cat, { livesLeft: integer() }) {}
   */
  readonly subtype: DeclareSubtype
}

/** The third argument of `model`: constraints and indexes over the table's columns. */
export type TableItems<Name extends string, S> = (table: ColumnsOf<RowShape<S>, Name>) => readonly TableItem[]

/** What the fourth argument of `Base.model` may say of a table. */
export interface ModelOptions<D extends string = string, I = unknown> {
  /** The schema that the table stands in; the connection's default one without it. */
  readonly schema?: string
  readonly comment?: string
  /** The property of the column that says which class a row is of: the model can have subtypes then. */
  readonly polymorphicOn?: D
  /** What that column says in rows of this class itself; an abstract class is without. */
  readonly identity?: I
}

/** `declarativeBase()`: models whose names the compiler checks. */
export interface StrictBase extends BaseMembers {
  /**
   * Declares a table and its class.
   * @example
   * class Post extends Base.model("post", { id: integer().primaryKey().identity(), title: text().index() }) {}
   */
  model<const Name extends string, S extends ColumnShape, const D extends keyof S & string = never>(
    name: Name & ConventionalName<Name>,
    columns: S & Conventional<Name, S>,
    items?: TableItems<Name, S>,
    options?: ModelOptions<D, ValueOf<S[D]>>,
  ): Model<Name, S, D>
}

/** `declarativeBase({ conventions: "off" })`: for a database that has its own names. */
export interface FreeBase extends BaseMembers {
  model<const Name extends string, S extends ColumnShape, const D extends keyof S & string = never>(
    name: Name,
    columns: S,
    items?: TableItems<Name, S>,
    options?: ModelOptions<D, ValueOf<S[D]>>,
  ): Model<Name, S, D, Conventions>
}

interface BaseMembers {
  readonly metadata: MetaData
}
