import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { inspect } from "node:util"
import { UrlError } from "../../src/errors/index.ts"
import { createEngine } from "../../src/drivers/index.ts"

/** The driver and the display of a URL. Making an engine opens nothing. */
function engineOf(url: string | URL): readonly [driver: string, url: string] {
  const engine = createEngine(url)
  return [engine.driver, engine.url]
}

function urlError(url: string): UrlError {
  try {
    createEngine(url)
  } catch (error) {
    assert.ok(error instanceof UrlError, String(error))
    assert.equal(error.code, "REBIS_URL")
    return error
  }
  assert.fail(`${url} was accepted`)
}

describe("a database URL", () => {
  test("names its driver by its scheme", () => {
    assert.deepEqual(engineOf("postgresql://app@localhost/blog"), ["pg", "postgresql://app@localhost/blog"])
    assert.equal(engineOf("postgres://localhost:5433/blog?application_name=x")[0], "pg")
    assert.equal(engineOf("postgresql+pg:///blog")[0], "pg")
    assert.equal(engineOf("PostgreSQL://localhost/blog")[0], "pg")
    assert.equal(engineOf(new URL("postgresql://localhost/blog"))[0], "pg")
    assert.equal(engineOf("pglite://./data")[0], "pglite")
    assert.equal(engineOf("pglite:///var/data")[0], "pglite")
    assert.equal(engineOf("pglite://memory")[0], "pglite")
    for (const url of [
      "sqlite:///file.db",
      "sqlite:////var/file.db",
      "sqlite:///file.db?mode=ro",
      "sqlite://memory",
      "sqlite:///:memory:",
      "sqlite://",
    ]) {
      assert.equal(engineOf(url)[0], "node-sqlite")
    }
  })

  test("never shows its password", () => {
    for (const url of [
      "postgresql://app:hushhush@localhost/blog",
      "postgresql://app:hush@hush@localhost/blog",
      "postgresql://app:hush?hush/hush@localhost/blog",
      "postgresql://app@localhost/blog?password=hushhush&x=1",
    ]) {
      let shown: string
      try {
        const engine = createEngine(url, { connectArgs: { password: "hushtoo" } })
        shown = [engine.url, inspect(engine, { depth: 20, showHidden: true }), JSON.stringify(engine), String(engine)].join("\n")
        assert.match(engine.url, /\*\*\*/)
      } catch (error) {
        assert.ok(error instanceof UrlError)
        shown = inspect(error, { depth: 20, showHidden: true })
      }
      assert.ok(!shown.includes("hush"), shown)
    }
  })

  test("of an unknown scheme is refused with the known ones", () => {
    const error = urlError("mysql://root:hushhush@localhost/blog")
    assert.match(error.message, /mysql:\/\//)
    assert.match(error.message, /postgresql:\/\/.*pglite:\/\/.*sqlite:\/\//)
    assert.ok(!error.message.includes("hushhush"))
  })

  test("in Python's spelling is refused with the one to write", () => {
    assert.match(urlError("postgresql+asyncpg://localhost/blog").hint ?? "", /write postgresql:\/\//)
    assert.match(urlError("postgresql+psycopg://localhost/blog").hint ?? "", /write postgresql:\/\//)
    assert.match(urlError("sqlite+aiosqlite:///blog.db").hint ?? "", /write sqlite:\/\/\//)
  })

  test("that is no URL is refused with an example", () => {
    for (const text of ["", "blog.db", "localhost:5432/blog", "postgresql:/localhost"])
      assert.match(urlError(text).hint ?? "", /postgresql:\/\//)
  })

  test("that its driver cannot read is refused with the right form", () => {
    assert.match(urlError("postgresql://app:hushhush@local host/blog").message, /\*\*\*/)
    assert.match(urlError("postgresql://one,two:99999999/blog").hint ?? "", /percent-encoded/)
    assert.match(urlError("sqlite://file.db").hint ?? "", /three slashes/)
    assert.match(urlError("sqlite:///").hint ?? "", /three slashes/)
    assert.match(urlError("sqlite:///file.db?cache=shared").hint ?? "", /mode=ro/)
    assert.match(urlError("sqlite:///100%.db").hint ?? "", /%25/)
    assert.match(urlError("pglite://").hint ?? "", /pglite:\/\/memory/)
    assert.match(urlError("pglite://./data?x=1").message, /names no folder/)
  })
})
