import { parseArgs } from "node:util"
import { CommandLineError } from "../errors/index.ts"
import type { Command, CommandOption, OptionValues } from "./command.ts"

/** Options that every command takes. */
export const generalOptions: Readonly<Record<string, CommandOption>> = {
  config: { type: "string", short: "c", value: "file", help: "the configuration, instead of rebis.config.ts in the working directory" },
  url: { type: "string", value: "url", help: "the database, instead of the configuration's" },
  json: { type: "boolean", help: "print the result as JSON" },
  debug: { type: "boolean", help: "print the stack of an error, and its causes" },
  help: { type: "boolean", short: "h", help: "print this help" },
}

export interface CommandLine {
  readonly values: OptionValues
  readonly positionals: readonly string[]
}

/** Reads the arguments behind a command's name. @throws CommandLineError */
export function parseCommandLine(name: string, command: Command, args: readonly string[]): CommandLine {
  const { options, steps } = setSteps(args)
  let parsed
  try {
    parsed = parseArgs({
      args: [...options],
      options: Object.fromEntries(
        Object.entries({ ...command.options, ...generalOptions }).map(([option, { type, short, multiple }]) => [
          option,
          described(type, short, multiple),
        ]),
      ),
      allowPositionals: true,
      strict: true,
    })
  } catch (error) {
    throw new CommandLineError(messageOf(error), { cause: error, hint: `\`rebis ${name} --help\` lists the options` })
  }
  const positionals = [...parsed.positionals, ...steps]
  const most = command.argument === undefined ? 0 : 1
  if (positionals.length > most && parsed.values.help !== true) {
    throw new CommandLineError(
      `rebis ${name} takes ${most === 0 ? "no argument" : "one argument"}, not ${positionals.map((each) => JSON.stringify(each)).join(" ")}`,
      {
        hint: `\`rebis ${name} --help\` says what it takes`,
      },
    )
  }
  return { values: parsed.values, positionals }
}

/** `-1` is a step back and not an option. */
function setSteps(args: readonly string[]): { readonly options: readonly string[]; readonly steps: readonly string[] } {
  const isStep = (argument: string) => /^-\d+$/.test(argument)
  return { options: args.filter((argument) => !isStep(argument)), steps: args.filter(isStep) }
}

function described(type: CommandOption["type"], short: string | undefined, multiple: boolean | undefined) {
  return { type, ...(short === undefined ? {} : { short }), ...(multiple === undefined ? {} : { multiple }) }
}

/** Node's own words, less the advice on how to write the parser. */
function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.replace(/\. To specify .*$/s, "").replaceAll("\n", " ")
}
