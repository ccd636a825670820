import { ArgumentError, TooManyStatementsError } from "../errors/index.ts"
import type { CompiledStatement } from "../sql/index.ts"

/** How many statements a session may send. */
export class StatementBudget {
  readonly #most: number
  readonly #sent: string[] = []

  constructor(most: number) {
    if (!Number.isInteger(most) || most < 0) throw new ArgumentError(`statementLimit is ${String(most)}: a whole number from 0 is needed`)
    this.#most = most
  }

  /** @throws TooManyStatementsError before the first statement too many is sent, with all of them */
  spend(statements: readonly CompiledStatement[]): void {
    for (const { text } of statements) this.#sent.push(text)
    if (this.#sent.length <= this.#most) return
    throw new TooManyStatementsError(
      `a session was about to send ${this.#sent.length} statements, ${this.#most} are allowed:\n${listed(this.#sent)}`,
      { hint: "load with .with(…) what is loaded row by row, or raise statementLimit" },
    )
  }
}

/** Texts with how often each comes, in the order of their first. */
function listed(texts: readonly string[]): string {
  const times = new Map<string, number>()
  for (const text of texts) times.set(text, (times.get(text) ?? 0) + 1)
  return [...times].map(([text, count]) => `  ${count} × ${text}`).join("\n")
}
