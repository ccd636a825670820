import type { ColumnDefinition, SchemaDefinition, TableDefinition } from "../../schema/index.ts"
import { nameTitle } from "../operations/source.ts"

type ConstraintList = "uniques" | "foreignKeys" | "checks" | "indexes"

/**
 * What is compared is in the server's words; what a migration file holds is in the models': `'draft'`, not `'draft'::text`. The server
 * makes of one exactly the other, since the desired side was made from these.
 */
export class DeclaredWords {
  readonly #tables: ReadonlyMap<string, TableDefinition>

  constructor(declared: SchemaDefinition | undefined) {
    this.#tables = new Map((declared?.tables ?? []).map((table) => [nameTitle(table), table]))
  }

  table(desired: TableDefinition): TableDefinition {
    return this.#tables.get(nameTitle(desired)) ?? desired
  }
  column(table: TableDefinition, desired: ColumnDefinition): ColumnDefinition {
    return this.table(table).columns.find(({ name }) => name === desired.name) ?? desired
  }
  primaryKey(table: TableDefinition): TableDefinition["primaryKey"] {
    return this.table(table).primaryKey ?? table.primaryKey
  }
  part<K extends ConstraintList>(table: TableDefinition, list: K, desired: TableDefinition[K][number]): TableDefinition[K][number] {
    const parts: readonly TableDefinition[K][number][] = this.table(table)[list]
    return parts.find(({ name }) => name === desired.name) ?? desired
  }
}
