/** A relation as it was loaded or last written: the related entity or null, or a copy of the list. Never changed in place. */
export type RelationSnapshot = object | null | readonly object[]

/** Whether a relation is what the snapshot says. */
export function isSameRelation(value: unknown, before: RelationSnapshot): boolean {
  if (!Array.isArray(value) || !Array.isArray(before)) return value === before
  if (value.length !== before.length) return false
  for (let index = 0; index < value.length; index++) if (value[index] !== before[index]) return false
  return true
}
