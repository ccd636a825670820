import type { ParseArgsOptionDescriptor } from "node:util"
import type { Engine } from "../engine/index.ts"
import type { LoadedConfig } from "../migrations/index.ts"

/** What a command may print to and ask for. */
export interface CommandContext {
  /** The working directory. */
  readonly folder: string
  /** Arguments that are not options, in order. */
  readonly positionals: readonly string[]
  readonly values: OptionValues
  /** Prints a line of the result. Nothing under `--json`. */
  print(line: string): void
  /** What the command found out; printed under `--json`. */
  result(value: unknown): void
  config(): Promise<LoadedConfig>
  /** The project's engine, disposed of when the command ends. */
  engine(): Promise<Engine>
}

export type OptionValues = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>

export interface CommandOption extends ParseArgsOptionDescriptor {
  /** What the help says; `<…>` in it is the name of the value. */
  readonly help: string
  /** What the value is called in the help. */
  readonly value?: string
}

/** One command of the command line. */
export interface Command {
  /** One line for the list of commands. */
  readonly summary: string
  /** The arguments in the help: `[target]`, `<target>`. */
  readonly argument?: string
  /** More lines for the help of the command. */
  readonly details?: readonly string[]
  readonly options: Readonly<Record<string, CommandOption>>
  /** Gives the exit code: 0 when all is well, 1 when there is something to report. */
  run(context: CommandContext): Promise<number>
}

/** 0: done; 1: findings, or it failed; 2: the command line was not understood. */
export const exitCode = { done: 0, findings: 1, usage: 2 } as const
