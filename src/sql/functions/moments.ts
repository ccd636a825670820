import { Computed, type Expr } from "../expression/expression.ts"
import { call } from "./function-call.ts"
import type { IsoDate, IsoDateTime, IsoTime } from "../types/iso-text.ts"

/** The current moment: when the transaction began on PostgreSQL, when the statement runs on SQLite. */
export function now(): Expr<Date> {
  return new Computed<Date>("now()", { kind: "timestamptz" }, (context) => context.dialect.now("timestamptz"))
}
/** When the statement began. PostgreSQL only: on SQLite `now()` is that. */
export function statementTimestamp(): Expr<Date> {
  return call("statement_timestamp", { kind: "timestamptz" })
}
/** The time of the clock, another one in each row. PostgreSQL only. */
export function clockTimestamp(): Expr<Date> {
  return call("clock_timestamp", { kind: "timestamptz" })
}
/** Today, `YYYY-MM-DD`, in the connection's time zone: UTC. */
export function currentDate(): Expr<IsoDate> {
  return new Computed<IsoDate>("currentDate()", { kind: "date" }, (context) => context.dialect.now("date"))
}
/** The time of day, in UTC. */
export function localTime(): Expr<IsoTime> {
  return new Computed<IsoTime>("localTime()", { kind: "time" }, (context) => context.dialect.now("time"))
}
/** The date and time without a zone, in UTC. */
export function localTimestamp(): Expr<IsoDateTime> {
  return new Computed<IsoDateTime>("localTimestamp()", { kind: "timestamp" }, (context) => context.dialect.now("timestamp"))
}
