import { PostgresAdapter, PostgresIntrospector } from "kysely"
import type { Codec, SqlType } from "../../sql/index.ts"
import type { Dialect, TransactionOptions } from "../contract.ts"
import { requireIsolation } from "../isolation.ts"
import type { Parameter } from "../values/codec-of-rules.ts"
import { printArray } from "./array-literal.ts"
import { postgresAggregates } from "./aggregates.ts"
import { postgresCapabilities } from "./capabilities.ts"
import { postgresCodec } from "./codecs.ts"
import { postgresDdl } from "./ddl.ts"
import { advisoryLocks } from "./advisory-locks.ts"
import { twoPhase } from "./two-phase.ts"
import { deferredConstraints } from "./deferred-constraints.ts"
import { mapError } from "./errors.ts"
import { postgresExplain } from "./explain.ts"
import { postgresIntrospection } from "./introspect.ts"
import { postgresLowering } from "./lowering.ts"
import { SharingQueryCompiler } from "./query-compiler.ts"
import { decoderOf } from "./result-types.ts"
import { sessionLock } from "./session-lock.ts"
import { postgresSpelling } from "./spelling.ts"
import { postgresQueries } from "./queries.ts"
import { typeName } from "./types.ts"
import { postgresWrites } from "./writes.ts"

/** PostgreSQL, of a server or embedded. */
export const postgres: Dialect = {
  title: "PostgreSQL",
  capabilities: postgresCapabilities,
  queries: postgresQueries,
  offsetNeedsLimit: false,
  defaultInValues: true,
  castsParameters: true,
  ordersJson: true,
  conflictOnConstraint: true,
  writes: postgresWrites,
  groupingSets: true,
  anyValueSince: 16,
  codec: <T>(type: SqlType<T>): Codec<T> => postgresCodec(type),
  typeName,
  createQueryCompiler: () => new SharingQueryCompiler(),
  functionName: (name) => name,
  ...postgresLowering,
  ...postgresSpelling,
  ...postgresAggregates,
  begin,
  arrayParameter: (values) => printArray(values as readonly Parameter[]),
  mapError,
  decoderOf,
  sessionLock,
  ddl: postgresDdl,
  explain: postgresExplain,
  kysely: { createAdapter: () => new PostgresAdapter(), createIntrospector: (db) => new PostgresIntrospector(db) },
  introspection: postgresIntrospection,
  advisoryLocks,
  twoPhase,
  deferredConstraints,
  scratchUrl: "pglite://memory",
}

function begin(options: TransactionOptions): string {
  requireIsolation(options)
  const { isolation, readOnly, deferrable } = options
  const modes = [
    isolation === undefined ? "" : ` isolation level ${isolation}`,
    readOnly === undefined ? "" : readOnly ? " read only" : " read write",
    deferrable === undefined ? "" : deferrable ? " deferrable" : " not deferrable",
  ]
  return `begin${modes.join("")}`
}
