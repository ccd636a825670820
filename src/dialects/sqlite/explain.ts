import { UnsupportedError } from "../../errors/index.ts"
import type { Explaining } from "../explain.ts"

export const sqliteExplain: Explaining = {
  prefix({ format, keep: _keep, ...switches }) {
    const asked: unknown[] = Object.entries(switches).flatMap(([name, value]) => (value === undefined ? [] : [name]))
    if (format !== undefined && format !== "text") asked.push(`format ${format}`)
    if (asked.length > 0) {
      throw new UnsupportedError(`SQLite's EXPLAIN QUERY PLAN has no ${asked.join(", ")}`, {
        hint: "explain(statement) gives its plan as text; it does not run the statement",
      })
    }
    return "explain query plan "
  },
  /** Rows are `id, parent, notused, detail`: a tree, each line indented by its depth. */
  read(rows) {
    const depths = new Map<unknown, number>()
    return rows
      .map(([id, parent, , detail]) => {
        const depth = (depths.get(parent) ?? -1) + 1
        depths.set(id, depth)
        return `${"  ".repeat(depth)}${String(detail)}`
      })
      .join("\n")
  },
}
