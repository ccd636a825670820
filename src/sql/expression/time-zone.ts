import { StatementError } from "../../errors/index.ts"
import type { IsoDateTime, isoDateTime } from "../types/iso-text.ts"
import type { Typed } from "./operators.ts"
import type { SqlType } from "../types/type.ts"

/** What `at time zone` makes of a value: a wall clock of a moment, a moment of a wall clock. */
export type InZone<V> = V extends Date ? IsoDateTime : V extends string ? (typeof isoDateTime extends keyof V ? Date : string) : never

/** The type that `at time zone` gives, in the JavaScript form that {@link InZone} says. */
export function zonedType({ label, type }: Typed): SqlType | undefined {
  switch (type?.kind) {
    case "timestamptz":
      return { kind: "timestamp" }
    case "timestamp":
      return type.mode === "date" ? { kind: "timestamptz", mode: "string" } : { kind: "timestamptz" }
    default:
      if (type === undefined) return undefined
      throw new StatementError(`atTimeZone(): ${label} is of type ${type.kind}, which has no time zone`, {
        hint: "it is for timestamps with and without a zone",
      })
  }
}
