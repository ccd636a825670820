import type { QuerySpelling } from "../../sql/index.ts"
import { postgresTableFunctions } from "./table-functions.ts"

export const postgresQueries: QuerySpelling = {
  operandsInParentheses: true,
  intersectAll: true,
  searchAndCycle: 14,
  distinctOn: true,
  withTies: 13,
  rowLocks: true,
  tablesample: true,
  namesColumns: true,
  ...postgresTableFunctions,
  arrayOfRows: true,
}
