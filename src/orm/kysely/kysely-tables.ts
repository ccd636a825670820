import type { ColumnType } from "kysely"
import { ArgumentError } from "../../errors/index.ts"
import { type ColumnBuilder, mapperOf, type SnakeCase } from "../../schema/index.ts"
import { isSource, type KnownTable, type KnownTables } from "../../sql/index.ts"

interface ModelLike<N extends string, S> {
  readonly tableName: N
  readonly $columns: S
}

/**
 * The tables of models as Kysely's queries know them: by their names in the database, each column with what is read from it, and what
 * an insert and an update take.
 * @example type Tables = KyselyTables<typeof models> // { post: { id: ColumnType<number, number | undefined, number>; user_id: … }; … }
 */
export type KyselyTables<M> = {
  [K in keyof M as M[K] extends ModelLike<infer N, any> ? N : never]: M[K] extends ModelLike<string, infer S> ? KyselyTable<S> : never
}

/** A model's table as Kysely types one, by the names of its columns in the database. */
export type KyselyTable<S> = { [K in keyof S as ColumnName<K, S[K]>]: KyselyColumn<S[K]> }

type ColumnName<K, C> =
  C extends ColumnBuilder<any, any, any, any, any, infer N> ? ([N] extends [never] ? (K extends string ? SnakeCase<K> : never) : N) : never

type KyselyColumn<C> =
  C extends ColumnBuilder<infer T, infer Nullable, infer Optional, any, any, any>
    ? Column<Nullable extends true ? T | null : T, Optional>
    : never
type Column<T, Optional> = ColumnType<T, Optional extends true ? T | undefined : T, T>

/** The tables of the models among some values, such as those that a module exports. @throws ArgumentError */
export function knownTables(models: object): KnownTables {
  if (typeof models !== "object" || models === null) {
    throw new ArgumentError(`kysely() takes an object of models, not ${String(models)}`, { hint: "write db.kysely({ User, Post })" })
  }
  const tables = new Map<string, KnownTable>()
  for (const model of Object.values(models)) {
    if (typeof model !== "function" || !isSource(model) || !("table" in model)) continue
    const { table } = mapperOf(model)
    tables.set(table.name, { schema: table.schema, columns: table.columns.map(({ expression }) => expression) })
  }
  return tables
}
