import { execFile } from "node:child_process"
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../..", import.meta.url))

/** What a run of the command line came to. */
export interface CliResult {
  readonly code: number
  readonly out: string
  readonly error: string
}

export interface RunningCli {
  readonly ended: Promise<CliResult>
  kill(signal: NodeJS.Signals): void
}

/** A project of a user of the package, in a temporary folder. Remove it with `await using`. */
export class CliProject implements AsyncDisposable {
  readonly folder: string

  constructor(folder: string) {
    this.folder = folder
  }

  /** @param files contents by relative path; a package.json of `"type": "module"` is there anyway */
  static async create(files: Readonly<Record<string, string>> = {}): Promise<CliProject> {
    const project = new CliProject(await mkdtemp(join(tmpdir(), "rebis-project-")))
    await mkdir(join(project.folder, "node_modules"))
    await symlink(root, join(project.folder, "node_modules", "rebis"))
    await project.write({ "package.json": '{ "type": "module" }', ...files })
    return project
  }

  get migrations(): string {
    return join(this.folder, "migrations")
  }

  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      const file = join(this.folder, path)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, text)
    }
  }

  async read(path: string): Promise<string> {
    return await readFile(join(this.folder, path), "utf8")
  }

  /** The names of the migration files, in order. */
  async migrationFiles(): Promise<string[]> {
    return (await readdir(this.migrations)).filter((name) => name.endsWith("ts")).toSorted()
  }

  /** Runs `rebis …` in a process of its own, in the project's folder. */
  async rebis(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<CliResult> {
    return await this.start(args, environment).ended
  }

  /** As {@link rebis}, without waiting for its end. */
  start(args: readonly string[], environment: Readonly<Record<string, string>> = {}): RunningCli {
    const main = join(root, "src/cli/main.ts")
    const ended = Promise.withResolvers<CliResult>()
    const child = execFile(
      process.execPath,
      ["--conditions=rebis-source", main, ...args],
      { cwd: this.folder, env: { ...process.env, ...environment, NODE_TEST_CONTEXT: undefined }, timeout: 50_000 },
      (failure, out, error) => ended.resolve({ code: failure === null ? 0 : Number(failure.code ?? -1), out, error }),
    )
    return { ended: ended.promise, kill: (signal) => void child.kill(signal) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** The source of a migration file. */
export function migrationSource(revision: string, downRevision: string | readonly string[] | null, up = "", down = ""): string {
  return `import { migration } from "rebis/migrations"

export default migration({
  revision: ${JSON.stringify(revision)},
  downRevision: ${JSON.stringify(downRevision)},
  up(op) {
    ${up}
  },
  down(op) {
    ${down}
  },
})
`
}

/** Files of a history in which each migration makes and drops a table of its name, by file name. */
export function tableHistory(
  ...revisions: readonly (readonly [revision: string, downRevision: string | readonly string[] | null])[]
): Record<string, string> {
  return Object.fromEntries(
    revisions.map(([revision, downRevision], index) => [
      `migrations/2025-01-${String(index + 1).padStart(2, "0")}_${revision}.ts`,
      migrationSource(
        revision,
        downRevision,
        `op.createTable("t_${revision}", { columns: [{ name: "id", type: "integer" }], primaryKey: { name: "t_${revision}_pkey", columns: ["id"] } })`,
        `op.dropTable("t_${revision}")`,
      ),
    ]),
  )
}
