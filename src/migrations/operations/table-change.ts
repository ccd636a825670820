import type { Ddl, ObjectName } from "../../dialects/index.ts"
import { InternalError, MigrationError } from "../../errors/index.ts"
import type { TableDefinition } from "../../schema/index.ts"
import { type LowerOperationContext, Operation } from "./operation.ts"
import { nameTitle } from "./source.ts"

/** A change of one table that is there: a statement where the database can alter in place, else a part of a rebuild. */
export abstract class TableChange extends Operation {
  abstract readonly table: ObjectName
  /** `undefined` when the table has to be rebuilt. */
  abstract inPlace(ddl: Ddl, context?: LowerOperationContext): readonly string[] | undefined
  /** The table's definition after the change. */
  abstract change(definition: TableDefinition, ddl: Ddl): TableDefinition
  /** By column: the expression over the old row that a rebuild fills it with. */
  using(): Readonly<Record<string, string>> {
    return {}
  }

  override lower(context: LowerOperationContext): Promise<readonly string[]> | readonly string[] {
    return this.inPlace(context.dialect.ddl, context) ?? lowerRebuild(this.table, [this], context)
  }
}

/** The statements that make the table anew with all changes at once. @throws MigrationError when there is no such table. */
export async function lowerRebuild(
  table: ObjectName,
  changes: readonly TableChange[],
  context: LowerOperationContext,
): Promise<readonly string[]> {
  const { ddl } = context.dialect
  const { rebuild } = ddl
  if (rebuild === undefined)
    throw new InternalError(`${changes[0]?.describe()} cannot be done in place, and tables are not rebuilt on ${context.dialect.title}`)
  const live = await context.liveTable(table)
  if (live === undefined) {
    throw new MigrationError(`${changes[0]?.describe()}: there is no table ${nameTitle(table)}`, {
      hint: "is the database at the revision that this migration follows on?",
    })
  }
  const after = changes.reduce((definition, change) => change.change(definition, ddl), live.definition)
  const using = Object.assign({}, ...changes.map((change) => change.using())) as Record<string, string>
  return rebuild.table({ before: live.definition, after, using, dependents: live.dependents })
}

/** Replaces the one item that `matches`. @throws MigrationError when there is none. */
export function replaceOne<T>(
  items: readonly T[],
  matches: (item: T) => boolean,
  what: string,
  replace: (item: T) => T | undefined,
): readonly T[] {
  const index = items.findIndex(matches)
  const found = items[index]
  if (found === undefined)
    throw new MigrationError(`there is no ${what}`, { hint: "is the database at the revision that this migration follows on?" })
  const replacement = replace(found)
  return [...items.slice(0, index), ...(replacement === undefined ? [] : [replacement]), ...items.slice(index + 1)]
}
