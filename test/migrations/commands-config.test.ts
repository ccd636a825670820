import assert from "node:assert/strict"
import { join } from "node:path"
import { describe, test } from "node:test"
import { ConfigError, MetadataError, ModelLoadError, ModelsNotFoundError } from "../../src/errors/index.ts"
import { init, loadConfig, loadModels } from "../../src/migrations/index.ts"
import { CliProject } from "./cli-project.ts"

const define = (body: string) => `import { defineConfig } from "rebis/migrations"\nexport default defineConfig(${body})\n`
const userModel = `import { declarativeBase, integer } from "rebis"
export const Base = declarativeBase()
export class User extends Base.model("user", { id: integer().primaryKey() }) {}
`
const postModel = `import { integer } from "rebis"
import { Base } from "./user.model.ts"
export class Post extends Base.model("post", { id: integer().primaryKey() }) {}
`

describe("the configuration", () => {
  test("is found in the working directory, with defaults, and paths from where it is", async () => {
    await using project = await CliProject.create({ "rebis.config.ts": define('{ url: "sqlite://memory", models: "src/**/*.model.ts" }') })
    assert.deepEqual(await loadConfig(project.folder), {
      file: join(project.folder, "rebis.config.ts"),
      folder: project.folder,
      url: "sqlite://memory",
      engine: undefined,
      models: ["src/**/*.model.ts"],
      metadata: undefined,
      migrations: join(project.folder, "migrations"),
      fileTemplate: "{year}-{month}-{day}_{slug}",
      lockTimeout: undefined,
    })
  })
  test("may stand elsewhere", async () => {
    await using project = await CliProject.create({ "config/rebis.ts": define('{ migrations: "../db/migrations" }') })
    const config = await loadConfig(project.folder, "config/rebis.ts")
    assert.equal(config.migrations, join(project.folder, "db/migrations"))
  })

  const refused: Readonly<Record<string, readonly [files: Record<string, string>, message: RegExp]>> = {
    "that is missing": [{}, /there is no rebis\.config\.ts in .*\n  hint: run `rebis init`/],
    "without a default export": [{ "rebis.config.ts": "export const url = 1" }, /rebis\.config\.ts has no default export/],
    "that throws": [{ "rebis.config.ts": 'throw new Error("boom")' }, /cannot load rebis\.config\.ts: boom \(.*rebis\.config\.ts:1\)/],
    "with an unknown setting": [
      { "rebis.config.ts": "export default { modles: 'src' }" },
      /there is no setting "modles"\n  hint: settings are url, engine, models/,
    ],
    "with a setting that is not what it has to be": [
      { "rebis.config.ts": "export default { models: 7 }" },
      /"models" is not what it has to be/,
    ],
  }
  for (const [what, [files, message]] of Object.entries(refused)) {
    test(`is refused ${what}`, async () => {
      await using project = await CliProject.create(files)
      await assert.rejects(loadConfig(project.folder), (error) => error instanceof ConfigError && message.test(error.message))
    })
  }
})

describe("models", () => {
  test("are found by patterns, and their metadata through them", async () => {
    await using project = await CliProject.create({
      "src/user.model.ts": userModel,
      "src/post.model.ts": postModel,
      "src/other.ts": 'throw new Error("is no model file")',
      "node_modules/other/user.model.ts": 'throw new Error("is a dependency")',
    })
    const metadata = await loadModels({ folder: project.folder, models: ["**/*.model.ts"] })
    assert.deepEqual(metadata.tables.map(({ name }) => name).toSorted(), ["post", "user"])
  })

  test("may be named by a metadata alone", async () => {
    await using project = await CliProject.create({ "src/user.model.ts": userModel })
    const found = await loadModels({ folder: project.folder, models: ["src/*.model.ts"] })
    assert.equal(await loadModels({ folder: project.folder, models: [], metadata: found }), found)
  })

  test("of one file that cannot be loaded are said to be its, with the cause", async () => {
    await using project = await CliProject.create({
      "src/user.model.ts": userModel,
      "src/bad.model.ts": '\nthrow new TypeError("no such thing")',
    })
    await assert.rejects(loadModels({ folder: project.folder, models: ["src/*.model.ts"] }), (error) => {
      assert.ok(error instanceof ModelLoadError)
      assert.match(error.message, /cannot load the models of src\/bad\.model\.ts: no such thing \(.*bad\.model\.ts:2\)/)
      assert.ok(error.cause instanceof TypeError)
      return true
    })
  })

  const hints: Readonly<Record<string, readonly [source: string, hint: RegExp]>> = {
    "an import without its extension": ['import { Base } from "./user.model"', /with the file's extension/],
    "a package that is missing": ['import "no-such-package"', /install the package/],
    "syntax that Node does not strip": ["enum Color { Red }", /no enum/],
    "a definition that cannot be": [
      'import { check, integer } from "rebis"\nimport { Base } from "./user.model.ts"\nBase.model("a", { id: integer() }, (t) => [check(t.id.gt(0))])',
      /name it/,
    ],
  }
  for (const [what, [source, hint]] of Object.entries(hints)) {
    test(`that have ${what} are told what to do`, async () => {
      await using project = await CliProject.create({ "src/user.model.ts": userModel, "src/bad.model.ts": source })
      await assert.rejects(
        loadModels({ folder: project.folder, models: ["src/bad.model.ts"] }),
        (error) => error instanceof ModelLoadError && hint.test(error.hint ?? error.message),
      )
    })
  }

  test("that no pattern finds are an error, for each pattern", async () => {
    await using project = await CliProject.create({ "src/user.model.ts": userModel })
    const { folder } = project
    await assert.rejects(
      loadModels({ folder, models: ["src/*.model.ts", "lib/*.model.ts"] }),
      (error) => error instanceof ModelsNotFoundError && /"lib\/\*\.model\.ts" matches no file/.test(error.message),
    )
    await assert.rejects(loadModels({ folder, models: [] }), ModelsNotFoundError)
  })

  test("that no file exports are an error", async () => {
    await using project = await CliProject.create({ "src/a.model.ts": "export const a = 1" })
    await assert.rejects(
      loadModels({ folder: project.folder, models: ["src/*.model.ts"] }),
      (error) => error instanceof ModelsNotFoundError && /no model is exported/.test(error.message),
    )
  })

  test("of two metadatas are refused, unless one is named", async () => {
    await using project = await CliProject.create({ "src/a.model.ts": userModel, "src/b.model.ts": userModel.replaceAll("user", "post") })
    const { folder } = project
    const models = ["src/*.model.ts"]
    await assert.rejects(
      loadModels({ folder, models }),
      (error) => error instanceof MetadataError && /src\/a\.model\.ts and src\/b\.model\.ts/.test(error.message),
    )
    const metadata = await loadModels({ folder, models: ["src/a.model.ts"] })
    assert.equal(await loadModels({ folder, models, metadata }), metadata)
  })
})

describe("init", () => {
  test("writes a configuration that loads, and makes the folder", async () => {
    await using project = await CliProject.create()
    assert.deepEqual(await init({ folder: project.folder }), { created: ["rebis.config.ts", "migrations/"], kept: [] })
    const config = await loadConfig(project.folder)
    assert.deepEqual(config.models, ["src/**/*.model.ts"])
    assert.deepEqual(await project.migrationFiles(), [])
  })
  test("overwrites nothing", async () => {
    await using project = await CliProject.create({ "rebis.config.mjs": "export default {}", "migrations/a.ts": "" })
    assert.deepEqual(await init({ folder: project.folder }), { created: [], kept: ["rebis.config.mjs", "migrations/"] })
    assert.equal(await project.read("rebis.config.mjs"), "export default {}")
  })
  test("writes modules where the package is CommonJS", async () => {
    await using project = await CliProject.create({ "package.json": '{ "type": "commonjs" }' })
    assert.deepEqual((await init({ folder: project.folder })).created, ["rebis.config.mts", "migrations/"])
    const config = await loadConfig(project.folder)
    assert.match(config.fileTemplate, /\.mts$/)
  })
})
