import { type Command, exitCode } from "../command.ts"
import { requiredArgument } from "../option-values.ts"

export const showCommand: Command = {
  summary: "say what a migration does, and its SQL",
  argument: "<revision>",
  details: ["The revision by its id, the beginning of one, or head."],
  options: {},
  async run(context) {
    const target = requiredArgument(context, "the revision to show")
    const { show } = await import("../../migrations/index.ts")
    const { migrations } = await context.config()
    const shown = await show(await context.engine(), { migrations, target })
    context.print(`  ${shown.id}  ${shown.file}`)
    context.print(`  follows on ${shown.parents.length === 0 ? "nothing" : shown.parents.join(", ")}`)
    for (const direction of ["up", "down"] as const) {
      context.print(`\n  ${direction}`)
      const { refused, operations } = shown[direction]
      if (refused !== undefined) context.print(`    refused: ${refused}`)
      for (const { description, losesData, statements } of operations) {
        context.print(`    ${description}${losesData === undefined ? "" : `   (${losesData})`}`)
        for (const sql of statements) context.print(`      ${sql.replaceAll("\n", "\n      ")}`)
      }
      if (operations.length === 0 && refused === undefined) context.print("    nothing")
    }
    context.result(shown)
    return exitCode.done
  },
}
