import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { run } from "../../src/cli/run.ts"
import { forEachDatabase } from "../support/databases.ts"
import { type CliResult, CliProject, migrationSource, tableHistory } from "./cli-project.ts"

const config = `import { defineConfig } from "rebis/migrations"
export default defineConfig({ url: process.env.DATABASE_URL, models: "src/*.model.ts" })
`
const userModel = `import { declarativeBase, integer, text } from "rebis"
export const Base = declarativeBase()
export class User extends Base.model("user", { id: integer().primaryKey().identity(), email: text().unique() }) {}
`
const files = { "rebis.config.ts": config, "src/user.model.ts": userModel, "migrations/.gitkeep": "" }

forEachDatabase("the command line", (database) => {
  test("goes the whole way: init, autogenerate, upgrade, check, downgrade", async () => {
    await using project = await CliProject.create({ "src/user.model.ts": userModel })
    const url = await database.url()
    const rebis = async (...args: string[]) => shown(await runHere(project, [...args, "--url", url]))
    const shown = ({ code, out, error }: CliResult) => {
      return { code, text: (out + error).replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<when>").replaceAll(/\(\d+ ms\)/g, "(<n> ms)") }
    }
    assert.deepEqual(await rebis("init"), { code: 0, text: "  created   rebis.config.ts\n  created   migrations/\n" })
    const generated = await rebis("revision", "--autogenerate", "-m", "create users")
    const [file] = await project.migrationFiles()
    assert.match(file ?? "", /^\d{4}-\d\d-\d\d_create_users\.ts$/)
    assert.deepEqual(generated, {
      code: 0,
      text: `  detected: create table user
  wrote     migrations/${file}   (up and down)
  verified  up, down, up again on a scratch database: both ends match
`,
    })
    const behind = await rebis("check")
    assert.equal(behind.code, 1)
    assert.match(behind.text, /pending: [0-9a-f]{12} \(.*_create_users\.ts\) is not applied/)
    assert.deepEqual(shown(await project.rebis(["upgrade", "head"], { DATABASE_URL: url })), {
      code: 0,
      text: `  applied   ${file}   (<n> ms)\n`,
    })
    assert.deepEqual(await rebis("check"), { code: 0, text: "  nothing found\n" })
    assert.match((await rebis("current")).text, new RegExp(`^  current   [0-9a-f]{12}  ${file}   \\(<when>\\)\n$`))
    assert.deepEqual(await rebis("downgrade", "-1"), { code: 0, text: `  undone    ${file}   (<n> ms)\n` })
    assert.match((await rebis("current")).text, /^ {2}current {3}base: no migration is applied\n {2}pending {3}/)
  })

  test("says where a migration failed", async () => {
    await using project = await CliProject.create({
      ...files,
      "migrations/a.ts": migrationSource("a", null, 'op.execute("select no_such_column")'),
    })
    const { code, out, error } = await project.rebis(["upgrade"], { DATABASE_URL: await database.url() })
    assert.deepEqual([code, out], [1, ""])
    assert.match(
      error,
      /^error: a\.ts failed on the way up: .*no_such_column.*\n {2}in: {8}execute select no_such_column\n {2}statement: select no_such_column\n {2}hint: .*\n {2}code: REBIS_MIGRATION_FAILED\n$/,
    )
  })
})

/** Runs a command line in this process, which sees a module as it was when it was first loaded. */
async function runHere({ folder }: CliProject, args: readonly string[]): Promise<CliResult> {
  let out = ""
  let error = ""
  const code = await run(args, { folder, out: (text) => void (out += text), error: (text) => void (error += text) })
  return { code, out, error }
}

interface SqliteProject extends AsyncDisposable {
  readonly folder: CliProject
  /** In this process. */
  readonly rebis: (...args: string[]) => Promise<CliResult>
  /** In a process of its own. */
  readonly spawn: (...args: string[]) => Promise<CliResult>
}

/** On SQLite: what is not the database's. */
async function project(more: Readonly<Record<string, string>> = {}): Promise<SqliteProject> {
  const folder = await CliProject.create(files)
  const url = `sqlite:///${folder.folder}/test.db`
  await folder.write({ "rebis.config.ts": config.replace("process.env.DATABASE_URL", JSON.stringify(url)), ...more })
  return {
    folder,
    rebis: (...args) => runHere(folder, args),
    spawn: (...args) => folder.rebis(args, { DATABASE_URL: url }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

describe("a command", () => {
  test("init leaves what is there", async () => {
    await using it = await project()
    assert.deepEqual(await it.spawn("init"), {
      code: 0,
      out: "  kept      rebis.config.ts   (was there)\n  kept      migrations/   (was there)\n",
      error: "",
    })
    assert.match(await it.folder.read("rebis.config.ts"), /test\.db/)
  })

  test("revision writes an empty migration, and needs a message", async () => {
    await using it = await project()
    assert.match(
      (await it.rebis("revision", "-m", "backfill slugs")).out,
      /^ {2}wrote {5}migrations\/.*_backfill_slugs\.ts {3}\(empty: fill in up and down\)\n$/,
    )
    assert.match((await it.rebis("revision", "-m", "backfill slugs")).out, /_backfill_slugs_2\.ts/)
    const without = await it.rebis("revision")
    assert.deepEqual([without.code, without.out], [2, ""])
    assert.match(without.error, /a migration needs a message\n {2}hint: rebis revision -m/)
  })

  test("revision takes renames", async () => {
    await using it = await project()
    await it.spawn("revision", "-a", "-m", "create")
    await it.spawn("upgrade")
    await it.folder.write({ "src/user.model.ts": userModel.replace("email:", "mail:") })
    const question = await it.spawn("revision", "-a", "-m", "rename")
    assert.equal(question.code, 1)
    assert.match(question.error, /was user\.email renamed to mail\?.*\n.*--allow data-loss.*\n {2}code: REBIS_RENAME_QUESTION/)
    const wrong = await it.spawn("revision", "-a", "-m", "rename", "--rename", "user.email")
    assert.deepEqual([wrong.code, /write old=new/.test(wrong.error)], [2, true])
    const renamed = await it.spawn("revision", "-a", "-m", "rename", "--rename", "user.email=mail")
    assert.match(renamed.out, /detected: rename column user\.email to mail/)
    assert.equal((await it.spawn("upgrade")).code, 0)
    assert.equal((await it.spawn("check")).code, 0)
  })

  test("upgrade and downgrade print what they would run", async () => {
    await using it = await project(tableHistory(["a", null]))
    const up = await it.rebis("upgrade", "--sql")
    assert.match(
      up.out,
      /^-- 2025-01-01_a\.ts, up\nbegin;\n-- create table t_a\ncreate table "t_a" \([^;]*\);\ncommit;\n-- then: rebis stamp a\n/,
    )
    assert.match((await it.rebis("current")).out, /pending/)
    await it.rebis("upgrade")
    assert.match(
      (await it.rebis("downgrade", "base", "--sql")).out,
      /^-- 2025-01-01_a\.ts, down\nbegin;\n-- drop table t_a\ndrop table "t_a";\ncommit;\n/,
    )
    assert.equal((await it.rebis("upgrade", "--sql")).out, "-- nothing to do\n")
  })

  test("upgrade shows each step when it is asked to", async () => {
    await using it = await project(tableHistory(["a", null]))
    assert.match(
      (await it.rebis("upgrade", "--verbose")).out,
      /applying {2}2025-01-01_a\.ts {3}\(1 of 1\)\n {12}create table t_a\n {14}create table "t_a" \(\n/,
    )
  })

  test("downgrade needs to know how far", async () => {
    await using it = await project(tableHistory(["a", null]))
    const { code, error } = await it.rebis("downgrade")
    assert.deepEqual([code, /how far to go back \(-1, base or a revision\) is missing/.test(error)], [2, true])
  })

  test("takes steps and parts of ids", async () => {
    await using it = await project(tableHistory(["abc1", null], ["abd2", "abc1"], ["xyz3", "abd2"]))
    assert.match((await it.rebis("upgrade", "+1")).out, /^ {2}applied {3}2025-01-01_abc1\.ts {3}\(\d+ ms\)\n$/)
    assert.match((await it.rebis("upgrade", "abd")).out, /^ {2}applied {3}2025-01-02_abd2\.ts {3}\(\d+ ms\)\n$/)
    const ambiguous = await it.rebis("downgrade", "ab")
    assert.deepEqual([ambiguous.code, /REBIS_AMBIGUOUS_REVISION/.test(ambiguous.error)], [1, true])
    assert.match((await it.spawn("downgrade", "-2")).out, /undone.*abd2.*\n.*undone.*abc1/)
  })

  test("heads tells of branches by its exit code", async () => {
    await using it = await project(tableHistory(["a", null], ["b", "a"]))
    assert.deepEqual(await it.spawn("heads"), { code: 0, out: "  b  2025-01-02_b.ts\n", error: "" })
    await it.folder.write({ "migrations/c.ts": migrationSource("c", "a") })
    assert.deepEqual(await it.rebis("heads"), { code: 1, out: "  b  2025-01-02_b.ts\n  c  c.ts\n", error: "" })
    const upgrade = await it.rebis("upgrade")
    assert.deepEqual([upgrade.code, /REBIS_MULTIPLE_HEADS/.test(upgrade.error)], [1, true])
    assert.equal((await it.rebis("upgrade", "heads")).code, 0)
  })

  test("history needs no database for the files alone", async () => {
    await using it = await project({ ...tableHistory(["a", null], ["b", "a"]), "rebis.config.ts": config })
    const { code, out } = await it.folder.rebis(["history", "--files"])
    assert.deepEqual([code, out], [0, "  a → b  2025-01-02_b.ts   (head)\n  base → a  2025-01-01_a.ts\n"])
    const { code: failed, error } = await it.folder.rebis(["history"])
    assert.deepEqual([failed, /REBIS_CONFIG/.test(error)], [1, true])
  })

  test("stamp records and runs nothing", async () => {
    await using it = await project(tableHistory(["a", null], ["b", "a"]))
    assert.deepEqual(await it.spawn("stamp", "head"), {
      code: 0,
      out: "  recorded  a  2025-01-01_a.ts\n  recorded  b  2025-01-02_b.ts\n",
      error: "",
    })
    assert.deepEqual(await it.rebis("stamp", "base"), { code: 0, out: "  forgotten a\n  forgotten b\n", error: "" })
    assert.equal((await it.rebis("stamp")).code, 2)
  })

  test("show says what a migration does", async () => {
    await using it = await project(tableHistory(["abc1", null]))
    const { code, out } = await it.spawn("show", "abc")
    assert.equal(code, 0)
    assert.match(
      out,
      /^ {2}abc1 {2}2025-01-01_abc1\.ts\n {2}follows on nothing\n\n {2}up\n {4}create table t_abc1\n {6}create table "t_abc1" \(\n[^]*\n {2}down\n {4}drop table t_abc1 {3}\(loses all rows of table t_abc1\)\n {6}drop table "t_abc1"\n$/,
    )
  })

  test("check finds names off the conventions", async () => {
    await using it = await project({ "src/user.model.ts": userModel.replace('"user"', '"users"') })
    await it.rebis("revision", "-a", "-m", "create")
    await it.rebis("upgrade")
    assert.deepEqual(await it.rebis("check"), {
      code: 1,
      out: "  convention: table users is in the plural\n      hint: call it user: a row is one of them\n  1 finding\n",
      error: "",
    })
  })

  test("prints JSON and nothing else when it is asked to", async () => {
    await using it = await project(tableHistory(["a", null]))
    const json = async (...args: string[]) => JSON.parse((await it.rebis(...args, "--json")).out) as unknown
    assert.deepEqual(await json("heads"), { heads: [{ id: "a", parents: [], file: "2025-01-01_a.ts" }] })
    assert.deepEqual(await json("upgrade"), { applied: [{ id: "a", parents: [], file: "2025-01-01_a.ts" }] })
    assert.deepEqual(((await json("current")) as { pending: unknown }).pending, [])
    assert.deepEqual(
      ((await json("check")) as { findings: { kind: string }[] }).findings.map(({ kind }) => kind),
      ["drift", "drift"],
    )
    assert.deepEqual(await json("upgrade", "zzz"), {
      error: {
        code: "REBIS_UNKNOWN_REVISION",
        message: "no migration file has the revision zzz",
        hint: "`rebis history` lists the revisions",
      },
    })
  })

  test("takes a configuration and a database by option", async () => {
    await using it = await project(tableHistory(["a", null]))
    await it.folder.write({ "elsewhere/config.ts": 'export default { migrations: "../migrations" }' })
    const { code, out } = await it.folder.rebis([
      "upgrade",
      "--config",
      "elsewhere/config.ts",
      "--url",
      `sqlite:///${it.folder.folder}/other.db`,
    ])
    assert.deepEqual([code, /applied/.test(out)], [0, true])
  })

  test("takes the application's engine from the configuration", async () => {
    await using it = await project({
      ...tableHistory(["a", null]),
      "rebis.config.ts": 'import { createEngine } from "rebis"\nexport default { engine: () => createEngine(process.env.DATABASE_URL) }',
    })
    assert.deepEqual([(await it.spawn("upgrade")).code, (await it.spawn("current")).code], [0, 0])
  })

  test("says that no database is named", async () => {
    await using it = await project({ "rebis.config.ts": config })
    const { code, error } = await it.folder.rebis(["current"])
    assert.equal(code, 1)
    assert.match(error, /rebis\.config\.ts names no database\n {2}hint: .*environment variable.*\n {2}code: REBIS_CONFIG/)
  })

  test("says that a server cannot be reached, without the password", async () => {
    await using it = await project()
    const { code, error } = await it.rebis("current", "--url", "postgresql://someone:secret@127.0.0.1:1/nowhere")
    assert.deepEqual([code, /REBIS_UNREACHABLE/.test(error), /secret/.test(error)], [1, true, false])
  })

  test("names the model file that cannot be loaded", async () => {
    await using it = await project({ "src/bad.model.ts": 'import { missing } from "./user.model.ts"\nmissing()' })
    const { code, error } = await it.rebis("check")
    assert.equal(code, 1)
    assert.match(error, /^error: cannot load the models of src\/bad\.model\.ts: .*\n/)
    assert.doesNotMatch(error, /\n {4}at /)
  })

  test("shows the stack and the causes with --debug", async () => {
    await using it = await project({ "src/bad.model.ts": 'throw new RangeError("deep")' })
    const { error } = await it.rebis("check", "--debug")
    assert.match(error, /\n {4}at .*\n[^]*caused by RangeError: deep\n {4}at /)
  })

  test("that is unknown, or misunderstood, is a matter of usage", async () => {
    await using it = await project()
    const cases: readonly (readonly [args: readonly string[], message: RegExp])[] = [
      [["migrate"], /there is no command "migrate"\n {2}hint: commands are init, revision/],
      [["constructor"], /there is no command/],
      [["upgrade", "--fast"], /Unknown option '--fast'/],
      [["upgrade", "a", "b"], /takes one argument, not "a" "b"/],
      [["heads", "a"], /takes no argument/],
      [["upgrade", "--lock-timeout", "soon"], /a number of seconds is needed/],
      [[], /rebis <command> \[options\]/],
    ]
    for (const [args, message] of cases) {
      const { code, error } = await it.rebis(...args)
      assert.deepEqual([args, code], [args, 2])
      assert.match(error, message)
    }
  })

  test("helps", async () => {
    await using it = await project()
    const general = await it.rebis("--help")
    assert.equal(general.code, 0)
    for (const name of ["init", "revision", "upgrade", "downgrade", "current", "history", "heads", "show", "check", "stamp"])
      assert.match(general.out, new RegExp(`^  ${name} `, "m"))
    const own = await it.rebis("upgrade", "--help")
    assert.match(own.out, /^rebis upgrade \[target\] \[options\]\n[^]*--lock-timeout <seconds>[^]*-c, --config <file>/)
    assert.equal((await it.rebis("help", "upgrade")).out, own.out)
    assert.match((await it.spawn("--version")).out, /^\d+\.\d+\.\d+\n$/)
  })
})
