import { StatementError } from "../../errors/index.ts"
import type { SqlType } from "./type.ts"

/** Whatever says a SQL type: the type itself, a column as models declare it (`integer()`), an enum. */
export type TypeSource<T> = SqlType<T> | { readonly type: SqlType<T> }

/** @throws StatementError when it is not a type. */
export function typeFrom<T>(given: TypeSource<T>, where: string): SqlType<T> {
  if (typeof given === "object" || typeof given === "function") {
    if (given !== null && "kind" in given) return given
    if (given !== null && "type" in given) return given.type
  }
  throw new StatementError(`${where} takes a type, not ${String(given)}`, { hint: "write integer(), text(), numeric(), …" })
}
