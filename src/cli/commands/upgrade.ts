import { type Command, exitCode } from "../command.ts"
import { labelled, lockTimeoutOption, printProgress, verboseOption } from "../migration-progress.ts"
import { flag, optionalArgument, secondsOption } from "../option-values.ts"
import { printPreview } from "../preview.ts"

export const upgradeCommand: Command = {
  summary: "apply the migrations up to a target (default head)",
  argument: "[target]",
  details: ["The target is head, heads (all of several), a revision's id or the beginning of one, or steps such as +1."],
  options: {
    sql: { type: "boolean", help: "print what would be run, and run nothing" },
    "lock-timeout": lockTimeoutOption,
    verbose: verboseOption,
  },
  async run(context) {
    const { previewUpgrade, upgrade } = await import("../../migrations/index.ts")
    const { migrations, lockTimeout } = await context.config()
    const target = optionalArgument(context) ?? "head"
    const engine = await context.engine()
    if (flag(context.values, "sql")) return printPreview(context, await previewUpgrade(engine, { migrations, target }))
    const applied = await upgrade(engine, {
      migrations,
      target,
      lockTimeout: secondsOption(context.values, "lock-timeout") ?? lockTimeout,
      onEvent: printProgress(context),
    })
    if (applied.length === 0) context.print(labelled("nothing", "to apply"))
    context.result({ applied })
    return exitCode.done
  },
}
