import { resolve } from "node:path"
import type { Engine } from "../engine/index.ts"
import { CommandLineError, RebisError } from "../errors/index.ts"
import type { LoadedConfig } from "../migrations/index.ts"
import { type Command, type CommandContext, exitCode } from "./command.ts"
import { commands } from "./commands.ts"
import { commandHelp, generalHelp } from "./help.ts"
import { type CommandLine, parseCommandLine } from "./parse-command-line.ts"
import { flag, textOption } from "./option-values.ts"

/** Where the command line prints to. */
export interface Terminal {
  /** The working directory. */
  readonly folder: string
  out(text: string): void
  error(text: string): void
}

/** Runs a command line, as `rebis` was called with it, and gives the exit code. Never rejects. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args
  const isDebug = rest.includes("--debug")
  try {
    if (name === undefined || name === "help" || name === "--help" || name === "-h")
      return help(name === "help" ? rest[0] : undefined, terminal, name !== undefined)
    if (name === "--version" || name === "-V") {
      const { packageVersion } = await import("../migrations/index.ts")
      terminal.out(`${packageVersion}\n`)
      return exitCode.done
    }
    const command = await findCommand(name)
    const line = parseCommandLine(name, command, rest)
    if (flag(line.values, "help")) return help(name, terminal, true)
    return await runCommand(command, line, terminal)
  } catch (error) {
    return report(error, terminal, { isDebug, asJson: rest.includes("--json") })
  }
}

async function runCommand(command: Command, line: CommandLine, terminal: Terminal): Promise<number> {
  const asJson = flag(line.values, "json")
  const project = new Project(terminal.folder, line)
  let result: unknown
  const context: CommandContext = {
    folder: terminal.folder,
    positionals: line.positionals,
    values: line.values,
    print: (text) => {
      if (!asJson) terminal.out(`${text}\n`)
    },
    result: (value) => {
      result = value
    },
    config: () => project.config(),
    engine: () => project.engine(),
  }
  try {
    return await command.run(context)
  } finally {
    await project.dispose()
    if (asJson && result !== undefined) terminal.out(`${JSON.stringify(result, undefined, 2)}\n`)
  }
}

/** The configuration and the engine of a project, loaded when they are asked for. */
class Project {
  readonly #folder: string
  readonly #line: CommandLine
  #config: Promise<LoadedConfig> | undefined
  #engine: Engine | undefined

  constructor(folder: string, line: CommandLine) {
    this.#folder = folder
    this.#line = line
  }

  config(): Promise<LoadedConfig> {
    this.#config ??= import("../migrations/index.ts").then(({ loadConfig }) =>
      loadConfig(this.#folder, textOption(this.#line.values, "config")),
    )
    return this.#config
  }

  async engine(): Promise<Engine> {
    const config = await this.config()
    const { makeEngine } = await import("./make-engine.ts")
    this.#engine ??= await makeEngine(config, textOption(this.#line.values, "url"))
    return this.#engine
  }

  async dispose(): Promise<void> {
    await this.#engine?.dispose()
  }
}

function help(name: string | undefined, terminal: Terminal, wasAsked: boolean): number {
  const command = name === undefined ? undefined : commands[name]
  const text = name === undefined || command === undefined ? generalHelp(commands) : commandHelp(name, command)
  if (wasAsked) terminal.out(text)
  else terminal.error(text)
  return wasAsked ? exitCode.done : exitCode.usage
}

async function findCommand(name: string): Promise<Command> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command !== undefined) return command
  throw new CommandLineError(`there is no command ${JSON.stringify(name)}`, { hint: `commands are ${Object.keys(commands).join(", ")}` })
}

function report(error: unknown, terminal: Terminal, { isDebug, asJson }: { readonly isDebug: boolean; readonly asJson: boolean }): number {
  const code = error instanceof RebisError ? error.code : undefined
  const message = error instanceof Error ? error.message : String(error)
  if (asJson)
    terminal.out(
      `${JSON.stringify({ error: { code, message: message.split("\n  hint: ", 1)[0], hint: error instanceof RebisError ? error.hint : undefined } }, undefined, 2)}\n`,
    )
  terminal.error(`error: ${message}\n${code === undefined ? "" : `  code: ${code}\n`}`)
  if (isDebug) terminal.error(`\n${stacks(error)}\n`)
  else if (code === undefined) terminal.error("  --debug shows where it comes from\n")
  return error instanceof CommandLineError ? exitCode.usage : exitCode.findings
}

/** The stack of an error and of each error that led to it. */
function stacks(error: unknown): string {
  const texts: string[] = []
  for (let each = error; each !== undefined && texts.length < 10; each = each instanceof Error ? each.cause : undefined) {
    texts.push(each instanceof Error ? (each.stack ?? each.message) : String(each))
  }
  return texts.join("\ncaused by ")
}

export function processTerminal(): Terminal {
  return {
    folder: resolve(),
    out: (text) => void process.stdout.write(text),
    error: (text) => void process.stderr.write(text),
  }
}
