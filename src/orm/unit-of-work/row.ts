import { InternalError } from "../../errors/index.ts"
import type { Table } from "../../schema/index.ts"
import type { EntityState } from "../entity-state.ts"

/** A foreign key of a row that is to be taken from another entity, whose key may still be made by the database. */
export interface Link {
  /** Indexes of the foreign key's columns in the row, and of the columns that they refer to in the parent. */
  readonly columns: readonly number[]
  readonly parentColumns: readonly number[]
  readonly parent: EntityState
  /** Whether a many-to-one says it, and not only a list. */
  readonly isDecided?: boolean
  /** The table that the foreign key refers to, which may be one of several of the parent's. */
  readonly referredTable?: Table
  /** The database looks at the foreign key only when the transaction is committed. */
  readonly isDeferred?: true
}

/** Copies the parent's key into the row's entity. */
export function applyLink(
  entity: Record<string, unknown>,
  properties: readonly { readonly key: string }[],
  { columns, parentColumns, parent }: Link,
): void {
  for (const [position, column] of columns.entries()) {
    const value = parent.entity[parent.plan.mapper.properties[parentColumns[position]!]!.key]
    if (value === undefined)
      throw new InternalError(`the key of a row of ${parent.plan.mapper.name} is not known when a row that refers to it is written`)
    entity[properties[column]!.key] = value
  }
}

/** The same where the parent's key is known already. */
export function applyIfKnown(state: EntityState, link: Link): void {
  const { parent, parentColumns } = link
  if (parentColumns.every((index) => parent.entity[parent.plan.mapper.properties[index]!.key] !== undefined))
    applyLink(state.entity, state.plan.mapper.properties, link)
}

/** A row to insert: of an entity, or between two of them (`tracked: false`). */
export interface NewRow {
  readonly state: EntityState
  readonly links: readonly Link[]
  readonly tracked: boolean
}

/** A row to update: the columns to write, those of links included. */
export interface ChangedRow {
  readonly state: EntityState
  readonly columns: readonly number[]
  readonly links: readonly Link[]
  /** It is written once more in the same flush, to break a circle: the version of the row is that of its other write. */
  readonly isPostUpdate?: true
  /** What is written for columns instead of what the entity holds. */
  readonly values?: ReadonlyMap<number, unknown>
  /** The deleted entity whose row a new one with its key takes over. */
  readonly replaces?: EntityState
}
