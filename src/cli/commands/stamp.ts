import { type Command, exitCode } from "../command.ts"
import { labelled, lockTimeoutOption, printProgress } from "../migration-progress.ts"
import { requiredArgument, secondsOption } from "../option-values.ts"

export const stampCommand: Command = {
  summary: "record that the database stands at a target, and run nothing",
  argument: "<target>",
  details: ["The target is head, heads, base, or a revision by its id or the beginning of one. Files are recorded as they are now."],
  options: { "lock-timeout": lockTimeoutOption },
  async run(context) {
    const target = requiredArgument(context, "where the database stands (head, base or a revision)")
    const { stamp } = await import("../../migrations/index.ts")
    const { migrations, lockTimeout } = await context.config()
    const result = await stamp(await context.engine(), {
      migrations,
      target,
      lockTimeout: secondsOption(context.values, "lock-timeout") ?? lockTimeout,
      onEvent: printProgress(context),
    })
    for (const { id, file } of result.recorded) context.print(labelled("recorded", `${id}  ${file}`))
    for (const id of result.forgotten) context.print(labelled("forgotten", id))
    if (result.recorded.length + result.forgotten.length === 0) context.print(labelled("nothing", "to change"))
    context.result(result)
    return exitCode.done
  },
}
