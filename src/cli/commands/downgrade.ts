import { type Command, exitCode } from "../command.ts"
import { labelled, lockTimeoutOption, printProgress, verboseOption } from "../migration-progress.ts"
import { flag, requiredArgument, secondsOption } from "../option-values.ts"
import { printPreview } from "../preview.ts"

export const downgradeCommand: Command = {
  summary: "undo the migrations that follow on a target",
  argument: "<target>",
  details: ["The target is -1 (the last one), -2, base (all), or the revision to go back to, by its id or the beginning of one."],
  options: {
    sql: { type: "boolean", help: "print what would be run, and run nothing" },
    "lock-timeout": lockTimeoutOption,
    verbose: verboseOption,
  },
  async run(context) {
    const target = requiredArgument(context, "how far to go back (-1, base or a revision)")
    const { downgrade, previewDowngrade } = await import("../../migrations/index.ts")
    const { migrations, lockTimeout } = await context.config()
    const engine = await context.engine()
    if (flag(context.values, "sql")) return printPreview(context, await previewDowngrade(engine, { migrations, target }))
    const undone = await downgrade(engine, {
      migrations,
      target,
      lockTimeout: secondsOption(context.values, "lock-timeout") ?? lockTimeout,
      onEvent: printProgress(context),
    })
    if (undone.length === 0) context.print(labelled("nothing", "to undo"))
    context.result({ undone })
    return exitCode.done
  },
}
