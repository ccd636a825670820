import { StatementError } from "../../errors/index.ts"
import type { LowerContext } from "../lower.ts"

let makeContext = (): LowerContext => {
  throw new StatementError("no dialect is known for an expression inside a Kysely query", {
    hint: 'import from "rebis", which sets PostgreSQL as the default',
  })
}

/** Says how expressions are spelled when Kysely asks for them. */
export function setKyselyContext(make: () => LowerContext): void {
  makeContext = make
}

/** Where Kysely asks for nodes it does not say for which database: they are the default one's. */
export function kyselyContext(): LowerContext {
  return makeContext()
}
