import { StatementError } from "../../errors/index.ts"
import { isLowerable } from "../lowering/lower.ts"

/** @throws StatementError for anything that is not an expression, above all `undefined`. */
export function requireExpressions(conditions: readonly unknown[], clause: string): void {
  conditions.forEach((condition, index) => {
    if (!isLowerable(condition)) {
      const where = clause.endsWith(")") ? clause : `${clause}()`
      throw new StatementError(`${where}: argument ${index + 1} is ${String(condition)}, not an expression`, {
        hint: "what may be missing is added only when it exists: a condition that is left out stands for every row",
      })
    }
  })
}
