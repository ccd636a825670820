import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../..", import.meta.url))

/** What the compiler says that a project cost it. */
export interface Cost {
  readonly instantiations: number
  readonly types: number
  readonly symbols: number
  /** Mebibytes. */
  readonly memory: number
  /** Seconds of checking, without reading and binding. */
  readonly check: number
  readonly errors: readonly string[]
}

/**
 * Type-checks the project of a folder with one checker: with several, a type that two of them need is made by both, and the
 * numbers depend on how the files are dealt out.
 */
export async function measure(folder: string): Promise<Cost> {
  const output = await run([
    `${root}/node_modules/typescript/bin/tsc`,
    "--extendedDiagnostics",
    "--singleThreaded",
    "--pretty",
    "false",
    "-p",
    folder,
  ])
  const number = (name: string) => {
    const found = new RegExp(`^${name}:\\s+([\\d.]+)`, "m").exec(output)?.[1]
    if (found === undefined) throw new TypeError(`tsc -p ${folder} does not say "${name}":\n${output.slice(0, 2000)}`)
    return Number(found)
  }
  return {
    instantiations: number("Instantiations"),
    types: number("Types"),
    symbols: number("Symbols"),
    memory: Math.round(number("Memory used") / 1024),
    check: number("Check time"),
    errors: output.split("\n").filter((line) => /error TS\d+/.test(line)),
  }
}

function run(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] })
    let output = ""
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (output += chunk))
    child.once("error", reject).once("close", () => resolve(output))
  })
}
