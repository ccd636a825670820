import type { WriteSpelling } from "../../sql/index.ts"

export const sqliteWrites: WriteSpelling = {
  inWith: false,
  conflictNeedsWhere: true,
  deleteUsing: false,
  returningKnowsAliases: false,
  returningOtherEntries: false,
  returningOldAndNew: undefined,
  merge: undefined,
}
