import type { WriteSpelling } from "../../sql/index.ts"

export const postgresWrites: WriteSpelling = {
  inWith: true,
  conflictNeedsWhere: false,
  deleteUsing: true,
  returningKnowsAliases: true,
  returningOtherEntries: true,
  returningOldAndNew: 18,
  merge: { from: 15, returning: 17, bySource: 17 },
}
