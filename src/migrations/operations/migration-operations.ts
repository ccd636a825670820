import type { EnumPlace } from "../../dialects/index.ts"
import type { Connection } from "../../engine/index.ts"
import { MigrationFileError } from "../../errors/index.ts"
import type { CheckDefinition, KeyDefinition } from "../../schema/index.ts"
import { type AlterColumnInput, AddColumn, AlterColumn, DropColumn, RenameColumn } from "./column-operations.ts"
import { AddConstraint, DropConstraint, RenameConstraint } from "./constraint-operations.ts"
import { AddEnumValue, CreateEnum, DropEnum } from "./enum-operations.ts"
import { CreateIndex, DropIndex, RenameIndex } from "./index-operations.ts"
import {
  type ColumnInput,
  columnDefinition,
  type ForeignKeyInput,
  foreignKeyDefinition,
  indexDefinition,
  type IndexInput,
  type NameInput,
  objectName,
  type TableInput,
  tableDefinition,
} from "./inputs.ts"
import type { Operation } from "./operation.ts"
import { CreateSchema, DropSchema } from "./schema-operations.ts"
import { Execute, type ExecuteOptions, Irreversible, Run } from "./statement-operations.ts"
import { CommentOnTable, CreateTable, DropTable, RenameTable } from "./table-operations.ts"

/**
 * `op` in a migration file. Each call is noted as an operation, in order; nothing is run by calling.
 *
 * What takes away (`dropTable`, `dropColumn`, `dropIndex`, …) takes the whole definition of what was there, so that it can be
 * reversed; a bare name is enough to drop, but then not to reverse.
 */
export class MigrationOperations {
  readonly #recorded: Operation[]

  constructor(recorded: Operation[]) {
    this.#recorded = recorded
  }

  createSchema(name: string): void {
    this.#record(new CreateSchema(name))
  }
  dropSchema(name: string): void {
    this.#record(new DropSchema(name))
  }

  /** A table with its constraints, indexes and comments. */
  createTable(name: NameInput, table: TableInput): void {
    this.#record(new CreateTable(tableDefinition(objectName(name), table)))
  }
  dropTable(name: NameInput, table?: TableInput): void {
    const dropped = objectName(name)
    this.#record(new DropTable(dropped, table === undefined ? undefined : tableDefinition(dropped, table)))
  }
  renameTable(name: NameInput, to: string): void {
    this.#record(new RenameTable(objectName(name), to))
  }
  commentOnTable(name: NameInput, comment: { readonly from?: string | null; readonly to: string | null }): void {
    this.#record(new CommentOnTable(objectName(name), comment))
  }

  addColumn(table: NameInput, column: ColumnInput): void {
    this.#record(new AddColumn(objectName(table), columnDefinition(column)))
  }
  dropColumn(table: NameInput, column: string | ColumnInput): void {
    const [name, definition] = typeof column === "string" ? [column, undefined] : [column.name, columnDefinition(column)]
    this.#record(new DropColumn(objectName(table), name, definition))
  }
  /**
   * What `change` leaves out stays as it is. Each part says what was (`from`) and what will be (`to`); without `from` it cannot
   * be reversed. `null` is "none".
   *
   * @example op.alterColumn("post", "title", { type: { from: "varchar(100)", to: "text" }, default: { from: "''", to: null } })
   */
  alterColumn(table: NameInput, column: string, change: AlterColumnInput): void {
    this.#record(new AlterColumn(objectName(table), column, change))
  }
  renameColumn(table: NameInput, column: string, to: string): void {
    this.#record(new RenameColumn(objectName(table), column, to))
  }

  /**
   * `concurrently` builds the index without blocking writers, outside the migration's transaction, where the database can.
   * @example op.createIndex("user", { name: "user_email_idx", keys: ["email", { expression: "lower(name)", direction: "desc" }] })
   */
  createIndex(table: NameInput, index: IndexInput, options: { readonly concurrently?: boolean } = {}): void {
    this.#record(new CreateIndex(objectName(table), indexDefinition(index), options))
  }
  dropIndex(table: NameInput, index: string | IndexInput, options: { readonly concurrently?: boolean } = {}): void {
    const [name, definition] = typeof index === "string" ? [index, undefined] : [index.name, indexDefinition(index)]
    this.#record(new DropIndex(objectName(table), name, definition, options))
  }
  renameIndex(table: NameInput, index: IndexInput, to: string): void {
    this.#record(new RenameIndex(objectName(table), indexDefinition(index), to))
  }

  addPrimaryKey(table: NameInput, key: KeyDefinition): void {
    this.#record(new AddConstraint(objectName(table), { kind: "primary key", definition: key }))
  }
  dropPrimaryKey(table: NameInput, key: KeyDefinition): void {
    this.#record(new DropConstraint(objectName(table), key.name, { kind: "primary key", definition: key }))
  }
  addUnique(table: NameInput, key: KeyDefinition): void {
    this.#record(new AddConstraint(objectName(table), { kind: "unique", definition: key }))
  }
  dropUnique(table: NameInput, key: KeyDefinition): void {
    this.#record(new DropConstraint(objectName(table), key.name, { kind: "unique", definition: key }))
  }
  addForeignKey(table: NameInput, key: ForeignKeyInput): void {
    this.#record(new AddConstraint(objectName(table), { kind: "foreign key", definition: foreignKeyDefinition(key) }))
  }
  dropForeignKey(table: NameInput, key: ForeignKeyInput): void {
    this.#record(new DropConstraint(objectName(table), key.name, { kind: "foreign key", definition: foreignKeyDefinition(key) }))
  }
  addCheck(table: NameInput, check: CheckDefinition): void {
    this.#record(new AddConstraint(objectName(table), { kind: "check", definition: check }))
  }
  dropCheck(table: NameInput, check: CheckDefinition): void {
    this.#record(new DropConstraint(objectName(table), check.name, { kind: "check", definition: check }))
  }
  /** By name alone, which cannot be reversed; `dropForeignKey` and its kin can. */
  dropConstraint(table: NameInput, name: string): void {
    this.#record(new DropConstraint(objectName(table), name, undefined))
  }
  renameConstraint(table: NameInput, name: string, to: string): void {
    this.#record(new RenameConstraint(objectName(table), name, to))
  }

  createEnum(name: NameInput, labels: readonly string[]): void {
    this.#record(new CreateEnum({ ...objectName(name), labels }))
  }
  dropEnum(name: NameInput, labels?: readonly string[]): void {
    this.#record(new DropEnum(objectName(name), labels))
  }
  /** At the end, or beside another label. It stands in a transaction of its own: PostgreSQL lets it be used only once it is committed. */
  addEnumValue(name: NameInput, label: string, place: EnumPlace = {}): void {
    this.#record(new AddEnumValue(objectName(name), label, place))
  }

  /** SQL as it is: one statement. `reverse` undoes it, for who computes `down` from `up`; `transaction: false` runs it outside of one. */
  execute(sql: string, options: ExecuteOptions = {}): void {
    this.#record(new Execute(sql, options))
  }
  /**
   * Code, for data that SQL alone cannot move. It runs in the migration's transaction, on its connection.
   * @example op.run(async (connection) => { await connection.exec("update post set slug = $1 where id = $2", [slug, id]) })
   */
  run(work: (connection: Connection) => Promise<void>): void {
    this.#record(new Run(work))
  }
  /** Says that there is no way back (or on), and why. The migration is refused before anything of it is run. */
  irreversible(reason: string): void {
    this.#record(new Irreversible(reason))
  }

  #record(operation: Operation): void {
    this.#recorded.push(operation)
  }
}

/**
 * The operations that `up` or `down` of a migration calls, in order. Nothing is run.
 * @throws MigrationFileError when it is async: what it called after its first `await` would be missed.
 */
export function recordOperations(body: (op: MigrationOperations) => void): readonly Operation[] {
  const recorded: Operation[] = []
  const result: unknown = body(new MigrationOperations(recorded))
  if (typeof result === "object" && result !== null && "then" in result) {
    Promise.resolve(result).catch(() => undefined)
    throw new MigrationFileError("up and down of a migration list what is to be done and cannot wait", {
      hint: "make it a plain function, and put what has to wait into op.run(async (connection) => { … })",
    })
  }
  return recorded
}
