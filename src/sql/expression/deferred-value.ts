import { ValueNode } from "kysely"
import type { Lowerable, LowerContext, ParameterValues } from "../lowering/lower.ts"
import { encodeValue } from "./encode-value.ts"
import { written } from "./own-sql.ts"
import type { SqlType } from "../types/type.ts"

/**
 * Stands among the parameters of a statement that is compiled once and run often, for a value that every run makes anew:
 * what a named parameter is given, or what the application computes.
 */
export class DeferredValue {
  /** The encoded value for a run. @throws ValueError, StatementError */
  readonly encode: (values: ParameterValues) => unknown

  constructor(encode: (values: ParameterValues) => unknown) {
    this.encode = encode
  }
}

/** What the application computes for a column: a value, or, in a statement that is run often, what makes one for each run. */
export function computedValue(
  make: () => unknown,
  column: { readonly type: SqlType; readonly label: string },
  context: LowerContext,
): unknown {
  if (!context.defers) return make()
  const encode = (): unknown => encodeValue(make(), column.type, column.label, context.dialect)
  const made: Lowerable = {
    lower: (inner) => written(ValueNode.create(new DeferredValue(encode)), column.type, inner),
  }
  return made
}
