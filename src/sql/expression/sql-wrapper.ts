import { DefinitionError } from "../../errors/index.ts"
import { Computed, type Expr } from "./expression.ts"
import { isLowerable, type Lowerable, type LowerContext } from "../lowering/lower.ts"
import type { SqlType, SqlWrapper } from "../types/type.ts"

/** SQL around an expression, as a function of its node. @param type what the expression is, where that is known */
export function sqlWrapper(make: (of: Expr<any>) => Lowerable, name: string, type: SqlType | undefined): SqlWrapper {
  return (node, context) => {
    const made: unknown = make(new Computed<any>(name, type, () => node))
    if (!isLowerable(made)) {
      throw new DefinitionError(`${name} of a codec gives ${String(made)}, not SQL`, {
        hint: `write ${name}: (of) => sql\`lower(\${of})\``,
      })
    }
    return made.lower(context as LowerContext)
  }
}
