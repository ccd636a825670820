import { type CaseNode, OrNode, ParensNode, WhenNode, type OperationNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import { Aggregate } from "../aggregates/aggregate.ts"
import { Computed, Condition, Expr, type BooleanExpr } from "../expression/expression.ts"
import type { LowerContext, ScopeEntry } from "../lowering/lower.ts"
import { lowerIsNull } from "../expression/operators.ts"
import { itemsOf, type Item } from "../select/result.ts"
import { requireKeys } from "../select/selection.ts"
import type { JsonShape } from "../lowering/shape.ts"
import { isSource, source, type SourceInfo } from "../from/source.ts"
import { readable } from "../expression/own-sql.ts"
import { travellingType, type SqlType } from "../types/type.ts"

export const jsonType: SqlType = { kind: "json" }

/** JSON as the database builds it, which need not be parsed again to stand inside other JSON. */
class JsonExpression extends Computed<any, any> {}

export function jsonExpression(label: string, shape: JsonShape, lower: (context: LowerContext) => OperationNode): any {
  return new JsonExpression(label, jsonType, lower, shape)
}

/** What the JSON of an item holds. An outer join makes null of a row whether the shape says so or not. */
export function shapeOf(item: Item, where: string): JsonShape {
  if (item instanceof Expr) return item.json ?? { kind: "value", type: item.type }
  if (isSource(item)) return rowShape(item[source])
  if (typeof item !== "object" || item === null)
    throw new StatementError(`${where}: ${describeItem(item)} is not an expression, a model or an object of these`)
  const items = itemsOf(item)
  return {
    kind: "object",
    keys: requireKeys(items.map(([key]) => key)),
    values: items.map(([key, inner]) => shapeOf(inner, `${where}."${key}"`)),
  }
}

function rowShape(info: SourceInfo): JsonShape {
  if (info.entity !== undefined) return { kind: "entity", entity: info.entity, optional: true }
  return {
    kind: "object",
    keys: info.columns.map((column) => column.key),
    values: info.columns.map((column) => shapeOf(column, info.name)),
  }
}

export function lowerItem(item: Item, context: LowerContext): OperationNode {
  if (item instanceof Expr) {
    const node = item.lower(context)
    if (item instanceof JsonExpression || (item instanceof Aggregate && item.buildsJson)) return node
    if (item.json !== undefined) return context.dialect.jsonDocument(node)
    const { type } = item
    if (type?.codec?.fromSql === undefined) return context.dialect.jsonValue(node, type)
    return context.dialect.jsonValue(readable(node, type, context), travellingType(type) ?? { kind: "custom" })
  }
  if (isSource(item)) return lowerOptionalRow(item[source], context)
  return context.dialect.jsonObject(itemsOf(item).map(([key, inner]) => [key, lowerItem(inner, context)]))
}

export function lowerRow(info: SourceInfo, context: LowerContext): OperationNode {
  return context.dialect.jsonObject(info.columns.map((column) => [column.key, lowerItem(column, context)]))
}

/** A row as JSON, or null where an outer join found none. */
function lowerOptionalRow(info: SourceInfo, context: LowerContext): OperationNode {
  const row = lowerRow(info, context)
  if (!context.isOptional(info.id)) return row
  const when = WhenNode.cloneWithResult(WhenNode.create(present(info, context)), row)
  return context.dialect.jsonDocument({ kind: "CaseNode", when: [when] } as CaseNode)
}

/** That at least one of the entries is there, when an outer join may leave all of them empty. */
export function presenceOf(used: ReadonlySet<ScopeEntry>, context: LowerContext): readonly BooleanExpr[] {
  if (used.size === 0) return []
  const infos: SourceInfo[] = []
  for (const entry of used) {
    if (!context.isOptional(entry.id) || !isSourceInfo(entry)) return []
    infos.push(entry)
  }
  return [new Condition((inner) => anyOf(infos.map((info) => present(info, inner))))]
}

function isSourceInfo(entry: ScopeEntry): entry is SourceInfo {
  return "columns" in entry
}

/** True when a row is there: its key is not null, or any of its columns where there is no key. */
function present(info: SourceInfo, context: LowerContext): OperationNode {
  const key = info.entity?.keyIndexes[0]
  const columns = key === undefined ? info.columns : [info.columns[key]!]
  return anyOf(columns.map((column) => lowerIsNull(column, true, context)))
}

function anyOf(nodes: readonly OperationNode[]): OperationNode {
  return nodes.length === 1 ? nodes[0]! : ParensNode.create(nodes.reduce((left, right) => OrNode.create(left, right)))
}

export function describeItem(value: unknown): string {
  return value instanceof Expr
    ? `the expression ${value.label}`
    : value === null || value === undefined
      ? String(value)
      : Array.isArray(value)
        ? "a list"
        : `a ${typeof value}`
}
