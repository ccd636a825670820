import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { createServer } from "node:net"
import { describe, test } from "node:test"
import { fileURLToPath } from "node:url"
import { inspect } from "node:util"
import {
  AuthenticationError,
  ConnectionError,
  DatabaseMissingError,
  TooManyConnectionsError,
  UnreachableError,
} from "../../src/errors/index.ts"
import { createEngine } from "../../src/drivers/index.ts"
import type { EngineOptions } from "../../src/engine/index.ts"
import { onDatabases } from "../support/databases.ts"
import { postgresServerUrl } from "../support/postgres-databases.ts"

/** The error of connecting. The password of the URL is in no part of it. */
async function connectError(url: string, options?: EngineOptions): Promise<ConnectionError> {
  await using engine = createEngine(url, options)
  try {
    const connection = await engine.connect()
    await connection.release()
  } catch (error) {
    assert.ok(error instanceof ConnectionError, String(error))
    const password = decodeURIComponent(/:\/\/[^:]*:(.*)@/.exec(url)?.[1] ?? "")
    if (password !== "") assert.ok(!inspect(error, { depth: 20, showHidden: true }).includes(password))
    assert.deepEqual({ ...engine.poolStatus, limit: 0 }, { idle: 0, inUse: 0, connecting: 0, waiting: 0, limit: 0 })
    return error
  }
  return assert.fail("the connection was made")
}

function serverUrl(changes: { user?: string; password?: string; database?: string }): string {
  const url = new URL(postgresServerUrl())
  if (changes.user !== undefined) url.username = changes.user
  if (changes.password !== undefined) url.password = changes.password
  if (changes.database !== undefined) url.pathname = `/${changes.database}`
  return url.href
}

onDatabases(["postgresql"], "connecting to PostgreSQL", (database) => {
  test("with a wrong password, or as a user that does not exist, is an AuthenticationError", async () => {
    const wrong = await connectError(serverUrl({ password: "not-the-password" }))
    assert.ok(wrong instanceof AuthenticationError)
    assert.match(wrong.message, /refused the user "postgres"/)
    assert.ok((await connectError(serverUrl({ user: "nobody_here" }))) instanceof AuthenticationError)
  })

  test("without the password that is needed says where to put it", async () => {
    const error = await connectError(serverUrl({ password: "" }))
    assert.ok(error instanceof AuthenticationError)
    assert.match(error.hint ?? "", /PGPASSWORD/)
  })

  test("to a database that does not exist is a DatabaseMissingError", async () => {
    const error = await connectError(serverUrl({ database: "not_there" }))
    assert.ok(error instanceof DatabaseMissingError)
    assert.match(error.message, /no database "not_there"/)
  })

  test("where nothing listens is an UnreachableError", async () => {
    const error = await connectError("postgresql://app:hushhush@127.0.0.1:1/blog")
    assert.ok(error instanceof UnreachableError)
    assert.match(error.message, /127\.0\.0\.1:1: the connection was refused/)
    assert.match((await connectError("postgresql://app@does-not-exist.invalid/blog")).message, /does-not-exist\.invalid/)
    assert.ok((await connectError("postgresql:///blog?user=app&host=/no/such/folder")) instanceof UnreachableError)
  })

  test("to something that never answers is an UnreachableError after connectTimeout", async () => {
    const silent = createServer(() => {})
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve))
    try {
      const address = silent.address()
      assert.ok(address !== null && typeof address === "object")
      const start = performance.now()
      const error = await connectError(`postgresql://app@127.0.0.1:${address.port}/blog`, { connectTimeout: 150 })
      assert.ok(error instanceof UnreachableError)
      assert.match(error.message, /no answer within 150 ms/)
      assert.ok(performance.now() - start < 5_000)
    } finally {
      silent.close()
    }
  })

  test("to something that is no PostgreSQL is a ConnectionError", async () => {
    const other = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"))
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve))
    try {
      const address = other.address()
      assert.ok(address !== null && typeof address === "object")
      await connectError(`postgresql://app@127.0.0.1:${address.port}/blog`, { connectTimeout: 2_000 })
    } finally {
      other.close()
    }
  })

  test("without TLS where it is demanded says so", async () => {
    const error = await connectError(await database.url(), { connectArgs: { ssl: { rejectUnauthorized: false } } })
    assert.match(error.message, /no secure connection/)
  })

  test("when the server has no connection left is a TooManyConnectionsError", async () => {
    await using administration = createEngine(await database.url())
    await using admin = await administration.connect()
    await admin.exec("create role limited login password 'hushhush' connection limit 0")
    try {
      const error = await connectError(serverUrl({ user: "limited", password: "hushhush" }))
      assert.ok(error instanceof TooManyConnectionsError)
      assert.match(error.hint ?? "", /poolSize/)
    } finally {
      await admin.exec("drop role limited")
    }
  })

  test("works again once what was wrong is put right", async () => {
    await using administration = createEngine(postgresServerUrl())
    await using admin = await administration.connect()
    await using engine = createEngine(serverUrl({ database: "made_later" }))
    await assert.rejects(engine.connect(), DatabaseMissingError)
    await admin.exec("create database made_later")
    try {
      await using connection = await engine.connect()
      assert.equal((await connection.exec("select current_database()")).rows[0]?.[0], "made_later")
      await engine.dispose({ grace: 0 })
    } finally {
      await admin.exec("drop database made_later with (force)")
    }
  })
})

describe("a driver whose package is not installed", () => {
  /** Runs a program in a process in which the package cannot be found. */
  function withoutPackage(name: string, url: string): string {
    const drivers = new URL("../../src/drivers/index.ts", import.meta.url).href
    const program = `
      import { registerHooks } from "node:module"
      registerHooks({
        resolve(specifier, context, next) {
          if (specifier !== ${JSON.stringify(name)}) return next(specifier, context)
          throw Object.assign(new Error("Cannot find package '" + specifier + "' imported from here"), { code: "ERR_MODULE_NOT_FOUND" })
        },
      })
      const { createEngine } = await import(${JSON.stringify(drivers)})
      const engine = createEngine(${JSON.stringify(url)})
      const error = await engine.connect().catch((error) => error)
      console.log(error.code, error.message)
      await engine.dispose()`
    const { stdout, stderr } = spawnSync(process.execPath, ["--conditions=rebis-source", "--input-type=module", "--eval", program], {
      cwd: fileURLToPath(new URL("../..", import.meta.url)),
      encoding: "utf8",
    })
    return stdout + stderr
  }

  test("is a DriverMissingError that says what to install", () => {
    assert.match(withoutPackage("pg", "postgresql://app:hushhush@localhost/blog"), /^REBIS_DRIVER_MISSING .*\bpg\b.*\n.*npm install pg\n$/)
    assert.match(
      withoutPackage("@electric-sql/pglite", "pglite://memory"),
      /^REBIS_DRIVER_MISSING .*\n.*npm install @electric-sql\/pglite\n$/,
    )
  })

  test("is not asked for by the others", () => {
    assert.match(withoutPackage("pg", "sqlite://memory"), /^undefined undefined\n$/)
  })
})
