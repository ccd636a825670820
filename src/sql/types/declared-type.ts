import { typeFrom, type TypeSource } from "./type-source.ts"
import type { SqlType } from "./type.ts"

/** A type as a column of a model declares it, `nullable()` included: `integer()`, `text().nullable()`. */
export type DeclaredType = TypeSource<unknown>
/** The JavaScript type of its values, null included where it may be. */
export type DeclaredValue<D> = D extends { readonly $value: infer V; readonly $source: never }
  ? V
  : D extends { readonly type: SqlType<infer T> }
    ? D extends { readonly $nullable: true }
      ? T | null
      : T
    : D extends SqlType<infer T>
      ? T
      : never

/** @throws StatementError when it is not a type. */
export function declaredType(given: unknown, where: string): { readonly type: SqlType; readonly nullable: boolean } {
  return { type: typeFrom(given as DeclaredType, where), nullable: isNullable(given) }
}

function isNullable(given: unknown): boolean {
  if (typeof given !== "object" || given === null) return false
  if ("nullable" in given && typeof given.nullable === "boolean") return given.nullable
  const options: unknown = "options" in given ? given.options : undefined
  return typeof options === "object" && options !== null && "nullable" in options && options.nullable === true
}
