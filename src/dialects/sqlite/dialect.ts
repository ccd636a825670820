import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from "kysely"
import { UnsupportedError } from "../../errors/index.ts"
import type { Codec, SqlType } from "../../sql/index.ts"
import type { Dialect, TransactionOptions } from "../contract.ts"
import { requireIsolation } from "../isolation.ts"
import { sqliteAggregates } from "./aggregates.ts"
import { sqliteCapabilities } from "./capabilities.ts"
import { sqliteCodec } from "./codecs.ts"
import { sqliteDdl } from "./ddl.ts"
import { deferredConstraints } from "./deferred-constraints.ts"
import { mapError } from "./errors.ts"
import { sqliteExplain } from "./explain.ts"
import { sqliteIntrospection } from "./introspect.ts"
import { sqliteLowering } from "./lowering.ts"
import { decoderOf } from "./result-types.ts"
import { sqliteSpelling } from "./spelling.ts"
import { sqliteQueries } from "./queries.ts"
import { typeName } from "./types.ts"
import { sqliteWrites } from "./writes.ts"

/** SQLite 3.44 or newer. */
export const sqlite: Dialect = {
  title: "SQLite",
  capabilities: sqliteCapabilities,
  queries: sqliteQueries,
  offsetNeedsLimit: true,
  defaultInValues: false,
  castsParameters: false,
  ordersJson: false,
  conflictOnConstraint: false,
  writes: sqliteWrites,
  groupingSets: false,
  anyValueSince: 0,
  codec: <T>(type: SqlType<T>): Codec<T> => sqliteCodec(type),
  typeName,
  createQueryCompiler: () => new SqliteQueryCompiler(),
  functionName: (name) => functionNames.get(name) ?? name,
  ...sqliteLowering,
  ...sqliteSpelling,
  ...sqliteAggregates,
  begin,
  arrayParameter() {
    throw new UnsupportedError("SQLite has no array parameters")
  },
  mapError,
  decoderOf,
  ddl: sqliteDdl,
  explain: sqliteExplain,
  kysely: { createAdapter: () => new SqliteAdapter(), createIntrospector: (db) => new SqliteIntrospector(db) },
  introspection: sqliteIntrospection,
  deferredConstraints,
  scratchUrl: "sqlite://memory",
}

const functionNames: ReadonlyMap<string, string> = new Map([
  ["ascii", "unicode"],
  ["bool_and", "min"],
  ["bool_or", "max"],
  ["btrim", "trim"],
  ["char_length", "length"],
  ["character_length", "length"],
  ["chr", "char"],
  ["every", "min"],
  ["greatest", "max"],
  ["least", "min"],
  ["strpos", "instr"],
])

/**
 * A transaction that may write takes the write lock at its beginning, where waiting for it helps: one that reads first and
 * then finds that another has written can only fail. See `docs/decisions/sqlite-begin.md`. Every SQLite transaction is
 * serializable, which is at least what any isolation level asks for.
 */
function begin(options: TransactionOptions): string {
  requireIsolation(options)
  return options.readOnly === true ? "begin" : "begin immediate"
}
