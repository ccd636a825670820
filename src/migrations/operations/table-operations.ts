import type { Ddl, ObjectName } from "../../dialects/index.ts"
import type { TableDefinition } from "../../schema/index.ts"
import { nameInput, tableInput } from "./inputs.ts"
import { type LowerOperationContext, Operation } from "./operation.ts"
import { callSource, nameTitle } from "./source.ts"
import { TableChange } from "./table-change.ts"

export class CreateTable extends Operation {
  readonly kind = "create table"
  readonly definition: TableDefinition

  constructor(definition: TableDefinition) {
    super()
    this.definition = definition
  }
  describe(): string {
    return `create table ${nameTitle(this.definition)}`
  }
  reverse(): Operation {
    const { schema, name } = this.definition
    return new DropTable(schema === undefined ? { name } : { schema, name }, this.definition)
  }
  source(): string {
    return callSource("createTable", nameInput(this.definition), tableInput(this.definition))
  }
  lower({ dialect }: LowerOperationContext): readonly string[] {
    const { ddl } = dialect
    return ddl.createTable({ ...this.definition, columns: this.definition.columns.map((column) => ddl.localize(column)) })
  }
}

export class DropTable extends Operation {
  readonly kind = "drop table"
  readonly table: ObjectName
  readonly definition: TableDefinition | undefined

  constructor(table: ObjectName, definition: TableDefinition | undefined) {
    super()
    this.table = table
    this.definition = definition
  }
  describe(): string {
    return `drop table ${nameTitle(this.table)}`
  }
  override losesData(): string {
    return `loses all rows of table ${nameTitle(this.table)}`
  }
  reverse(): Operation | undefined {
    return this.definition === undefined ? undefined : new CreateTable(this.definition)
  }
  override irreversibleBecause(): string {
    return `table ${nameTitle(this.table)} was dropped without its definition`
  }
  source(): string {
    return callSource("dropTable", nameInput(this.table), this.definition === undefined ? undefined : tableInput(this.definition))
  }
  lower({ dialect }: LowerOperationContext): readonly string[] {
    return dialect.ddl.dropTable(this.table)
  }
}

export class RenameTable extends Operation {
  readonly kind = "rename table"
  readonly table: ObjectName
  readonly to: string

  constructor(table: ObjectName, to: string) {
    super()
    this.table = table
    this.to = to
  }
  describe(): string {
    return `rename table ${nameTitle(this.table)} to ${this.to}`
  }
  reverse(): Operation {
    return new RenameTable({ ...this.table, name: this.to }, this.table.name)
  }
  source(): string {
    return callSource("renameTable", nameInput(this.table), this.to)
  }
  lower({ dialect }: LowerOperationContext): readonly string[] {
    return dialect.ddl.renameTable(this.table, this.to)
  }
}

export interface CommentChange {
  readonly from?: string | null
  readonly to: string | null
}

export class CommentOnTable extends TableChange {
  readonly kind = "comment on table"
  readonly table: ObjectName
  readonly comment: CommentChange

  constructor(table: ObjectName, comment: CommentChange) {
    super()
    this.table = table
    this.comment = comment
  }
  describe(): string {
    return this.comment.to === null ? `remove the comment on table ${nameTitle(this.table)}` : `comment on table ${nameTitle(this.table)}`
  }
  reverse(): Operation | undefined {
    const { from, to } = this.comment
    return from === undefined ? undefined : new CommentOnTable(this.table, { from: to, to: from })
  }
  source(): string {
    return callSource("commentOnTable", nameInput(this.table), this.comment)
  }
  inPlace(ddl: Ddl): readonly string[] {
    return ddl.commentOnTable(this.table, this.comment.to)
  }
  change({ comment: _, ...rest }: TableDefinition): TableDefinition {
    return this.comment.to === null ? rest : { ...rest, comment: this.comment.to }
  }
}
