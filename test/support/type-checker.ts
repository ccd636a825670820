import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../..", import.meta.url))

/** One error of the compiler. */
export interface CompileError {
  /** From the repository's root, with forward slashes. */
  readonly path: string
  /** 1-based. */
  readonly line: number
  /** `TS2345`. */
  readonly code: string
  /** The message's first line. */
  readonly message: string
  /** The lines below it, which explain. */
  readonly details: string
}

/** Type-checks a project with `tsc --noEmit`. Errors about no file (a broken configuration) are thrown. */
export async function typeCheck(tsconfig: string): Promise<CompileError[]> {
  const output = await run([`${root}/node_modules/typescript/bin/tsc`, "--noEmit", "--pretty", "false", "-p", tsconfig])
  const errors: (CompileError & { details: string })[] = []
  for (const line of output.split("\n")) {
    const match = /^(?<path>[^\s].*?)\((?<line>\d+),\d+\): error (?<code>TS\d+): (?<message>.*)$/.exec(line)?.groups
    if (match !== undefined) {
      const { path = "", code = "", message = "" } = match
      errors.push({ path: path.replaceAll("\\", "/"), line: Number(match.line), code, message, details: "" })
      continue
    }
    const last = errors.at(-1)
    if (line.startsWith(" ") && last !== undefined) last.details += `${line}\n`
    else if (line.trim() !== "") throw new TypeError(`tsc -p ${tsconfig}: ${line}`)
  }
  return errors
}

function run(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] })
    let output = ""
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (output += chunk))
    child.once("error", reject).once("close", () => resolve(output))
  })
}
