/** Compiles only when the two types are the same. */
export function same<A, B>(..._: (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? [] : [never]): void {}

/** Compiles only when the rows of a statement are of the type: `rows(select(Post))<Post>()`. */
export function rows<O>(_statement: {
  readonly $result: O
}): <E>(..._: (<T>() => T extends O ? 1 : 2) extends <T>() => T extends E ? 1 : 2 ? [] : [never]) => void {
  return () => {}
}
