import { Computed, type Expr } from "./expression.ts"

/** The current moment: when the transaction began on PostgreSQL, when the statement runs on SQLite. */
export function now(): Expr<Date> {
  return new Computed<Date>("now()", { kind: "timestamptz" }, (context) => context.dialect.now("timestamptz"))
}
/** Today, `YYYY-MM-DD`, in the connection's time zone: UTC. */
export function currentDate(): Expr<string> {
  return new Computed<string>("currentDate()", { kind: "date" }, (context) => context.dialect.now("date"))
}
/** The time of day, in UTC. */
export function localTime(): Expr<string> {
  return new Computed<string>("localTime()", { kind: "time" }, (context) => context.dialect.now("time"))
}
/** The date and time without a zone, in UTC. */
export function localTimestamp(): Expr<string> {
  return new Computed<string>("localTimestamp()", { kind: "timestamp" }, (context) => context.dialect.now("timestamp"))
}
