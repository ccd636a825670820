/** `createdAt` → `created_at`, `userID` → `user_id`, `html5Body` → `html5_body`. */
export function snakeCase(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, "$1_$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase()
}

type Upper =
  | "A" | "B" | "C" | "D" | "E" | "F" | "G" | "H" | "I" | "J" | "K" | "L" | "M"
  | "N" | "O" | "P" | "Q" | "R" | "S" | "T" | "U" | "V" | "W" | "X" | "Y" | "Z" // prettier-ignore
type Lower = Lowercase<Upper>
type Digit = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9"

/** What {@link snakeCase} gives, for the compiler. `Before` is what kind of letter stood before. */
export type SnakeCase<
  S extends string,
  Done extends string = "",
  Before extends "word" | "upper" | "other" = "other",
> = S extends `${infer C}${infer Rest}`
  ? C extends Upper
    ? SnakeCase<Rest, `${Done}${Gap<Before, Rest>}${Lowercase<C>}`, "upper">
    : SnakeCase<Rest, `${Done}${Lowercase<C>}`, C extends Lower | Digit ? "word" : "other">
  : Done
/** Between a word and a capital, and before the last capital of several that begins a word. */
type Gap<Before, Rest> = Before extends "word" ? "_" : Before extends "upper" ? (Rest extends `${Lower}${string}` ? "_" : "") : ""

/** `blog_post` → `BlogPost`. */
export function pascalCase(name: string): string {
  return name.replace(/(^|_)([a-z\d])/g, (_, _separator: string, letter: string) => letter.toUpperCase())
}

/** `user_id` → `userId`. */
export function camelCase(name: string): string {
  const pascal = pascalCase(name)
  return pascal.slice(0, 1).toLowerCase() + pascal.slice(1)
}
