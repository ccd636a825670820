import type { ColumnsOf, source, Source, SourceInfo } from "../sql/index.ts"
import type { ColumnBuilder } from "./column-builder.ts"
import type { Conventional, Conventions, Violation } from "./conventional.ts"
import type { ColumnShape, InsertShape, RowShape, ValueOf } from "./row-shape.ts"
import type { TableItem } from "./table-item.ts"
import type { Table } from "./table.ts"

/** A model of which there may be subtypes, as far as they have to know it. */
export interface PolymorphicModel extends Source {
  readonly $columns: ColumnShape
  readonly $discriminator: readonly string[]
  readonly $isPolymorphic: true
  readonly $conventions: Conventions
}

/** What may be said of a subtype beside its identity. */
export interface SubtypeOptions<Name extends string, I> {
  /** What the discriminator says in its rows; an abstract subtype, which has none of its own, is without. */
  readonly identity?: I
  /** Its columns stand in a table of their own, whose key refers to the parent's (joined inheritance); without it in the parent's. */
  readonly table?: Name
  /** The schema of the table of its own. */
  readonly schema?: string
  readonly comment?: string
  /** The columns that refer to the parent's key; `animal_id` for the key `id` of the table `animal` without it. */
  readonly key?: string | readonly string[]
}

/** What tells the classes of a family apart. */
export type IdentityOf<P extends PolymorphicModel> = ValueOf<P["$columns"][P["$discriminator"][number]]>

type ValuesFor<P> = P extends abstract new (values: infer V, ...rest: never[]) => unknown ? V : never
type InstanceFor<P> = P extends abstract new (...args: never[]) => infer R ? R : never

/** The columns themselves, or what is wrong with one. */
type CheckedColumns<P extends PolymorphicModel, Name extends string, S> = {
  [K in keyof S]: K extends keyof P["$columns"]
    ? Violation<`property '${K & string}' is inherited`>
    : [Name] extends [never]
      ? S[K] extends ColumnBuilder<any, false, false, any, any, any>
        ? Violation<`column '${K & string}' must be nullable or have a default: other classes have rows in the same table`>
        : Checked<P, P["tableName"], S>[K]
      : Checked<P, Name, S>[K]
}
type Checked<P extends PolymorphicModel, Name extends string, S> = "off" extends P["$conventions"] ? S : Conventional<Name, S>

/** A subtype before its class is derived. Static members of the parent, its relations among them, are inherited. */
export type Subtype<P extends PolymorphicModel, Name extends string, S extends ColumnShape> = InheritedStatics<P> &
  SubtypeMembers<P, [Name] extends [never] ? P["tableName"] : Name, S>

type InheritedStatics<P> = { readonly [K in Exclude<keyof P, keyof SubtypeMembers<any, any, any> | "prototype">]: P[K] }

/** What a subtype has of its own. */
export interface SubtypeMembers<P extends PolymorphicModel, Name extends string, S extends ColumnShape> extends Source<Name> {
  new (values: ValuesFor<P> & InsertShape<S>): InstanceFor<P> & RowShape<S>
  readonly tableName: Name
  /** The columns by property, those of the parent among them. */
  readonly c: ColumnsOf<RowShape<P["$columns"] & S>, Name>
  readonly table: Table
  readonly [source]: SourceInfo
  readonly $columns: P["$columns"] & S
  readonly $discriminator: P["$discriminator"]
  readonly $isPolymorphic: true
  readonly $conventions: P["$conventions"]
  readonly subtype: DeclareSubtype
}

/** How a model declares a subtype: see {@link Model}. */
export interface DeclareSubtype {
  /**
   * @param identity what the discriminator says in its rows, or options
   * @param entityClass gives the class that is being declared: a row becomes an instance of it
   * @param columns what it adds to the parent's columns
   * @param items constraints and indexes over its columns
   */
  <P extends PolymorphicModel & (abstract new (...args: any) => object), S extends ColumnShape, const Name extends string = never>(
    this: P,
    identity: IdentityOf<P> | SubtypeOptions<Name, IdentityOf<P>>,
    // A signature whose result the compiler does not look at: the class is not known while its own base is.
    entityClass: (...values: never) => unknown,
    columns: S & CheckedColumns<P, Name, S>,
    items?: (
      table: ColumnsOf<RowShape<P["$columns"] & NoInfer<S>>, [Name] extends [never] ? P["tableName"] : Name>,
    ) => readonly TableItem[],
  ): Subtype<P, Name, S>
}
