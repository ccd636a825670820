import { join, relative } from "node:path"
import { CommandLineError } from "../../errors/index.ts"
import { type Command, type CommandContext, exitCode } from "../command.ts"
import { labelled } from "../migration-progress.ts"
import { flag, listOption, textOption } from "../option-values.ts"

export const revisionCommand: Command = {
  summary: "write a new migration, empty or from the models",
  options: {
    message: { type: "string", short: "m", value: "text", help: "what it does, for the file's name: add_user_email_index" },
    autogenerate: { type: "boolean", short: "a", help: "compare the models with the database, and write what leads from one to the other" },
    rename: {
      type: "string",
      multiple: true,
      value: "old=new",
      help: "with -a: what was renamed: post.body=content, or old_table=new_table",
    },
    allow: { type: "string", multiple: true, value: "data-loss", help: "with -a: drop what looks as if it was renamed" },
  },
  async run(context) {
    const message = textOption(context.values, "message")
    if (message === undefined) throw new CommandLineError("a migration needs a message", { hint: "rebis revision -m add_user_email_index" })
    return flag(context.values, "autogenerate") ? await generate(context, message) : await writeEmpty(context, message)
  },
}

async function writeEmpty(context: CommandContext, message: string): Promise<number> {
  const { revision } = await import("../../migrations/index.ts")
  const { migrations, fileTemplate } = await context.config()
  const written = await revision({ migrations, fileTemplate, message })
  context.print(labelled("wrote", `${shown(context, migrations, written.file)}   (empty: fill in up and down)`))
  context.result(written)
  return exitCode.done
}

async function generate(context: CommandContext, message: string): Promise<number> {
  const { autogenerate, loadModels } = await import("../../migrations/index.ts")
  const config = await context.config()
  const { migrations, fileTemplate } = config
  const renames = Object.fromEntries(listOption(context.values, "rename").map(renameOf))
  const allowDataLoss = allowed(context).includes("data-loss")
  const metadata = await loadModels(config)
  const generated = await autogenerate(await context.engine(), { migrations, fileTemplate, message, metadata, renames, allowDataLoss })
  for (const description of generated.operations) context.print(labelled("detected:", description))
  for (const loss of generated.losses) context.print(labelled("warning:", loss))
  if (generated.revision === undefined) context.print(labelled("nothing", "changed: the database is as the models say"))
  else {
    context.print(labelled("wrote", `${shown(context, migrations, generated.revision.file)}   (up and down)`))
    context.print(labelled("verified", "up, down, up again on a scratch database: both ends match"))
  }
  context.result(generated)
  return exitCode.done
}

function renameOf(text: string): readonly [string, string] {
  const [from, to, ...more] = text.split("=")
  if (from === undefined || from === "" || to === undefined || to === "" || more.length > 0) {
    throw new CommandLineError(`--rename ${text}: write old=new`, {
      hint: "--rename post.body=content for a column, --rename old_table=new_table for a table",
    })
  }
  return [from, to]
}

function allowed({ values }: CommandContext): readonly string[] {
  const names = listOption(values, "allow")
  const unknown = names.find((name) => name !== "data-loss")
  if (unknown !== undefined) throw new CommandLineError(`--allow ${unknown}: only data-loss can be allowed`)
  return names
}

function shown({ folder }: CommandContext, migrations: string, file: string): string {
  return relative(folder, join(migrations, file))
}
