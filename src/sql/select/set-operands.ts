import { StatementError } from "../../errors/index.ts"
import { widerType } from "../types/wider-type.ts"
import { Expr } from "../expression/expression.ts"
import { itemsOf, type Item, type ItemObject } from "./result.ts"
import type { JsonShape, Shape, ValueShape } from "../lowering/shape.ts"
import { isSource, source, type Column, type Source } from "../from/source.ts"
import { typeKey, type SqlType } from "../types/type.ts"

/** The expressions of an item, one for each of its columns. */
export function leavesOf(item: Item): readonly Expr<any, any>[] {
  if (item instanceof Expr) return [item]
  if (isSource(item)) return item[source].columns
  return itemsOf(item).flatMap(([, inner]) => leavesOf(inner))
}

/**
 * An item with its properties in the order of another one, so that the columns of both meet by their names.
 * @throws StatementError when the two have different properties, entities or types
 */
export function alignItem(item: Item, like: Item, where: string): Item {
  if (like instanceof Expr) {
    if (!(item instanceof Expr)) throw mismatch(where, `${like.label} would meet ${describe(item)}`)
    requireCommonType(like, item, where)
    return item
  }
  if (item instanceof Expr) throw mismatch(where, `${describe(like)} would meet ${item.label}`)
  if (isEntity(like) || isEntity(item)) {
    if (isEntity(like) && isEntity(item) && like[source].entity!.entityClass === item[source].entity!.entityClass) return item
    throw mismatch(where, `${describe(like)} would meet ${describe(item)}`)
  }
  return alignObject(item, propertiesOf(item), propertiesOf(like), where)
}

function alignObject(item: Item, own: ItemObject, like: ItemObject, where: string): Item {
  const keys = Object.keys(like)
  const odd = [...keys.filter((key) => !Object.hasOwn(own, key)), ...Object.keys(own).filter((key) => !Object.hasOwn(like, key))]
  if (odd.length > 0) throw mismatch(where, `only one of them has ${odd.map((key) => JSON.stringify(key)).join(", ")}`)
  const aligned = keys.map((key) => [key, alignItem(own[key]!, like[key]!, `${where}, "${key}"`)] as const)
  const isInOrder = isSource(item) && Object.keys(own).every((key, index) => key === keys[index])
  return isInOrder ? item : Object.fromEntries(aligned)
}

function isEntity(item: Item): item is Source {
  return isSource(item) && item[source].entity !== undefined
}

function propertiesOf(item: Item): ItemObject {
  if (!isSource(item)) return item as ItemObject
  return Object.fromEntries(item[source].columns.map((column: Column<any, any, any>) => [column.key, column]))
}

function describe(item: Item): string {
  return isSource(item) ? `a row of ${item.tableName}` : "an object"
}

function mismatch(where: string, what: string): StatementError {
  return new StatementError(`${where}: ${what}`, {
    hint: "both sides select the same properties, of the same types; their order does not matter",
  })
}

function requireCommonType(one: Expr<any, any>, other: Expr<any, any>, where: string): void {
  if ((one.json === undefined) !== (other.json === undefined) || (one.json !== undefined && !isSameJson(one.json, other.json)))
    throw mismatch(where, `${one.label} and ${other.label} are different JSON`)
  if (one.json !== undefined || one.type === undefined || other.type === undefined) return
  if (widerType(one.type, other.type) === undefined) {
    throw new StatementError(`${where}: ${one.label} is ${one.type.kind} and ${other.label} is ${other.type.kind}`, {
      hint: "cast one of them: cast(…, text())",
    })
  }
}

function isSameJson(one: JsonShape | undefined, other: JsonShape | undefined): boolean {
  return JSON.stringify(jsonKey(one)) === JSON.stringify(jsonKey(other))
}

function jsonKey(shape: JsonShape | undefined): unknown {
  switch (shape?.kind) {
    case "value":
      return shape.type === undefined ? "" : typeKey(shape.type)
    case "array":
      return [jsonKey(shape.element)]
    case "record":
      return { record: jsonKey(shape.element) }
    case "tuple":
      return { tuple: shape.elements.map(jsonKey) }
    case "object":
      return shape.keys.map((key, index) => [key, jsonKey(shape.values[index])])
    case "entity":
      return { entity: shape.entity.name }
    default:
      return null
  }
}

/** The type of a column of which some statements know the type. */
export function unitedType(types: readonly (SqlType | undefined)[]): SqlType | undefined {
  return types.reduce((one, other) => (one === undefined || other === undefined ? (one ?? other) : widerType(one, other)))
}

/** How rows of aligned statements are read: as those of the first one, with what is optional in any. */
export function unitedShape(shapes: readonly [Shape, ...Shape[]]): Shape {
  const [first] = shapes
  switch (first.kind) {
    case "value": {
      const type = unitedType(shapes.map((shape) => (shape as ValueShape).type))
      return type === first.type ? first : { ...first, type }
    }
    case "entity":
      return first.optional || !shapes.some((shape) => shape.kind === "entity" && shape.optional) ? first : { ...first, optional: true }
    case "object": {
      const objects = shapes.filter((shape) => shape.kind === "object")
      const optional = objects.find((shape) => shape.optional !== undefined)?.optional
      const values = first.values.map((value, index) => unitedShape([value, ...objects.slice(1).map((shape) => shape.values[index]!)]))
      return { ...first, values, ...(optional === undefined ? {} : { optional }) }
    }
    case "declared":
      return first
  }
}
