import { type Command, exitCode } from "../command.ts"
import { labelled } from "../migration-progress.ts"

export const currentCommand: Command = {
  summary: "say where the database stands, and what is left to apply",
  options: {},
  async run(context) {
    const { current } = await import("../../migrations/index.ts")
    const { migrations } = await context.config()
    const status = await current(await context.engine(), { migrations })
    for (const { id, file, appliedAt, hasFile } of status.current) {
      context.print(labelled("current", `${id}  ${file}   (${appliedAt.toISOString()}${hasFile ? "" : "; no file has it now"})`))
    }
    if (status.current.length === 0) context.print(labelled("current", "base: no migration is applied"))
    for (const { id, file } of status.partly) context.print(labelled("partly", `${id}  ${file}`))
    for (const { id, file } of status.pending) context.print(labelled("pending", `${id}  ${file}`))
    context.result(status)
    return exitCode.done
  },
}
