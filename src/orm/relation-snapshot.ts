/** A relation as it was loaded or last written: the related entity or null, or a copy of the list. Never changed in place. */
export type RelationSnapshot = object | null | readonly object[]
