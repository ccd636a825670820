import type { RevisionPreview } from "../migrations/index.ts"
import { type CommandContext, exitCode } from "./command.ts"

/** Prints revisions as a script for the database. */
export function printPreview(context: CommandContext, revisions: readonly RevisionPreview[]): number {
  if (revisions.length === 0) context.print("-- nothing to do")
  for (const { file, id, direction, phases } of revisions) {
    context.print(`-- ${file}, ${direction}`)
    for (const { transactional, steps } of phases) {
      if (transactional) context.print("begin;")
      for (const { description, statements } of steps) {
        context.print(`-- ${description.replaceAll("\n", " ")}`)
        for (const sql of statements) context.print(/;\s*$/.test(sql) ? sql : `${sql};`)
      }
      if (transactional) context.print("commit;")
    }
    context.print(
      `-- ${direction === "up" ? `then: rebis stamp ${id}` : "then: rebis stamp, with the revision that the database stands at"}\n`,
    )
  }
  context.result({ revisions })
  return exitCode.done
}
