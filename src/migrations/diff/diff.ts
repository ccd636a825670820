import type { Dialect } from "../../dialects/index.ts"
import type { ForeignKeyDefinition, SchemaDefinition, TableDefinition } from "../../schema/index.ts"
import { AddConstraint, DropConstraint } from "../operations/constraint-operations.ts"
import type { Operation } from "../operations/operation.ts"
import { CreateSchema } from "../operations/schema-operations.ts"
import { nameTitle } from "../operations/source.ts"
import { CreateTable, DropTable } from "../operations/table-operations.ts"
import { DeclaredWords } from "./declared-words.ts"
import type { ColumnComparison } from "./diff-columns.ts"
import { diffEnums } from "./diff-enums.ts"
import { diffTable, restsOnChange, type TableDiff } from "./diff-table.ts"
import { likelyRenames, type RenameQuestion } from "./likely-renames.ts"
import { type Comparison, sameList } from "./same.ts"
import { StagedOperations } from "./stages.ts"
import { inReferenceOrder } from "./table-order.ts"
import { tableName } from "./table-name.ts"

export interface DiffOptions {
  readonly dialect: Dialect
  /** The desired schema in the models' words, which the operations then speak. */
  readonly declared?: SchemaDefinition | undefined
  /** Default `"everything"`. */
  readonly comparison?: Comparison | undefined
}

export interface SchemaDiff {
  /** What makes the desired schema of the live one, in an order in which it can be run. */
  readonly operations: readonly Operation[]
  /** Why something that differs cannot be changed: then the operations do not lead to the desired schema. */
  readonly refusals: readonly string[]
  /** Renames that were perhaps meant. */
  readonly questions: readonly RenameQuestion[]
}

export const emptySchema: SchemaDefinition = { schemas: [], enums: [], tables: [] }

/** Compares two schemas that have been through the same server. */
export function diffSchemas(live: SchemaDefinition, desired: SchemaDefinition, options: DiffOptions): SchemaDiff {
  const { dialect, comparison = "everything" } = options
  const how: ColumnComparison = { dialect, comparison, words: new DeclaredWords(options.declared) }
  const operations = new StagedOperations()
  for (const name of namedSchemas(desired)) if (!namedSchemas(live).has(name)) operations.add("create schemas", new CreateSchema(name))
  const refusals = diffEnums(live, desired, operations)
  const tables = new TablesDiff(live, desired, how, operations)
  tables.drop()
  tables.compare()
  tables.create()
  return { operations: operations.all(), refusals, questions: likelyRenames(live, desired) }
}

function namedSchemas(schema: SchemaDefinition): ReadonlySet<string> {
  const named = [...schema.tables, ...schema.enums].map((each) => each.schema).filter((name) => name !== undefined)
  return new Set([...(schema.schemas ?? []), ...named])
}

/** The tables that come, go and stay, with the foreign keys between them. */
class TablesDiff {
  readonly #before: ReadonlyMap<string, TableDefinition>
  readonly #after: ReadonlyMap<string, TableDefinition>
  readonly #how: ColumnComparison
  readonly #operations: StagedOperations
  readonly #diffs = new Map<string, TableDiff>()

  constructor(live: SchemaDefinition, desired: SchemaDefinition, how: ColumnComparison, operations: StagedOperations) {
    this.#before = new Map(live.tables.map((table) => [nameTitle(table), table]))
    this.#after = new Map(desired.tables.map((table) => [nameTitle(table), table]))
    this.#how = how
    this.#operations = operations
  }

  /** Each before those that it refers to; keys that close a circle go first. */
  drop(): void {
    const gone = [...this.#before.values()].filter((table) => !this.#after.has(nameTitle(table)))
    const order = inReferenceOrder(gone).toReversed()
    for (const [place, table] of order.entries()) {
      const droppedBefore = new Set(order.slice(0, place).map(nameTitle))
      const [closing, own] = partition(table.foreignKeys, (key) => droppedBefore.has(referredName(key)))
      for (const definition of closing) {
        this.#operations.add(
          "drop foreign keys",
          new DropConstraint(tableName(table), definition.name, { kind: "foreign key", definition }),
        )
      }
      this.#operations.add("drop tables", new DropTable(tableName(table), { ...table, foreignKeys: own }))
    }
  }

  compare(): void {
    for (const [name, desired] of this.#after) {
      const live = this.#before.get(name)
      if (live !== undefined) this.#diffs.set(name, diffTable(live, desired, this.#how, this.#operations))
    }
    // Where a table is rebuilt, its foreign keys do not stand in the way.
    if (this.#how.dialect.capabilities.alterInPlace) this.#restoreForeignKeys()
  }

  #restoreForeignKeys(): void {
    for (const [name, diff] of this.#diffs) {
      const table = this.#after.get(name)
      if (table === undefined) continue
      for (const definition of diff.keptForeignKeys) {
        if (!restsOnChange(definition, diff, this.#diffs.get(referredName(definition)))) continue
        const constraint = { kind: "foreign key", definition } as const
        this.#operations.add("drop foreign keys", new DropConstraint(tableName(table), definition.name, constraint))
        this.#operations.add("add foreign keys", new AddConstraint(tableName(table), constraint))
      }
    }
  }

  /** Each after those that it refers to; keys that find nothing to refer to yet come last. */
  create(): void {
    const made = [...this.#after.values()].filter((table) => !this.#before.has(nameTitle(table)))
    const present = new Set<string>()
    for (const table of inReferenceOrder(made)) {
      present.add(nameTitle(table))
      const words = this.#how.words.table(table)
      const [own, later] = partition(words.foreignKeys, (key) => this.#canReferTo(key, present))
      this.#operations.add("create tables", new CreateTable({ ...words, foreignKeys: own }))
      for (const definition of later) {
        this.#operations.add("add foreign keys", new AddConstraint(tableName(table), { kind: "foreign key", definition }))
      }
    }
  }

  #canReferTo(key: ForeignKeyDefinition, present: ReadonlySet<string>): boolean {
    const name = referredName(key)
    if (present.has(name)) return true
    const live = this.#before.get(name)
    const diff = this.#diffs.get(name)
    if (live === undefined || diff === undefined || restsOnChange(key, undefined, diff)) return false
    const keys = [...(live.primaryKey === undefined ? [] : [live.primaryKey]), ...live.uniques]
    return keys.some(({ columns }) => sameList(columns.toSorted(), key.referredColumns.toSorted()))
  }
}

function referredName({ referredSchema, referredTable }: ForeignKeyDefinition): string {
  return nameTitle(referredSchema === undefined ? referredTable : { schema: referredSchema, name: referredTable })
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): readonly [yes: readonly T[], no: readonly T[]] {
  return [items.filter(test), items.filter((item) => !test(item))]
}
