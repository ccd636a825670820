import type { SessionLock } from "../session-lock.ts"

/** Advisory locks. One that waits on the server would stand in the way of CREATE INDEX CONCURRENTLY, so none does. */
export const sessionLock: SessionLock = {
  acquire: (key) => `select pg_try_advisory_lock(${key})::int`,
  held: (key) =>
    `select count(*)::int from (select 1 from pg_catalog.pg_locks where locktype = 'advisory' and granted and objsubid = 1` +
    ` and pid = pg_backend_pid() and database = (select oid from pg_catalog.pg_database where datname = current_database())` +
    ` and classid::bigint = ${BigInt.asUintN(32, key >> 32n)} and objid::bigint = ${BigInt.asUintN(32, key)}) as held`,
  release: (key) => `select pg_advisory_unlock(${key})::int`,
}
