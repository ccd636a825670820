import type { ColumnChange, Ddl, ObjectName } from "../../dialects/index.ts"
import type { ColumnDefinition, TableDefinition } from "../../schema/index.ts"
import { columnInput, nameInput } from "./inputs.ts"
import type { Operation } from "./operation.ts"
import { renameColumnIn } from "./rename-column.ts"
import { callSource, nameTitle } from "./source.ts"
import { replaceOne, TableChange } from "./table-change.ts"
import { lossOfConversion } from "./type-loss.ts"

export class AddColumn extends TableChange {
  readonly kind = "add column"
  readonly table: ObjectName
  readonly column: ColumnDefinition

  constructor(table: ObjectName, column: ColumnDefinition) {
    super()
    this.table = table
    this.column = column
  }
  describe(): string {
    return `add column ${nameTitle(this.table)}.${this.column.name} (${this.column.type})`
  }
  reverse(): Operation {
    return new DropColumn(this.table, this.column.name, this.column)
  }
  source(): string {
    return callSource("addColumn", nameInput(this.table), columnInput(this.column))
  }
  inPlace(ddl: Ddl): readonly string[] | undefined {
    return ddl.addColumn(this.table, ddl.localize(this.column))
  }
  change(definition: TableDefinition, ddl: Ddl): TableDefinition {
    return { ...definition, columns: [...definition.columns, ddl.localize(this.column)] }
  }
}

export class DropColumn extends TableChange {
  readonly kind = "drop column"
  readonly table: ObjectName
  readonly column: string
  readonly definition: ColumnDefinition | undefined

  constructor(table: ObjectName, column: string, definition: ColumnDefinition | undefined) {
    super()
    this.table = table
    this.column = column
    this.definition = definition
  }
  describe(): string {
    return `drop column ${nameTitle(this.table)}.${this.column}`
  }
  override losesData(): string | undefined {
    return this.definition?.generated === undefined ? `loses the data of column ${nameTitle(this.table)}.${this.column}` : undefined
  }
  reverse(): Operation | undefined {
    return this.definition === undefined ? undefined : new AddColumn(this.table, this.definition)
  }
  override irreversibleBecause(): string {
    return `column ${nameTitle(this.table)}.${this.column} was dropped without its definition`
  }
  source(): string {
    return callSource("dropColumn", nameInput(this.table), this.definition === undefined ? this.column : columnInput(this.definition))
  }
  inPlace(ddl: Ddl): readonly string[] | undefined {
    return ddl.dropColumn(this.table, this.column)
  }
  change(definition: TableDefinition): TableDefinition {
    const what = `column ${nameTitle(this.table)}.${this.column}`
    return {
      ...definition,
      columns: replaceOne(
        definition.columns,
        ({ name }) => name === this.column,
        what,
        () => undefined,
      ),
    }
  }
}

interface Change<T> {
  readonly from?: T
  readonly to: T
}

/** `null` is "none". `using` is the expression that converts the old value, `usingBack` the one of the reverse. */
export interface AlterColumnInput {
  readonly type?: Change<string> & { readonly using?: string; readonly usingBack?: string }
  readonly nullable?: Change<boolean>
  readonly default?: Change<string | null>
  readonly identity?: Change<"always" | "by default" | null>
  readonly comment?: Change<string | null>
}

export class AlterColumn extends TableChange {
  readonly kind = "alter column"
  readonly table: ObjectName
  readonly column: string
  readonly changes: AlterColumnInput

  constructor(table: ObjectName, column: string, changes: AlterColumnInput) {
    super()
    this.table = table
    this.column = column
    this.changes = changes
  }
  describe(): string {
    return `alter column ${nameTitle(this.table)}.${this.column}: ${changeTitles(this.changes).join(", ")}`
  }
  override losesData(): string | undefined {
    const { type } = this.changes
    const column = `column ${nameTitle(this.table)}.${this.column}`
    if (type?.using !== undefined) return `converts the data of ${column}`
    const loss = type?.from === undefined ? undefined : lossOfConversion(type.from, type.to)
    return loss === undefined ? undefined : `${loss} in ${column}`
  }
  reverse(): Operation | undefined {
    const reversed: Record<string, unknown> = {}
    for (const [part, change] of Object.entries(this.changes) as [string, Change<unknown>][]) {
      if (change.from === undefined) return undefined
      reversed[part] = { from: change.to, to: change.from }
    }
    const { type } = this.changes
    if (type !== undefined) {
      const { using, usingBack } = type
      reversed.type = {
        ...(reversed.type as object),
        ...(usingBack === undefined ? {} : { using: usingBack }),
        ...(using === undefined ? {} : { usingBack: using }),
      }
    }
    return new AlterColumn(this.table, this.column, reversed)
  }
  override irreversibleBecause(): string {
    return `column ${nameTitle(this.table)}.${this.column} was altered without saying what it was (from)`
  }
  source(): string {
    return callSource("alterColumn", nameInput(this.table), this.column, this.changes)
  }
  inPlace(ddl: Ddl): readonly string[] | undefined {
    const { type, nullable, default: newDefault, identity, comment } = this.changes
    const change: ColumnChange = {
      ...(type === undefined ? {} : { type: { to: type.to, using: type.using } }),
      ...(nullable === undefined ? {} : { nullable: nullable.to }),
      ...(newDefault === undefined ? {} : { default: newDefault.to }),
      ...(identity === undefined ? {} : { identity: { from: identity.from, to: identity.to } }),
      ...(comment === undefined ? {} : { comment: comment.to }),
    }
    return ddl.alterColumn(this.table, this.column, change)
  }
  change(definition: TableDefinition, ddl: Ddl): TableDefinition {
    const what = `column ${nameTitle(this.table)}.${this.column}`
    const changed = (column: ColumnDefinition) => ddl.localize(this.#changed(column))
    return { ...definition, columns: replaceOne(definition.columns, ({ name }) => name === this.column, what, changed) }
  }
  override using(): Readonly<Record<string, string>> {
    const using = this.changes.type?.using
    return using === undefined ? {} : { [this.column]: using }
  }

  #changed(column: ColumnDefinition): ColumnDefinition {
    const { type, nullable, ...rest } = this.changes
    const changed: Record<string, unknown> = { ...column }
    if (type !== undefined) changed.type = type.to
    if (nullable !== undefined) changed.nullable = nullable.to
    for (const [part, { to }] of Object.entries(rest) as [string, Change<unknown>][]) {
      if (to === null) delete changed[part]
      else changed[part] = to
    }
    return changed as unknown as ColumnDefinition
  }
}

function changeTitles({ type, nullable, default: newDefault, identity, comment }: AlterColumnInput): string[] {
  const titles: string[] = []
  if (type !== undefined) titles.push(`type ${type.from === undefined ? "" : `${type.from} → `}${type.to}`)
  if (nullable !== undefined) titles.push(nullable.to ? "nullable" : "not null")
  if (newDefault !== undefined) titles.push(newDefault.to === null ? "no default" : `default ${newDefault.to}`)
  if (identity !== undefined) titles.push(identity.to === null ? "no identity" : `identity ${identity.to}`)
  if (comment !== undefined) titles.push(comment.to === null ? "no comment" : "comment")
  return titles
}

export class RenameColumn extends TableChange {
  readonly kind = "rename column"
  readonly table: ObjectName
  readonly column: string
  readonly to: string

  constructor(table: ObjectName, column: string, to: string) {
    super()
    this.table = table
    this.column = column
    this.to = to
  }
  describe(): string {
    return `rename column ${nameTitle(this.table)}.${this.column} to ${this.to}`
  }
  reverse(): Operation {
    return new RenameColumn(this.table, this.to, this.column)
  }
  source(): string {
    return callSource("renameColumn", nameInput(this.table), this.column, this.to)
  }
  inPlace(ddl: Ddl): readonly string[] {
    return ddl.renameColumn(this.table, this.column, this.to)
  }
  change(definition: TableDefinition): TableDefinition {
    return renameColumnIn(definition, this.column, this.to)
  }
}
