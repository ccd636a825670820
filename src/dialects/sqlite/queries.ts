import type { QuerySpelling } from "../../sql/index.ts"

export const sqliteQueries: QuerySpelling = {
  operandsInParentheses: false,
  intersectAll: false,
  searchAndCycle: undefined,
  distinctOn: false,
  withTies: undefined,
  rowLocks: false,
  arrayOfRows: false,
}
