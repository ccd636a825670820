import type { HistoryEntry } from "../../migrations/index.ts"
import { type Command, exitCode } from "../command.ts"
import { flag } from "../option-values.ts"

export const historyCommand: Command = {
  summary: "list the migrations, the newest first, and which are applied",
  options: { files: { type: "boolean", help: "by the files alone, without the database" } },
  async run(context) {
    const { fileHistory, history } = await import("../../migrations/index.ts")
    const { migrations } = await context.config()
    const isOffline = flag(context.values, "files")
    const entries = isOffline ? await fileHistory({ migrations }) : await history(await context.engine(), { migrations })
    for (const entry of entries) context.print(`  ${line(entry, isOffline)}`)
    if (entries.length === 0) context.print("  there are no migrations")
    context.result({ history: entries })
    return exitCode.done
  },
}

function line({ id, parents, file, isHead, appliedAt }: HistoryEntry, isOffline: boolean): string {
  const from = parents.length === 0 ? "base" : parents.join(", ")
  const marks = [isHead ? "head" : "", isOffline ? "" : appliedAt === undefined ? "pending" : `applied ${appliedAt.toISOString()}`].filter(
    (mark) => mark !== "",
  )
  return `${from} → ${id}  ${file}${marks.length === 0 ? "" : `   (${marks.join(", ")})`}`
}
