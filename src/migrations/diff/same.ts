import type { CheckDefinition, ForeignKeyDefinition, IndexDefinition, IndexKeyDefinition, KeyDefinition } from "../../schema/index.ts"

/** `"models"`: what models cannot declare yet is not compared, since the desired side cannot say it. */
export type Comparison = "everything" | "models"

// Whether two definitions are the same but for their names.

export function sameKey(live: KeyDefinition, desired: KeyDefinition, comparison: Comparison): boolean {
  if (!sameList(live.columns, desired.columns)) return false
  if (comparison === "models") return true
  return (
    sameList(live.include, desired.include) && live.nullsNotDistinct === desired.nullsNotDistinct && live.deferrable === desired.deferrable
  )
}

export function sameForeignKey(live: ForeignKeyDefinition, desired: ForeignKeyDefinition, comparison: Comparison): boolean {
  return (
    sameList(live.columns, desired.columns) &&
    live.referredSchema === desired.referredSchema &&
    live.referredTable === desired.referredTable &&
    sameList(live.referredColumns, desired.referredColumns) &&
    live.onDelete === desired.onDelete &&
    live.onUpdate === desired.onUpdate &&
    live.deferrable === desired.deferrable &&
    (comparison === "models" || (live.match === desired.match && sameList(live.onDeleteColumns, desired.onDeleteColumns)))
  )
}

export function sameCheck(live: CheckDefinition, desired: CheckDefinition): boolean {
  return live.expression === desired.expression
}

export function sameIndex(live: IndexDefinition, desired: IndexDefinition, comparison: Comparison): boolean {
  if (live.unique !== desired.unique || live.method !== desired.method || live.where !== desired.where) return false
  if (live.keys.length !== desired.keys.length) return false
  if (!live.keys.every((key, place) => sameIndexKey(key, desired.keys[place], comparison))) return false
  if (comparison === "models") return true
  return sameList(live.include, desired.include) && live.nullsNotDistinct === desired.nullsNotDistinct && sameList(live.with, desired.with)
}

function sameIndexKey(live: IndexKeyDefinition, desired: IndexKeyDefinition | undefined, comparison: Comparison): boolean {
  return (
    desired !== undefined &&
    live.column === desired.column &&
    live.expression === desired.expression &&
    live.direction === desired.direction &&
    live.nulls === desired.nulls &&
    (comparison === "models" || (live.collation === desired.collation && live.operatorClass === desired.operatorClass))
  )
}

export function sameList(left: readonly string[] | undefined, right: readonly string[] | undefined): boolean {
  if (left === undefined || right === undefined) return left === right
  return left.length === right.length && left.every((each, place) => each === right[place])
}
