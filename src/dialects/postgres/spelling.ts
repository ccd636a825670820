import type { ExpressionSpelling } from "../../sql/index.ts"
import { postgresArithmetic } from "./arithmetic.ts"
import { postgresComparisons } from "./comparisons.ts"
import { postgresDates } from "./dates.ts"
import { postgresFunctions } from "./functions.ts"
import { postgresOperators } from "./operators.ts"

/** Operators and functions. */
export const postgresSpelling: ExpressionSpelling = {
  ...postgresComparisons,
  ...postgresArithmetic,
  ...postgresFunctions,
  ...postgresOperators,
  ...postgresDates,
}
