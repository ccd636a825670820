import { ArgumentError } from "../../errors/index.ts"
import type { Explaining, ExplainOptions } from "../explain.ts"

/** The options that EXPLAIN has by the same names, in the order in which they are written. */
const switches = [
  "analyze",
  "verbose",
  "buffers",
  "settings",
  "wal",
  "timing",
  "costs",
  "summary",
] as const satisfies (keyof ExplainOptions)[]
const known: ReadonlySet<string> = new Set([...switches, "keep", "format"])

export const postgresExplain: Explaining = {
  prefix(options) {
    const unknown = Object.keys(options).find((name) => !known.has(name))
    if (unknown !== undefined) {
      throw new ArgumentError(`explain() has no option ${JSON.stringify(unknown)}`, { hint: `its options are ${[...known].join(", ")}` })
    }
    const words = switches.flatMap((name) => {
      const value: unknown = options[name]
      if (value === undefined) return []
      if (typeof value !== "boolean") throw new ArgumentError(`explain(): ${name} is ${String(value)}, not true or false`)
      return [value ? name : `${name} off`]
    })
    const format: unknown = options.format ?? "text"
    if (format !== "text" && format !== "json")
      throw new ArgumentError(`explain(): ${String(format)} is not a format`, { hint: "text or json" })
    if (format === "json") words.push("format json")
    return words.length === 0 ? "explain " : `explain (${words.join(", ")}) `
  },
  read(rows, { format }) {
    const lines = rows.map(([line]) => String(line)).join("\n")
    return format === "json" ? (JSON.parse(lines) as unknown[])[0] : lines
  },
}
