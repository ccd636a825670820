import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../..", import.meta.url))

/** A program of the repository that runs until it is stopped. */
export interface Running extends AsyncDisposable {
  /** What it has printed so far. */
  readonly output: string
  /** Asks it to end. @returns its exit code */
  stop(): Promise<number | null>
}

/** Starts a program from the sources, and waits until what it prints contains `ready`. @throws TypeError with its output when it ends before */
export async function start(path: string, environment: Readonly<Record<string, string>>, ready: string): Promise<Running> {
  const child = spawn(process.execPath, ["--conditions=rebis-source", path], { cwd: root, env: { ...process.env, ...environment } })
  let output = ""
  const ended = once(child, "close").then(([code]: (number | null)[]) => code ?? null)
  const started = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text
        if (output.includes(ready)) resolve()
      })
    }
  })
  const code = await Promise.race([started.then(() => undefined), ended])
  if (code !== undefined) throw new TypeError(`${path} ended with ${code}:\n${output}`)
  return {
    get output() {
      return output
    },
    stop: () => stop(child, ended),
    [Symbol.asyncDispose]: async () => void (await stop(child, ended)),
  }
}

async function stop(child: ChildProcess, ended: Promise<number | null>): Promise<number | null> {
  if (child.exitCode === null) child.kill("SIGTERM")
  return await ended
}
