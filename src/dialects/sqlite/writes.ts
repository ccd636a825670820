import type { WriteSpelling } from "../../sql/index.ts"

export const sqliteWrites: WriteSpelling = {
  conflictNeedsWhere: true,
  deleteUsing: false,
  returningKnowsAliases: false,
  returningOtherEntries: false,
  returningOldAndNew: undefined,
  merge: undefined,
}
