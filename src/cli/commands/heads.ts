import { type Command, exitCode } from "../command.ts"

export const headsCommand: Command = {
  summary: "list the migrations that nothing follows on",
  details: ["Exit code 1 when there are several: two branches that have to be put in an order."],
  options: {},
  async run(context) {
    const { heads } = await import("../../migrations/index.ts")
    const { migrations } = await context.config()
    const found = await heads({ migrations })
    for (const { id, file } of found) context.print(`  ${id}  ${file}`)
    if (found.length === 0) context.print("  there are no migrations")
    context.result({ heads: found })
    return found.length > 1 ? exitCode.findings : exitCode.done
  },
}
