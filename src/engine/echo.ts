import type { EngineEvents, StatementEvent } from "./events.ts"

/** Receives what `echo` would print: one line a statement, and the event that it tells of. */
export type EchoFunction = (line: string, event: StatementEvent) => void

const longestValue = 80
const mostValues = 20
const mostRows = 10

/** Prints statements as they complete; with `"debug"` also their rows and what the pool does. */
export function echoTo(events: EngineEvents, echo: true | "debug" | EchoFunction): void {
  const print: EchoFunction = typeof echo === "function" ? echo : (line) => console.log(line)
  events.on("statement", (event) => {
    print(statementLine(event), event)
    if (echo === "debug") for (const row of event.rows?.slice(0, mostRows) ?? []) console.log(`  ${values(row)}`)
  })
  if (echo !== "debug") return
  events.on("connect", ({ connection, duration }) => console.log(`[rebis #${connection}] connected in ${duration.toFixed(1)} ms`))
  events.on("disconnect", ({ connection }) => console.log(`[rebis #${connection}] closed`))
  events.on("checkout", ({ connection }) => console.log(`[rebis #${connection}] checked out`))
  events.on("checkin", ({ connection }) => console.log(`[rebis #${connection}] checked in`))
  events.on("invalidate", ({ connection, error }) => console.log(`[rebis #${connection}] lost, and all as old as it: ${String(error)}`))
}

function statementLine(event: StatementEvent): string {
  const parameters =
    event.parameters === undefined ? " [parameters hidden]" : event.parameters.length > 0 ? ` ${values(event.parameters)}` : ""
  const outcome = event.error === undefined ? rows(event.rowCount ?? 0) : `failed: ${firstLine(event.error)}`
  return `[rebis #${event.connection}] ${event.text}${parameters} (${event.duration.toFixed(1)} ms, ${outcome})`
}

function rows(count: number): string {
  return count === 1 ? "1 row" : `${count} rows`
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split("\n", 1)[0] ?? ""
}

function values(all: readonly unknown[]): string {
  const shown = all.slice(0, mostValues).map(value)
  if (all.length > mostValues) shown.push(`and ${all.length - mostValues} more`)
  return `[${shown.join(", ")}]`
}

function value(one: unknown): string {
  if (one instanceof Uint8Array) return `<${one.length} bytes>`
  const text = typeof one === "string" ? JSON.stringify(one) : String(one)
  return text.length > longestValue ? `${text.slice(0, longestValue)}… (${text.length} characters)` : text
}
