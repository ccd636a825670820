import { StatementError } from "../../errors/index.ts"
import type { LowerContext } from "../lowering/lower.ts"

let make = (): LowerContext => {
  throw new StatementError("no dialect is known for an expression inside a Kysely query", {
    hint: 'import from "rebis", which sets PostgreSQL as the default',
  })
}
/** Says how expressions are spelled when Kysely asks for them. */
export function setKyselyContext(of: () => LowerContext): void {
  make = of
}
/** What lowers an expression inside a query of Kysely's own. */
export function kyselyContext(): LowerContext {
  return make()
}
