import type { Ddl, Dialect, ObjectName } from "../../dialects/index.ts"
import type { IndexDefinition, TableDefinition } from "../../schema/index.ts"
import { indexInput, nameInput } from "./inputs.ts"
import type { LowerOperationContext, Operation } from "./operation.ts"
import { callSource, nameTitle } from "./source.ts"
import { replaceOne, TableChange } from "./table-change.ts"

export interface IndexOptions {
  readonly concurrently?: boolean
}

export class CreateIndex extends TableChange {
  readonly kind = "create index"
  readonly table: ObjectName
  readonly index: IndexDefinition
  readonly options: IndexOptions

  constructor(table: ObjectName, index: IndexDefinition, options: IndexOptions = {}) {
    super()
    this.table = table
    this.index = index
    this.options = options
  }
  describe(): string {
    return `add ${indexTitle(this.table, this.index)}${this.options.concurrently === true ? " concurrently" : ""}`
  }
  reverse(): Operation {
    return new DropIndex(this.table, this.index.name, this.index, this.options)
  }
  source(): string {
    return callSource("createIndex", nameInput(this.table), indexInput(this.index), optionsInput(this.options))
  }
  override standsAlone(dialect: Dialect): boolean {
    return this.options.concurrently === true && dialect.capabilities.concurrentWriters
  }
  inPlace(ddl: Ddl, context?: LowerOperationContext): readonly string[] {
    return ddl.createIndex(this.table, this.index, context?.scratch === true ? {} : this.options)
  }
  change(table: TableDefinition): TableDefinition {
    return { ...table, indexes: [...table.indexes, this.index] }
  }
}

export class DropIndex extends TableChange {
  readonly kind = "drop index"
  readonly table: ObjectName
  readonly name: string
  readonly index: IndexDefinition | undefined
  readonly options: IndexOptions

  constructor(table: ObjectName, name: string, index: IndexDefinition | undefined, options: IndexOptions = {}) {
    super()
    this.table = table
    this.name = name
    this.index = index
    this.options = options
  }
  describe(): string {
    const title = this.index === undefined ? `index ${this.name} on ${nameTitle(this.table)}` : indexTitle(this.table, this.index)
    return `drop ${title}${this.options.concurrently === true ? " concurrently" : ""}`
  }
  reverse(): Operation | undefined {
    return this.index === undefined ? undefined : new CreateIndex(this.table, this.index, this.options)
  }
  override irreversibleBecause(): string {
    return `index ${this.name} was dropped without its definition`
  }
  source(): string {
    return callSource(
      "dropIndex",
      nameInput(this.table),
      this.index === undefined ? this.name : indexInput(this.index),
      optionsInput(this.options),
    )
  }
  override standsAlone(dialect: Dialect): boolean {
    return this.options.concurrently === true && dialect.capabilities.concurrentWriters
  }
  inPlace(ddl: Ddl, context?: LowerOperationContext): readonly string[] {
    return ddl.dropIndex(this.table, this.name, context?.scratch === true ? {} : this.options)
  }
  change(table: TableDefinition): TableDefinition {
    return {
      ...table,
      indexes: replaceOne(
        table.indexes,
        ({ name }) => name === this.name,
        `index ${this.name}`,
        () => undefined,
      ),
    }
  }
}

export class RenameIndex extends TableChange {
  readonly kind = "rename index"
  readonly table: ObjectName
  readonly index: IndexDefinition
  readonly to: string

  constructor(table: ObjectName, index: IndexDefinition, to: string) {
    super()
    this.table = table
    this.index = index
    this.to = to
  }
  describe(): string {
    return `rename index ${this.index.name} on ${nameTitle(this.table)} to ${this.to}`
  }
  reverse(): Operation {
    return new RenameIndex(this.table, { ...this.index, name: this.to }, this.index.name)
  }
  source(): string {
    return callSource("renameIndex", nameInput(this.table), indexInput(this.index), this.to)
  }
  inPlace(ddl: Ddl): readonly string[] {
    return ddl.renameIndex(this.table, this.index, this.to)
  }
  change(table: TableDefinition): TableDefinition {
    return { ...table, indexes: table.indexes.map((each) => (each.name === this.index.name ? { ...each, name: this.to } : each)) }
  }
}

function indexTitle(table: ObjectName, { name, unique, keys }: IndexDefinition): string {
  const parts = keys.map((key) => `${key.column ?? `(${key.expression})`}${key.direction === "desc" ? " desc" : ""}`)
  return `${unique ? "unique " : ""}index ${name} on ${nameTitle(table)}(${parts.join(", ")})`
}

function optionsInput(options: IndexOptions): object | undefined {
  return options.concurrently === true ? { concurrently: true } : undefined
}
