import type { MigrationEvent } from "../migrations/index.ts"
import { flag } from "./option-values.ts"
import type { CommandContext, CommandOption } from "./command.ts"

export const lockTimeoutOption: CommandOption = {
  type: "string",
  value: "seconds",
  help: "how long to wait for another migrator (default 60)",
}
export const verboseOption: CommandOption = { type: "boolean", short: "v", help: "print each step and statement" }

/** `label` and a text, in the columns of all the output. */
export function labelled(label: string, text: string): string {
  return `  ${label.padEnd(9)} ${text}`
}

/** Prints what the runner tells of. */
export function printProgress(context: CommandContext): (event: MigrationEvent) => void {
  const isVerbose = flag(context.values, "verbose")
  return (event) => {
    switch (event.kind) {
      case "waiting":
        return context.print(labelled("waiting", "for another migrator to end"))
      case "begin":
        return isVerbose
          ? context.print(
              labelled(event.direction === "up" ? "applying" : "undoing", `${event.file}   (${event.position} of ${event.total})`),
            )
          : undefined
      case "step":
        return isVerbose ? context.print(`            ${event.description}`) : undefined
      case "statement":
        return isVerbose ? context.print(`              ${event.sql.replaceAll("\n", "\n              ")}`) : undefined
      case "end":
        return context.print(
          labelled(event.direction === "up" ? "applied" : "undone", `${event.file}   (${Math.round(event.duration)} ms)`),
        )
      case "skip":
        return context.print(labelled("skipped", `${event.file}   (another migrator had done it)`))
    }
  }
}
