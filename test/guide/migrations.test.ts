/** The guide's rules of migrations, by the command line, in a project of a user of the package. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { upgrade } from "rebis/migrations"
import { recorderOf } from "../http/requests.ts"
import type { CliProject, CliResult } from "../migrations/cli-project.ts"
import { forEachDatabase } from "../support/databases.ts"
import { constraintsAndIndexes } from "./names.ts"
import { guideProject, rebis, today, userModel } from "./project.ts"

forEachDatabase("the guide, migrations", (database) => {
  /** In this process, until a file that it has loaded is changed. */
  const succeeds = async (project: CliProject, url: string, ...args: string[]): Promise<CliResult> =>
    done(await rebis(project, [...args, "--url", url]))
  const succeedsAnew = async (project: CliProject, url: string, ...args: string[]): Promise<CliResult> =>
    done(await project.rebis(args, { DATABASE_URL: url }))
  const refuses = async (project: CliProject, url: string, ...args: string[]): Promise<string> => {
    const result = await project.rebis(args, { DATABASE_URL: url })
    assert.notEqual(result.code, 0, result.out)
    return result.error + result.out
  }

  test("'alembic init migrations': rebis init makes the configuration and the folder, and changes nothing that is there", async () => {
    await using project = await guideProject()
    const config = await project.read("rebis.config.ts")
    assert.match(config, /models: "src\/\*\*\/\*\.model\.ts"/)
    assert.deepEqual(await project.migrationFiles(), [])
    done(await rebis(project, ["init"]))
    assert.equal(await project.read("rebis.config.ts"), config)
  })

  test("'alembic revision --autogenerate -m add_user_email_index; alembic upgrade head': a dated file, and the index in the database", async () => {
    await using project = await guideProject()
    const url = await database.url()
    await succeeds(project, url, "revision", "--autogenerate", "-m", "create_user_and_post")
    await succeeds(project, url, "upgrade", "head")
    await project.write({ "src/user.model.ts": userModel(".index()") })
    const { out } = await succeedsAnew(project, url, "revision", "--autogenerate", "-m", "add_user_email_index")
    assert.match(out, /user_email_idx/)
    assert.deepEqual(await project.migrationFiles(), [`${today()}_add_user_email_index.ts`, `${today()}_create_user_and_post.ts`])
    await succeeds(project, url, "upgrade", "head")
    const engine = await database.engine({ url })
    assert.ok((await constraintsAndIndexes(engine, database)).includes("user_email_idx"))
    await engine.dispose()
    assert.match((await succeedsAnew(project, url, "check")).out, /nothing found/)
  })

  test("'import ALL models in env.py': the glob finds them, a file that nobody imports too, and one that cannot be loaded is named", async () => {
    await using project = await guideProject()
    await project.write({
      "src/billing/invoice.model.ts": `
import { integer } from "rebis"
import { Base } from "../base.ts"
export class Invoice extends Base.model("invoice", { id: integer().primaryKey().identity() }) {}
`,
    })
    const url = await database.url()
    const { out } = await succeeds(project, url, "revision", "--autogenerate", "-m", "everything")
    for (const table of ["user", "post", "invoice"]) assert.match(out, new RegExp(`create table ${table}`))
    await project.write({ "src/broken.model.ts": 'import "./nothing.ts"\n' })
    assert.match(await refuses(project, url, "check"), /src\/broken\.model\.ts/)
  })

  test("'migrations run with the async engine': the application's own engine runs them, and each statement is seen on it", async () => {
    await using project = await guideProject()
    const url = await database.url()
    await succeeds(project, url, "revision", "--autogenerate", "-m", "create_user_and_post")
    const engine = await database.engine({ url })
    const recorder = recorderOf(engine)
    const applied = await upgrade(engine, { migrations: project.migrations })
    assert.deepEqual(
      applied.map(({ file }) => file),
      [`${today()}_create_user_and_post.ts`],
    )
    assert.ok(recorder.statements.some(({ text }) => /create table "user"/i.test(text)))
    assert.deepEqual(await upgrade(engine, { migrations: project.migrations }), [])
  })

  test("'migrations MUST be static and revertable': other imports are refused; down leads back to what was", async () => {
    await using project = await guideProject()
    const url = await database.url()
    const { out } = await succeeds(project, url, "revision", "--autogenerate", "-m", "create_user_and_post")
    assert.match(out, /verified/)
    await succeeds(project, url, "upgrade", "head")
    await succeeds(project, url, "downgrade", "base")
    const engine = await database.engine({ url })
    assert.deepEqual(
      (await constraintsAndIndexes(engine, database)).filter((name) => /^(user|post)_/.test(name)),
      [],
    )
    await engine.dispose()
    await succeeds(project, url, "upgrade", "head")
    const file = `migrations/${today()}_create_user_and_post.ts`
    await project.write({ [file]: `import { Post } from "../src/post.model.ts"\n${await project.read(file)}` })
    assert.match(await refuses(project, url, "upgrade", "head"), /imports nothing but "rebis\/migrations"/)
  })

  test("'never modify committed migrations; create new ones': an applied file that was edited is refused", async () => {
    await using project = await guideProject()
    const url = await database.url()
    await succeeds(project, url, "revision", "--autogenerate", "-m", "create_user_and_post")
    await succeeds(project, url, "upgrade", "head")
    const file = `migrations/${today()}_create_user_and_post.ts`
    const source = await project.read(file)
    const edited = source.replaceAll('"title"', '"heading"')
    assert.notEqual(edited, source)
    await project.write({ [file]: edited })
    const said = await refuses(project, url, "upgrade", "head")
    assert.match(said, /create_user_and_post\.ts/)
    assert.match(said, /REBIS_EDITED_REVISION/)
  })

  test("'table names singular, _at, _date, user_id': rebis check finds what the compiler cannot see", async () => {
    await using project = await guideProject()
    await project.write({
      "src/post.model.ts": `
import { date, integer, timestamptz } from "rebis"
import { Base } from "./base.ts"
import { User } from "./user.model.ts"
export class Post extends Base.model("posts", {
  id: integer().primaryKey().identity(),
  createdAt: timestamptz().named("created"),
  publishedDate: date().named("published"),
  userId: integer().references(() => User.c.id).named("author"),
}) {}
`,
    })
    const said = await refuses(project, await database.url(), "check")
    for (const finding of [
      /table posts is in the plural/,
      /posts\.created does not end in _at/,
      /posts\.published does not end in _date/,
      /posts\.author/,
    ])
      assert.match(said, finding)
  })

  test("'create ONE engine per application lifetime': rebis check reports a second one on the same URL", async () => {
    await using project = await guideProject()
    const url = await database.url()
    await succeeds(project, url, "revision", "--autogenerate", "-m", "create_user_and_post")
    await succeeds(project, url, "upgrade", "head")
    const one = 'import { createEngine } from "rebis"\nexport const engine = createEngine(process.env.DATABASE_URL ?? "")\n'
    await project.write({ "src/db.ts": one, "src/user.model.ts": `import "./db.ts"\n${userModel("")}` })
    assert.match((await succeedsAnew(project, url, "check")).out, /nothing found/)
    await project.write({ "src/other-db.ts": one, "src/user.model.ts": `import "./db.ts"\nimport "./other-db.ts"\n${userModel("")}` })
    assert.match(await refuses(project, url, "check"), /2 engines were made for/)
  })
})

function done(result: CliResult): CliResult {
  assert.equal(result.code, 0, result.error + result.out)
  return result
}
