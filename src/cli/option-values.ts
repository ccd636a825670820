import { CommandLineError } from "../errors/index.ts"
import type { CommandContext, OptionValues } from "./command.ts"

export function textOption(values: OptionValues, name: string): string | undefined {
  const value = values[name]
  return typeof value === "string" ? value : undefined
}

export function flag(values: OptionValues, name: string): boolean {
  return values[name] === true
}

export function listOption(values: OptionValues, name: string): readonly string[] {
  const value = values[name]
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : []
}

/** Seconds on the command line, milliseconds in the programme. @throws CommandLineError */
export function secondsOption(values: OptionValues, name: string): number | undefined {
  const text = textOption(values, name)
  if (text === undefined) return undefined
  const seconds = Number(text)
  if (text.trim() === "" || !(seconds >= 0)) throw new CommandLineError(`--${name} ${text}: a number of seconds is needed`)
  return seconds * 1000
}

/** The only argument, or `undefined` when there is none. */
export function optionalArgument({ positionals }: CommandContext): string | undefined {
  return positionals[0]
}

/** @throws CommandLineError when there is none. */
export function requiredArgument({ positionals }: CommandContext, what: string): string {
  const [argument] = positionals
  if (argument === undefined) throw new CommandLineError(`${what} is missing`)
  return argument
}
