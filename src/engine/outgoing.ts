import type { Effect } from "../sql/index.ts"
import type { DriverStatement } from "./driver.ts"
import type { StatementRole } from "./events.ts"

/** A statement on its way to the driver, with what the engine has to know to report it and to run it again. */
export interface Outgoing extends DriverStatement {
  readonly role: StatementRole
  readonly effect: Effect
  /** The text may hold several statements. */
  readonly isScript?: boolean
}

const noParameters: readonly unknown[] = []

/** BEGIN, COMMIT, SAVEPOINT and their kin. They neither read nor write by themselves. */
export function delimiter(role: Exclude<StatementRole, "statement">, text: string, name?: string): Outgoing {
  return { role, text, parameters: noParameters, name, effect: "pure" }
}
