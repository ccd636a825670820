import { type Alias, aliasTarget } from "../from/aliased.ts"
import type { Item } from "../select/result.ts"
import { aliasInfo, isSource, source, type Source, type SourceInfo } from "../from/source.ts"

/**
 * A row before and after a statement changed it, as `returning` sees it. `old` is null where the statement inserted the row, `new`
 * where it deleted it. Whole rows of `old` are entities that no session knows.
 */
export interface ChangedRow<M extends Source> {
  readonly old: Alias<M, "old">
  readonly new: Alias<M, "new">
}

/** What RETURNING gives: an item, and the forms of the row that it is made of. */
export interface ReturnedItem {
  readonly item: Item
  readonly forms: readonly SourceInfo[]
  /** Those of them that may be absent. */
  readonly absent: readonly SourceInfo[]
}

/** What RETURNING gives: nothing without. */
export type Returned = ReturnedItem | undefined

/** @param absent the forms that a row may not have */
export function returnedItem<M extends Source>(
  given: Item | ((row: ChangedRow<M>) => Item),
  model: M,
  absent: readonly ("old" | "new")[],
): ReturnedItem {
  if (typeof given !== "function" || isSource(given)) return { item: given, forms: [], absent: [] }
  const { row, forms } = changedRow(model)
  return { item: given(row), forms, absent: forms.filter(({ name }) => absent.includes(name as "old")) }
}

export function changedRow<M extends Source>(model: M): { readonly row: ChangedRow<M>; readonly forms: readonly SourceInfo[] } {
  const before: SourceInfo = { ...aliasInfo(model[source], "old"), detached: true }
  const after = aliasInfo(model[source], "new")
  const row = { old: aliasTarget(model, "old", before), new: aliasTarget(model, "new", after) } as ChangedRow<M>
  return { row, forms: [before, after] }
}
