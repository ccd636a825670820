import type { Command, CommandOption } from "./command.ts"
import { generalOptions } from "./parse-command-line.ts"

export function generalHelp(commands: Readonly<Record<string, Command>>): string {
  const rows = Object.entries(commands).map(
    ([name, command]) => [command.argument === undefined ? name : `${name} ${command.argument}`, command.summary] as const,
  )
  return lines([
    "rebis <command> [options]",
    "",
    ...table(rows),
    "",
    "`rebis <command> --help` says what a command takes. Exit codes: 0 done, 1 findings or failed, 2 not understood.",
  ])
}

export function commandHelp(name: string, { summary, argument, details = [], options }: Command): string {
  return lines([
    `rebis ${[name, argument, "[options]"].filter((part) => part !== undefined).join(" ")}`,
    "",
    `  ${summary}`,
    ...details.map((line) => `  ${line}`),
    "",
    ...table([...optionRows(options), ...optionRows(generalOptions)]),
  ])
}

function optionRows(options: Readonly<Record<string, CommandOption>>): (readonly [string, string])[] {
  return Object.entries(options).map(([name, { short, value, help }]) => {
    const title = `${short === undefined ? "" : `-${short}, `}--${name}${value === undefined ? "" : ` <${value}>`}`
    return [title, help] as const
  })
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([title]) => title.length))
  return rows.map(([title, text]) => `  ${title.padEnd(width)}  ${text}`)
}

function lines(texts: readonly string[]): string {
  return `${texts.join("\n")}\n`
}
