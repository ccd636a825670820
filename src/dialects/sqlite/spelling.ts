import type { ExpressionSpelling } from "../../sql/index.ts"
import { sqliteArithmetic } from "./arithmetic.ts"
import { sqliteComparisons } from "./comparisons.ts"
import { sqliteDates } from "./dates.ts"
import { sqliteFunctions } from "./functions.ts"
import { sqliteOperators } from "./operators.ts"

/** Operators and functions. */
export const sqliteSpelling: ExpressionSpelling = {
  ...sqliteComparisons,
  ...sqliteArithmetic,
  ...sqliteFunctions,
  ...sqliteOperators,
  ...sqliteDates,
}
