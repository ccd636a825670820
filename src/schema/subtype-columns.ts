import { ArgumentError } from "../errors/index.ts"
import { type Column, type ColumnsOf, isSource, source, type Source } from "../sql/index.ts"
import { placesWithin } from "./level-rows.ts"
import { mapperOf } from "./mapper.ts"
import type { ColumnShape, RowShape } from "./row-shape.ts"

/** The columns of a subtype in rows of an entry `Name`: null in those that are of other classes. */
export type SubtypeColumns<S, Name extends string> = ColumnsOf<{ [K in keyof RowShape<S>]: RowShape<S>[K] | null }, Name>

/**
 * The columns of a subtype, by property, as they stand in the rows of a parent: for conditions, order and columns of statements that
 * are about all of the parent's classes.
 *
 * @param entry the parent, an alias of it or a subquery of its entities
 * @throws ArgumentError when the rows of the entry are never of the subtype
 * @example
 * const truck = subtypeColumns(Vehicle, Truck)
 * select(Vehicle).where(or(truck.load.gt(5), Vehicle.c.wheels.eq(2)))
 */
export function subtypeColumns<Name extends string, S extends ColumnShape>(
  entry: Source<Name>,
  subtype: { readonly $columns: S; readonly $isPolymorphic: true },
): SubtypeColumns<S, Name> {
  const level = mapperOf(subtype).level
  const above = isSource(entry) && entry[source].entity !== undefined ? mapperOf(entry[source].entity.entityClass).level : undefined
  if (level === undefined || above === undefined || !level.isWithin(above)) {
    const { className } = mapperOf(subtype)
    throw new ArgumentError(`subtypeColumns(): rows of ${isSource(entry) ? entry.tableName : String(entry)} are never of ${className}`, {
      hint: "pass a parent of it, an alias of one, or a subquery of its entities",
    })
  }
  const { columns } = entry[source]
  const own = placesWithin(level, above).map((place, index): readonly [string, Column<any, any, any>] => [
    level.columns[index]!.key,
    columns[place]!,
  ])
  return Object.freeze(Object.assign(Object.create(null) as object, Object.fromEntries(own))) as SubtypeColumns<S, Name>
}
