import type { ConstraintDefinition, Ddl, ObjectName } from "../../dialects/index.ts"
import type { TableDefinition } from "../../schema/index.ts"
import { foreignKeyInput, nameInput } from "./inputs.ts"
import type { Operation } from "./operation.ts"
import { callSource, nameTitle } from "./source.ts"
import { replaceOne, TableChange } from "./table-change.ts"

const methodEndings: Record<ConstraintDefinition["kind"], string> = {
  "primary key": "PrimaryKey",
  unique: "Unique",
  "foreign key": "ForeignKey",
  check: "Check",
}

export class AddConstraint extends TableChange {
  readonly table: ObjectName
  readonly constraint: ConstraintDefinition

  constructor(table: ObjectName, constraint: ConstraintDefinition) {
    super()
    this.table = table
    this.constraint = constraint
  }
  get kind(): string {
    return `add ${this.constraint.kind}`
  }
  describe(): string {
    return `add ${constraintTitle(this.table, this.constraint)}`
  }
  reverse(): Operation {
    return new DropConstraint(this.table, this.constraint.definition.name, this.constraint)
  }
  source(): string {
    return callSource(`add${methodEndings[this.constraint.kind]}`, nameInput(this.table), constraintInput(this.constraint))
  }
  inPlace(ddl: Ddl): readonly string[] | undefined {
    return ddl.addConstraint(this.table, this.constraint)
  }
  change(table: TableDefinition): TableDefinition {
    const { constraint } = this
    switch (constraint.kind) {
      case "primary key":
        return { ...table, primaryKey: constraint.definition }
      case "unique":
        return { ...table, uniques: [...table.uniques, constraint.definition] }
      case "foreign key":
        return { ...table, foreignKeys: [...table.foreignKeys, constraint.definition] }
      case "check":
        return { ...table, checks: [...table.checks, constraint.definition] }
    }
  }
}

export class DropConstraint extends TableChange {
  readonly table: ObjectName
  /** Empty for one without a name. */
  readonly name: string
  readonly constraint: ConstraintDefinition | undefined

  constructor(table: ObjectName, name: string, constraint: ConstraintDefinition | undefined) {
    super()
    this.table = table
    this.name = name
    this.constraint = constraint
  }
  get kind(): string {
    return `drop ${this.constraint?.kind ?? "constraint"}`
  }
  describe(): string {
    if (this.constraint === undefined) return `drop constraint ${this.name} on ${nameTitle(this.table)}`
    return `drop ${constraintTitle(this.table, this.constraint)}`
  }
  reverse(): Operation | undefined {
    return this.constraint === undefined ? undefined : new AddConstraint(this.table, this.constraint)
  }
  override irreversibleBecause(): string {
    return `constraint ${this.name} of ${nameTitle(this.table)} was dropped without its definition`
  }
  source(): string {
    if (this.constraint === undefined) return callSource("dropConstraint", nameInput(this.table), this.name)
    return callSource(`drop${methodEndings[this.constraint.kind]}`, nameInput(this.table), constraintInput(this.constraint))
  }
  inPlace(ddl: Ddl): readonly string[] | undefined {
    return ddl.dropConstraint(this.table, this.name)
  }
  change(table: TableDefinition): TableDefinition {
    return this.constraint === undefined ? this.#withoutName(table) : this.#without(table, this.constraint)
  }

  #withoutName(table: TableDefinition): TableDefinition {
    const { primaryKey, ...rest } = table
    if (primaryKey?.name === this.name) return rest
    for (const list of ["uniques", "foreignKeys", "checks"] as const) {
      if (!table[list].some(({ name }) => name === this.name)) continue
      return { ...table, [list]: (table[list] as readonly { readonly name: string }[]).filter(({ name }) => name !== this.name) }
    }
    return {
      ...table,
      checks: replaceOne(
        table.checks,
        () => false,
        this.describe().slice("drop ".length),
        () => undefined,
      ),
    }
  }

  #without(table: TableDefinition, constraint: ConstraintDefinition): TableDefinition {
    const what = constraintTitle(this.table, constraint)
    const gone = <T extends { readonly name: string }>(items: readonly T[], same: (item: T) => boolean) => {
      const isNamed = this.name !== "" && items.some(({ name }) => name === this.name)
      return replaceOne(
        items,
        (item) => (isNamed ? item.name === this.name : same(item)),
        what,
        () => undefined,
      )
    }
    switch (constraint.kind) {
      case "primary key": {
        const { primaryKey: _, ...rest } = table
        return rest
      }
      case "unique":
        return { ...table, uniques: gone(table.uniques, (each) => sameList(each.columns, constraint.definition.columns)) }
      case "foreign key":
        return { ...table, foreignKeys: gone(table.foreignKeys, (each) => sameList(each.columns, constraint.definition.columns)) }
      case "check":
        return { ...table, checks: gone(table.checks, (each) => each.expression === constraint.definition.expression) }
    }
  }
}

export class RenameConstraint extends TableChange {
  readonly kind = "rename constraint"
  readonly table: ObjectName
  readonly name: string
  readonly to: string

  constructor(table: ObjectName, name: string, to: string) {
    super()
    this.table = table
    this.name = name
    this.to = to
  }
  describe(): string {
    return `rename constraint ${this.name} of ${nameTitle(this.table)} to ${this.to}`
  }
  reverse(): Operation {
    return new RenameConstraint(this.table, this.to, this.name)
  }
  source(): string {
    return callSource("renameConstraint", nameInput(this.table), this.name, this.to)
  }
  inPlace(ddl: Ddl): readonly string[] | undefined {
    return ddl.renameConstraint(this.table, this.name, this.to)
  }
  change(table: TableDefinition): TableDefinition {
    const renamed = <T extends { readonly name: string }>(item: T): T => (item.name === this.name ? { ...item, name: this.to } : item)
    return {
      ...table,
      ...(table.primaryKey === undefined ? {} : { primaryKey: renamed(table.primaryKey) }),
      uniques: table.uniques.map(renamed),
      foreignKeys: table.foreignKeys.map(renamed),
      checks: table.checks.map(renamed),
    }
  }
}

function constraintTitle(table: ObjectName, constraint: ConstraintDefinition): string {
  const { kind, definition } = constraint
  const title = definition.name === "" ? kind : `${kind} ${definition.name}`
  if (kind === "check") return `${title} on ${nameTitle(table)}`
  const on = `${title} on ${nameTitle(table)}(${definition.columns.join(", ")})`
  if (kind !== "foreign key") return on
  const { referredSchema, referredTable, referredColumns } = definition
  return `${on} to ${referredSchema === undefined ? "" : `${referredSchema}.`}${referredTable}(${referredColumns.join(", ")})`
}

function constraintInput(constraint: ConstraintDefinition): object {
  return constraint.kind === "foreign key" ? foreignKeyInput(constraint.definition) : constraint.definition
}

function sameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((each, index) => each === right[index])
}
