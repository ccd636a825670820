import { DefinitionError } from "../errors/index.ts"
import { type CompositeField, hasOwnSql, type SqlType } from "../sql/index.ts"
import { snakeCase } from "./case.ts"
import { column, ColumnBuilder } from "./column-builder.ts"
import type { ColumnShape, RowShape } from "./row-shape.ts"

/** A composite type of the database and the columns of it. */
export interface CompositeType<T> {
  (): ColumnBuilder<T, false, false, "composite">
  readonly type: SqlType<T>
}

/** A domain of the database and the columns of it. */
export interface DomainType<T, Kind extends string> {
  (): ColumnBuilder<T, false, false, Kind>
  readonly type: SqlType<T>
}

interface NamedTypeOptions {
  /** The schema that the type stands in; the search path leads to it without. */
  readonly schema?: string
}

/**
 * A composite type, `create type … as (…)`: its values are objects. The fields are its attributes in their order, each named as
 * a column is; `nullable()` says that an attribute may be null. The type itself must be in the database: migrations do not make it.
 *
 * @example
 * const address = compositeType("address", { street: text(), zipCode: varchar(10).nullable() })
 * class Person extends Base.model("person", { id: integer().primaryKey().identity(), home: address(), others: address().array() }) {}
 */
export function compositeType<S extends ColumnShape>(
  name: string,
  fields: S,
  options: NamedTypeOptions = {},
): CompositeType<{ -readonly [K in keyof RowShape<S>]: RowShape<S>[K] }> {
  const entries = Object.entries(fields)
  if (entries.length === 0) throw new DefinitionError(`compositeType("${name}") has no fields`)
  const type: SqlType<any> & { readonly kind: "composite" } = {
    kind: "composite",
    sqlName: quotedName(name, options, "compositeType"),
    fields: entries.map(([key, builder]) => compositeField(name, key, builder)),
  }
  return Object.assign(() => column<any, "composite">(type), { type })
}

function compositeField(name: string, key: string, builder: unknown): CompositeField {
  if (!(builder instanceof ColumnBuilder)) {
    throw new DefinitionError(`compositeType("${name}"): the field "${key}" is not made by a column function`, {
      hint: "write integer(), text(), timestamptz(), …",
    })
  }
  if (hasOwnSql(builder.type))
    throw new DefinitionError(`compositeType("${name}"): the field "${key}" cannot be read and written through SQL of its codec's own`)
  const { type, nullable, columnName, primaryKey, ...rest } = builder.options
  const [saying] = primaryKey ? ["primaryKey"] : Object.keys(rest)
  if (saying !== undefined)
    throw new DefinitionError(`compositeType("${name}"): the field "${key}" says ${saying}, which only columns of tables have`)
  return { key, name: columnName ?? snakeCase(key), type, nullable }
}

/**
 * A domain, `create domain … as …`: a type of the database with rules of its own, whose values are those of the type below it.
 * The domain itself must be in the database: migrations do not make it.
 *
 * @example
 * const positive = domainType("positive_int", integer())
 * class Line extends Base.model("line", { id: integer().primaryKey().identity(), amount: positive() }) {}
 */
export function domainType<T, Kind extends string>(
  name: string,
  base: ColumnBuilder<T, false, false, Kind>,
  options: NamedTypeOptions = {},
): DomainType<T, Kind> {
  if (!(base instanceof ColumnBuilder))
    throw new DefinitionError(`domainType("${name}") needs the type below it: domainType("${name}", text())`)
  const type = { ...base.type, domain: quotedName(name, options, "domainType") }
  return Object.assign(() => new ColumnBuilder<T, false, false, Kind>({ type, nullable: false, primaryKey: false }), { type })
}

function quotedName(name: string, { schema }: NamedTypeOptions, where: string): string {
  return (schema === undefined ? [name] : [schema, name])
    .map((part) => {
      if (typeof part !== "string" || part === "" || part.includes("\0"))
        throw new DefinitionError(`${where}(): ${JSON.stringify(part)} cannot be the name of a type`)
      return `"${part.replaceAll('"', '""')}"`
    })
    .join(".")
}
