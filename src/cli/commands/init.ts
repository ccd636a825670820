import { type Command, exitCode } from "../command.ts"
import { labelled } from "../migration-progress.ts"

export const initCommand: Command = {
  summary: "write rebis.config.ts and make the folder of migrations",
  details: ["What is there already is left as it is."],
  options: {},
  async run(context) {
    const { init } = await import("../../migrations/index.ts")
    const { created, kept } = await init({ folder: context.folder })
    for (const name of created) context.print(labelled("created", name))
    for (const name of kept) context.print(labelled("kept", `${name}   (was there)`))
    context.result({ created, kept })
    return exitCode.done
  },
}
