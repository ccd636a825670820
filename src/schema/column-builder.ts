import { DefinitionError } from "../errors/index.ts"
import { type Column, type Expr, hasOwnSql, type SqlType, type TypeKind } from "../sql/index.ts"
import { type VersionKind, versionKind } from "./version-column.ts"

/** What happens to a row whose foreign key points at one that is deleted or gets another key. */
export type ReferentialAction = "no action" | "restrict" | "cascade" | "set null" | "set default"

/** How a foreign key behaves. */
export interface ReferenceOptions {
  readonly onDelete?: ReferentialAction
  readonly onUpdate?: ReferentialAction
  /** Checked at the end of the transaction instead of at each statement, or changeable to that. */
  readonly deferrable?: "immediate" | "deferred"
  /** The constraint's name, instead of the naming convention's. */
  readonly name?: string
}

/** `"table.column"`, or a function that gives the column: it is called once all models are defined. */
export type ReferenceTarget = string | (() => Column<any, any, any>)

export interface ColumnReference {
  readonly target: ReferenceTarget
  readonly options: ReferenceOptions
}

export type ServerDefault =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "now" }
  | { readonly kind: "expression"; readonly expression: Expr<any, any> }

/** All that a column's definition says; a builder holds one and never changes it. */
export interface ColumnOptions {
  readonly type: SqlType
  readonly columnName?: string
  readonly nullable: boolean
  readonly primaryKey: boolean
  readonly identity?: "always" | "by default"
  readonly serverDefault?: ServerDefault
  readonly clientDefault?: () => unknown
  readonly clientOnUpdate?: () => unknown
  readonly index?: { readonly name?: string }
  readonly unique?: { readonly name?: string }
  readonly reference?: ColumnReference
  readonly comment?: string
  readonly version?: VersionKind
  readonly concurrencyCheck?: true
}

/**
 * A column as a model declares it. Builders are values: each method gives a new one, so one may be shared by many models.
 *
 * `T` is the JavaScript type of its values, `Nullable` whether null is one of them, `Optional` whether a new row may leave it out,
 * `Kind` the SQL type and `Reference` the `"table.column"` that it refers to, which serve the conventions, and `Name` the name that it
 * was given by `named()`.
 */
export class ColumnBuilder<
  T,
  Nullable extends boolean = false,
  Optional extends boolean = false,
  Kind extends string = string,
  Reference extends string = never,
  Name extends string = never,
> {
  declare readonly $type: T
  declare readonly $nullable: Nullable
  declare readonly $optional: Optional
  declare readonly $kind: Kind
  declare readonly $reference: Reference
  declare readonly $name: Name
  readonly options: ColumnOptions

  constructor(options: ColumnOptions) {
    this.options = options
  }
  get type(): SqlType<T> {
    return this.options.type as SqlType<T>
  }

  /** Part of the primary key: the columns that say so make it up, in their order. */
  primaryKey(): this {
    return this.#with({ primaryKey: true })
  }
  /** Numbered by the database (`generated … as identity`; on SQLite the row id). `always` refuses values of one's own. */
  identity(options: { readonly always?: boolean } = {}): ColumnBuilder<T, Nullable, true, Kind, Reference, Name> {
    const { kind, domain } = this.options.type
    if (domain !== undefined || !["smallint", "integer", "bigint"].includes(kind)) {
      throw new DefinitionError(`identity() is for whole numbers, not for ${domain === undefined ? kind : `the domain ${domain}`}`)
    }
    return this.#with({ identity: options.always === true ? "always" : "by default" })
  }
  /** May be null; a new row may leave it out. */
  nullable(): ColumnBuilder<T, true, true, Kind, Reference, Name> {
    return this.#with({ nullable: true })
  }
  /** What the database puts in when an insert says nothing: a value, or an expression such as sql`gen_random_uuid()`. */
  default(value: T | Expr<T, any>): ColumnBuilder<T, Nullable, true, Kind, Reference, Name> {
    return this.#with({ serverDefault: isExpression(value) ? { kind: "expression", expression: value } : { kind: "value", value } })
  }
  /** The moment of the transaction on PostgreSQL, of the statement on SQLite. For dates, times and timestamps. */
  defaultNow(): ColumnBuilder<T, Nullable, true, Kind, Reference, Name> {
    if (!["date", "time", "timestamp", "timestamptz"].includes(this.options.type.kind)) {
      throw new DefinitionError(`defaultNow() is for dates and times, not for ${this.options.type.kind}`)
    }
    return this.#with({ serverDefault: { kind: "now" } })
  }
  /** Computed by the application when an insert says nothing. @example uuid().defaultFrom(() => randomUUID()) */
  defaultFrom(make: () => T): ColumnBuilder<T, Nullable, true, Kind, Reference, Name> {
    return this.#with({ clientDefault: make })
  }
  /** Computed by the application on every update that does not set it. @example timestamptz().onUpdate(() => new Date()) */
  onUpdate(make: () => T): this {
    return this.#with({ clientOnUpdate: make })
  }
  /**
   * The version of a row: every UPDATE and DELETE of a session asks that it is still as it was loaded, and is a StaleDataError
   * otherwise. A whole number counts from 1, a moment is that of the last write. With `by: "database"` a trigger says it: it is
   * never written, and read back after each write.
   * @example
   * version: integer().version()
   * updatedAt: timestamptz().version()
   * revision: bigint().version({ by: "database" })
   */
  version(options: { readonly by?: "application" | "database" } = {}): ColumnBuilder<T, Nullable, true, Kind, Reference, Name> {
    return this.#with({ version: versionKind(this.options.type, options.by ?? "application") })
  }
  /** An UPDATE or DELETE of a session asks that the column is still as it was loaded, and is a StaleDataError otherwise. */
  concurrencyCheck(): this {
    return this.#with({ concurrencyCheck: true })
  }
  index(options: { readonly name?: string } = {}): this {
    return this.#with({ index: options })
  }
  unique(options: { readonly name?: string } = {}): this {
    return this.#with({ unique: options })
  }
  /**
   * A foreign key. A function is checked against the column's type; a string, `"table.column"`, breaks a cycle between two models.
   * @example integer().references(() => User.c.id, { onDelete: "cascade" })
   */
  references<const R extends `${string}.${string}`>(
    target: R,
    options?: ReferenceOptions,
  ): ColumnBuilder<T, Nullable, Optional, Kind, R, Name>
  references<S extends string, K extends string>(
    target: () => Column<T, S, K>,
    options?: ReferenceOptions,
  ): ColumnBuilder<T, Nullable, Optional, Kind, `${S}.${K}`, Name>
  references(target: ReferenceTarget, options: ReferenceOptions = {}): ColumnBuilder<T, Nullable, Optional, Kind, any, Name> {
    if (typeof target === "string" && target.split(".").length < 2) {
      throw new DefinitionError(`references("${target}"): a target is written "table.column"`)
    }
    return this.#with({ reference: { target, options } })
  }
  /** The column's name in the database where it is not the property in snake_case. */
  named<const N extends string>(name: N): ColumnBuilder<T, Nullable, Optional, Kind, Reference, string extends N ? never : N> {
    return this.#with({ columnName: name })
  }
  /** Kept in the database with the column, where it can. */
  comment(text: string): this {
    return this.#with({ comment: text })
  }
  /** An array of this type; more calls give more dimensions. JSON text on SQLite. */
  array(): ColumnBuilder<T[], Nullable, Optional, "array", Reference, Name> {
    if (hasOwnSql(this.options.type))
      throw new DefinitionError("array(): the elements of an array cannot be read and written through SQL of their codec's own")
    return this.#with({ type: { kind: "array", element: this.options.type } })
  }

  #with(changes: Partial<ColumnOptions>): any {
    return new ColumnBuilder({ ...this.options, ...changes })
  }
}

export type AnyColumnBuilder = ColumnBuilder<any, boolean, boolean, string, any, any>

/** A builder of a type, for the functions that name the types. */
export function column<T, Kind extends TypeKind>(type: SqlType<T> & { readonly kind: Kind }): ColumnBuilder<T, false, false, Kind> {
  return new ColumnBuilder({ type, nullable: false, primaryKey: false })
}

function isExpression(value: unknown): value is Expr<any, any> {
  return typeof value === "object" && value !== null && "lower" in value && "asc" in value
}
