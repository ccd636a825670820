import type { QuerySpelling } from "../../sql/index.ts"

export const postgresQueries: QuerySpelling = {
  operandsInParentheses: true,
  intersectAll: true,
  searchAndCycle: 14,
  distinctOn: true,
  withTies: 13,
  rowLocks: true,
  arrayOfRows: true,
}
