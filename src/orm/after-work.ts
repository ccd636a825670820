import { AfterCommitError } from "../errors/index.ts"

/** All of it is run, also when some of it fails. @throws AfterCommitError */
export async function runAfterCommit(works: readonly (() => unknown)[]): Promise<void> {
  const failures = await failuresOf(works)
  if (failures.length > 0)
    throw new AfterCommitError("the transaction was committed, but work after it failed", {
      cause: failures.length === 1 ? failures[0] : failures,
    })
}

/** All of it is run. What fails becomes a warning, so that it never hides why there was a rollback. */
export async function runAfterRollback(works: readonly (() => unknown)[]): Promise<void> {
  for (const failure of await failuresOf(works))
    process.emitWarning(`work after a rollback failed: ${String(failure)}`, { type: "RebisWarning", code: "REBIS_AFTER_ROLLBACK" })
}

async function failuresOf(works: readonly (() => unknown)[]): Promise<unknown[]> {
  const failures: unknown[] = []
  for (const work of works) {
    try {
      await work()
    } catch (error) {
      failures.push(error)
    }
  }
  return failures
}
