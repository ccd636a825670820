/** `createdAt` → `created_at`, `userID` → `user_id`, `html5Body` → `html5_body`. */
export function snakeCase(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, "$1_$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase()
}

/** `blog_post` → `BlogPost`. */
export function pascalCase(name: string): string {
  return name.replace(/(^|_)([a-z\d])/g, (_, _separator: string, letter: string) => letter.toUpperCase())
}

/** `user_id` → `userId`. */
export function camelCase(name: string): string {
  const pascal = pascalCase(name)
  return pascal.slice(0, 1).toLowerCase() + pascal.slice(1)
}
