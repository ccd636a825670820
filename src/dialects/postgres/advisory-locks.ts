import type { AdvisoryLocks, LockKey } from "../advisory-locks.ts"

export const advisoryLocks: AdvisoryLocks = {
  take(key, { scope, shared, wait }) {
    const name = `pg_${wait ? "" : "try_"}advisory${scope === "transaction" ? "_xact" : ""}_lock${shared ? "_shared" : ""}`
    return { text: `select ${name}(${placeholders(key)})${wait ? "" : "::int"}`, parameters: parametersOf(key) }
  },
  release: (key, shared) => ({
    text: `select pg_advisory_unlock${shared ? "_shared" : ""}(${placeholders(key)})::int`,
    parameters: parametersOf(key),
  }),
}

function placeholders(key: LockKey): string {
  return typeof key === "bigint" ? "$1::bigint" : "$1::int, $2::int"
}

function parametersOf(key: LockKey): readonly unknown[] {
  return (typeof key === "bigint" ? [key] : key).map(String)
}
