import { Column, Computed, type Expr, expressionText, type MomentKind, Order, parameterNode, type SqlDialect } from "../sql/index.ts"
import type {
  ColumnDefinition,
  EnumDefinition,
  ForeignKeyDefinition,
  IndexDefinition,
  IndexKeyDefinition,
  SchemaDefinition,
  TableDefinition,
} from "./definition.ts"
import type { MetaData } from "./metadata.ts"
import type { ForeignKey, Table, TableColumn, TableIndex } from "./table.ts"

/** The metadata as plain data in the words of a dialect: what a fresh database made from the models holds. */
export function schemaDefinition(metadata: MetaData, dialect: SqlDialect): SchemaDefinition {
  return {
    enums: metadata.enums.map((type): EnumDefinition => {
      const definition = { name: type.enumName!, labels: type.labels! }
      return type.enumSchema === undefined ? definition : { schema: type.enumSchema, ...definition }
    }),
    tables: metadata.tables.map((table) => tableDefinition(table, dialect)),
  }
}

export function tableDefinition(table: Table, dialect: SqlDialect): TableDefinition {
  return {
    ...(table.schema === undefined ? {} : { schema: table.schema }),
    name: table.name,
    // A table has its system columns without asking.
    columns: table.columns.filter(({ options }) => options.version !== "system").map((column) => columnDefinition(table, column, dialect)),
    ...(table.primaryKey === undefined
      ? {}
      : { primaryKey: { name: table.primaryKey.name, columns: columnNames(table.primaryKey.columns) } }),
    uniques: table.uniques.map((unique) => ({ name: unique.name, columns: columnNames(unique.columns) })),
    foreignKeys: table.foreignKeys.map(foreignKeyDefinition),
    checks: table.checks.map((check) => ({ name: check.name, expression: expressionText(check.condition, dialect) })),
    indexes: table.indexes.map((index) => indexDefinition(index, dialect)),
    ...(table.comment === undefined ? {} : { comment: table.comment }),
  }
}

function columnDefinition(table: Table, column: TableColumn, dialect: SqlDialect): ColumnDefinition {
  const { options } = column
  const serverDefault = defaultText(table, column, dialect)
  return {
    name: column.name,
    type: dialect.typeName(column.type),
    nullable: options.nullable,
    ...(serverDefault === undefined ? {} : { default: serverDefault }),
    ...(options.identity === undefined ? {} : { identity: options.identity }),
    ...(options.comment === undefined ? {} : { comment: options.comment }),
  }
}

function defaultText(table: Table, column: TableColumn, dialect: SqlDialect): string | undefined {
  const given = column.options.serverDefault
  switch (given?.kind) {
    case undefined:
      return undefined
    case "now":
      return expressionText(new Computed("now", column.type, () => dialect.now(column.type.kind as MomentKind)), dialect)
    case "expression":
      return expressionText(given.expression, dialect)
    case "value":
      return expressionText(
        new Computed("default", column.type, (context) =>
          parameterNode(given.value, column.type, `the default of ${table.fullName}.${column.name}`, context),
        ),
        dialect,
      )
  }
}

function foreignKeyDefinition(key: ForeignKey): ForeignKeyDefinition {
  const { onDelete, onUpdate, deferrable } = key.options
  return {
    name: key.name,
    columns: columnNames(key.columns),
    ...(key.referredTable.schema === undefined ? {} : { referredSchema: key.referredTable.schema }),
    referredTable: key.referredTable.name,
    referredColumns: columnNames(key.referredColumns),
    onDelete: onDelete ?? "no action",
    onUpdate: onUpdate ?? "no action",
    ...(deferrable === undefined ? {} : { deferrable }),
  }
}

function indexDefinition(index: TableIndex, dialect: SqlDialect): IndexDefinition {
  return {
    name: index.name,
    unique: index.unique,
    ...(index.method === undefined ? {} : { method: index.method }),
    keys: index.keys.map((key) => indexKey(key, dialect)),
    ...(index.where === undefined ? {} : { where: expressionText(index.where, dialect) }),
  }
}

function indexKey(key: Expr<any, any> | Order, dialect: SqlDialect): IndexKeyDefinition {
  const order = key instanceof Order ? key : key.asc()
  const what =
    order.expression instanceof Column ? { column: order.expression.name } : { expression: expressionText(order.expression, dialect) }
  return { ...what, direction: order.direction, ...(order.nulls === undefined ? {} : { nulls: order.nulls }) }
}

function columnNames(columns: readonly TableColumn[]): string[] {
  return columns.map((column) => column.name)
}
