import { check, declarativeBase, integer, manyToOne, oneToMany, text, timestamptz } from "../../src/index.ts"

export const Base = declarativeBase()

export class Account extends Base.model(
  "account",
  {
    id: integer().primaryKey().identity(),
    email: text().unique(),
    balance: integer().default(0),
    createdAt: timestamptz().defaultNow(),
  },
  (account) => [check("balance_not_negative", account.balance.gte(0))],
) {
  static readonly memberships = oneToMany(() => Membership)
}

/** Its foreign key is looked at when the transaction commits: a wrong one lets every statement pass and the COMMIT fail. */
export class Membership extends Base.model("membership", {
  id: integer().primaryKey().identity(),
  accountId: integer().references(() => Account.c.id, { deferrable: "deferred" }),
  role: text(),
}) {
  static readonly account = manyToOne(() => Account)
}
