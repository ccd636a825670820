/** How the named parts of two definitions belong together. */
export interface Matched<T> {
  readonly dropped: readonly T[]
  readonly added: readonly T[]
  /** The same but for the name. */
  readonly renamed: readonly { readonly from: T; readonly to: T }[]
  readonly kept: readonly { readonly live: T; readonly desired: T }[]
}

/**
 * Pairs parts by name; those that changed are dropped and added. A part without a name, which only SQLite knows, is the desired one
 * that is the same. What is left over and the same but for its name was renamed.
 */
export function matchNamed<T extends { readonly name: string }>(
  live: readonly T[],
  desired: readonly T[],
  same: (live: T, desired: T) => boolean,
): Matched<T> {
  const dropped: T[] = []
  const kept: { readonly live: T; readonly desired: T }[] = []
  const open = new Set(desired)
  const keep = (one: T, other: T) => {
    kept.push({ live: one, desired: other })
    open.delete(other)
  }
  for (const each of live.filter(({ name }) => name !== "")) {
    const twin = [...open].find(({ name }) => name === each.name)
    if (twin !== undefined && same(each, twin)) keep(each, twin)
    else dropped.push(each)
  }
  for (const each of live.filter(({ name }) => name === "")) {
    const twin = [...open].find((candidate) => same(each, candidate))
    if (twin === undefined) dropped.push(each)
    else keep(each, twin)
  }
  const renamed: { readonly from: T; readonly to: T }[] = []
  const taken = new Set(live.map(({ name }) => name))
  for (const from of dropped.slice()) {
    // A new name that something else still has could only be given in a certain order: that one is made anew.
    const to = [...open].find((candidate) => candidate.name !== from.name && !taken.has(candidate.name) && same(from, candidate))
    if (to === undefined || from.name === "") continue
    renamed.push({ from, to })
    dropped.splice(dropped.indexOf(from), 1)
    open.delete(to)
  }
  return { dropped, added: [...open], renamed, kept }
}
