import type { QuerySpelling } from "../../sql/index.ts"
import { sqliteTableFunctions } from "./table-functions.ts"

export const sqliteQueries: QuerySpelling = {
  operandsInParentheses: false,
  intersectAll: false,
  searchAndCycle: undefined,
  distinctOn: false,
  withTies: undefined,
  rowLocks: false,
  tablesample: false,
  namesColumns: false,
  ...sqliteTableFunctions,
  arrayOfRows: false,
}
