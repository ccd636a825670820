import assert from "node:assert/strict"
import { before, describe, test } from "node:test"
import { postgres } from "../../src/dialects/postgres/index.ts"
import { sqlite } from "../../src/dialects/sqlite/index.ts"
import type { Engine } from "../../src/engine/index.ts"
import {
  AuthenticationError,
  CancelledError,
  CheckViolationError,
  DatabaseError,
  DatabaseMissingError,
  DataError,
  DisconnectedError,
  ForeignKeyViolationError,
  IntegrityError,
  LockTimeoutError,
  NotNullViolationError,
  ProgrammingError,
  SerializationError,
  TooManyConnectionsError,
  UniqueViolationError,
  UnreachableError,
  ArgumentError,
  DeadlockError,
  TransactionAbortedError,
  ExclusionViolationError,
  ReadOnlyError,
  type RebisError,
} from "../../src/errors/index.ts"
import { forEachDatabase, onDatabases } from "../support/databases.ts"

type ErrorClass = abstract new (...args: never[]) => RebisError

interface Failure {
  readonly name: string
  readonly statement: string
  readonly parameters?: readonly unknown[]
  readonly errorClass: ErrorClass
  readonly message?: RegExp
  readonly table?: string
  readonly columns?: readonly string[]
}

const failures: readonly Failure[] = [
  {
    name: "a value that is there already",
    statement: "insert into member (id, email, team_id, size) values (2, 'ada@example.org', 1, 1)",
    errorClass: UniqueViolationError,
    message: /^[^\n]+ \(member\.email\)$/,
    table: "member",
    columns: ["email"],
  },
  {
    name: "a key of two columns that is there already",
    statement: "insert into member (id, email, team_id, size) values (3, 'x', 1, 1), (4, 'y', 1, 1)",
    errorClass: UniqueViolationError,
    message: /^[^\n]+ \(member\.team_id, member\.size\)$/,
    table: "member",
    columns: ["team_id", "size"],
  },
  {
    name: "a primary key that is there already",
    statement: "insert into team values (1)",
    errorClass: UniqueViolationError,
    message: /\(team\.id\)$/,
    table: "team",
    columns: ["id"],
  },
  {
    name: "a null",
    statement: "insert into member (id, team_id, size) values (2, 1, 1)",
    errorClass: NotNullViolationError,
    message: /^[^\n]+ \(member\.email\)$/,
    table: "member",
    columns: ["email"],
  },
  {
    name: "a row that is not there",
    statement: "insert into member (id, email, team_id, size) values (2, 'b', 7, 1)",
    errorClass: ForeignKeyViolationError,
  },
  { name: "a row that is referred to", statement: "delete from team", errorClass: ForeignKeyViolationError },
  { name: "a check", statement: "insert into member (id, email, team_id, size) values (2, 'b', 1, 0)", errorClass: CheckViolationError },
  { name: "an unknown table", statement: "select * from nowhere", errorClass: ProgrammingError, message: /nowhere/ },
  { name: "an unknown column", statement: "select nothing from member", errorClass: ProgrammingError, message: /nothing/ },
  { name: "a syntax error", statement: "selec 1", errorClass: ProgrammingError, message: /selec/ },
  {
    name: "a number that is too large",
    statement: "select abs(-9223372036854775807 - 1), 9223372036854775807 + id from team",
    errorClass: DataError,
  },
]

/** What the last of the statements fails with. */
async function failureOf(engine: Engine, statements: string | readonly string[], parameters?: readonly unknown[]): Promise<RebisError> {
  await using connection = await engine.connect()
  const list = [statements].flat()
  for (const statement of list.slice(0, -1)) await connection.exec(statement)
  try {
    await connection.exec(list.at(-1) ?? "", parameters)
  } catch (error) {
    return error as RebisError
  }
  assert.fail("the statement did not fail")
}

forEachDatabase("errors of statements", (database) => {
  let engine: Engine
  before(async () => {
    engine = await database.engine()
    await using connection = await engine.connect()
    await connection.exec("create table team (id integer primary key)")
    await connection.exec(
      `create table member (id integer primary key, email text not null unique, team_id integer not null references team (id) on delete restrict,
       size integer constraint member_size_check check (size > 0), constraint member_key unique (team_id, size))`,
    )
    await connection.exec("insert into team values (1)")
    await connection.exec("insert into member (id, email, team_id, size) values (1, 'ada@example.org', 1, 5)")
  })

  for (const { name, statement, errorClass, message, table, columns } of failures) {
    test(`${name} is ${errorClass.name}`, async () => {
      const error = await failureOf(engine, statement)
      assert.ok(error instanceof errorClass, `${error.name}: ${error.message}`)
      assert.ok(error instanceof DatabaseError)
      if (message !== undefined) assert.match(error.message.split("\n  hint:")[0] ?? "", message)
      assert.equal(error.details.statement, statement)
      if (table !== undefined) assert.equal(error.table, table)
      if (columns !== undefined) assert.deepEqual(error.columns, columns)
      assert.ok(error.cause instanceof Error)
      assert.ok(error.serverCode)
    })
  }

  test("a check is named", async () => {
    const error = await failureOf(engine, "update member set size = 0")
    assert.ok(error instanceof CheckViolationError)
    assert.equal(error.constraint, "member_size_check")
  })
})

onDatabases(["postgresql", "pglite"], "errors of PostgreSQL", (database) => {
  let engine: Engine
  before(async () => {
    engine = await database.engine()
    await using connection = await engine.connect()
    await connection.exec(`create table "my table" (id integer, "Odd, name" text, "a ""b""" text, unique ("Odd, name", id, "a ""b"""))`)
    await connection.exec(`create unique index lowered on "my table" (lower("Odd, name"), id)`)
    await connection.exec(`create table span (during int4range, exclude using gist (during with &&))`)
  })

  test("columns with odd names are told apart", async () => {
    const insert = `insert into "my table" values (1, 'X', 'y')`
    const error = await failureOf(engine, [insert, insert])
    assert.ok(error instanceof UniqueViolationError)
    assert.deepEqual([error.table, error.columns], ["my table", ["Odd, name", "id", 'a "b"']])
  })

  test("an index on an expression is told by its name", async () => {
    const error = await failureOf(engine, [`insert into "my table" values (2, 'x', 'y')`, `insert into "my table" values (2, 'X', 'z')`])
    assert.ok(error instanceof UniqueViolationError)
    assert.equal(error.constraint, "lowered")
    assert.deepEqual(error.columns, ['lower("Odd, name"), id'])
  })

  test("an exclusion constraint is an ExclusionViolationError", async () => {
    const error = await failureOf(engine, "insert into span values ('[1,5)'), ('[4,6)')")
    assert.ok(error instanceof ExclusionViolationError && error instanceof IntegrityError)
    assert.deepEqual([error.serverCode, error.constraint], ["23P01", "span_during_excl"])
  })

  test("the place of a mistake is in the message and in the details", async () => {
    const error = await failureOf(engine, "select 'ü' as a,\n  nothing from span")
    assert.ok(error instanceof ProgrammingError)
    assert.equal(error.message, 'column "nothing" does not exist (at "nothing from span")')
    assert.equal(error.details.position, 20)
  })

  test("a hint of the server is the error's", async () => {
    const error = await failureOf(engine, "select lower(5)")
    assert.ok(error instanceof ProgrammingError)
    assert.match(String(error.hint), /cast/)
    assert.doesNotMatch(error.message.split("\n  hint: ")[0] ?? "", /\n/)
  })

  test("a value that is not of its type is a DataError", async () => {
    for (const [statement, parameters] of [
      ["select $1::integer", ["x"]],
      ["select 1 / 0", []],
      ["select 'abc'::varchar(2)::integer", []],
    ] as const) {
      assert.ok((await failureOf(engine, statement, parameters)) instanceof DataError)
    }
  })
})

onDatabases(["postgresql"], "errors of a server with several sessions", (database) => {
  test("a statement that took too long is CancelledError", async () => {
    const engine = await database.engine()
    await using connection = await engine.connect()
    connection.begin()
    await connection.exec("set local statement_timeout = 20")
    await assert.rejects(connection.exec("select pg_sleep(5)"), CancelledError)
    await assert.rejects(connection.exec("select 1"), TransactionAbortedError)
    await connection.rollback()
  })

  test("a lock that is not to be had at once is LockTimeoutError", async () => {
    const engine = await database.engine()
    await using first = await engine.connect()
    await using second = await engine.connect()
    await first.exec("create table item (id integer)")
    await first.exec("insert into item values (1)")
    first.begin()
    await first.exec("select * from item for update")
    await assert.rejects(
      second.exec("select * from item for update nowait"),
      (error) => error instanceof LockTimeoutError && error.serverCode === "55P03",
    )
    await first.rollback()
  })

  test("a session that an administrator ended is a lost connection", async () => {
    const engine = await database.engine()
    await using connection = await engine.connect()
    connection.begin()
    const [row = []] = (await connection.exec("select pg_backend_pid()")).rows
    await using other = await engine.connect()
    await other.exec("select pg_terminate_backend($1)", [row[0]])
    await assert.rejects(connection.exec("select 1"), DisconnectedError)
  })

  test("transactions that cannot be put in an order are SerializationError", async () => {
    const engine = await database.engine()
    await using first = await engine.connect()
    await using second = await engine.connect()
    await first.exec("create table counter (value integer)")
    await first.exec("insert into counter values (0)")
    first.begin({ isolation: "repeatable read" })
    await first.exec("select * from counter")
    await second.exec("update counter set value = 1")
    await assert.rejects(first.exec("update counter set value = 2"), SerializationError)
    await first.rollback()
  })
})

describe("errors by the server's code", () => {
  const codes: Readonly<Record<string, ErrorClass>> = {
    "23P01": ExclusionViolationError,
    "25006": ReadOnlyError,
    "40001": SerializationError,
    "40P01": DeadlockError,
    "55P03": LockTimeoutError,
    "57014": CancelledError,
    "25P02": TransactionAbortedError,
    "22001": DataError,
    "22P02": DataError,
    "42601": ProgrammingError,
    "0A000": ProgrammingError,
    "23001": ForeignKeyViolationError,
    "23000": IntegrityError,
    "57P01": DisconnectedError,
    "57P02": DisconnectedError,
    "57P03": DisconnectedError,
    "57P05": DisconnectedError,
    "25P03": DisconnectedError,
    "08006": DisconnectedError,
    "28P01": AuthenticationError,
    "28000": AuthenticationError,
    "3D000": DatabaseMissingError,
    "53300": TooManyConnectionsError,
    P0001: DatabaseError,
    XX000: DatabaseError,
  }
  for (const [code, errorClass] of Object.entries(codes)) {
    test(`${code} is ${errorClass.name}`, () => {
      const cause = Object.assign(new Error("two\nlines"), { code, severity: "ERROR" })
      const error = postgres.mapError(cause, { text: "select 1" })
      assert.equal(error.constructor, errorClass)
      assert.equal(error.cause, cause)
      assert.equal(error.message, "two lines")
    })
  }

  test("what ends the session is a lost connection, whatever its code", () => {
    const error = postgres.mapError(Object.assign(new Error("out of memory"), { code: "53200", severity: "FATAL" }))
    assert.ok(error instanceof DisconnectedError)
  })

  test("an error of the socket is a lost connection", () => {
    for (const cause of [
      Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }),
      Object.assign(new Error("write EPIPE"), { code: "EPIPE" }),
      new Error("Connection terminated unexpectedly"),
      new Error("Client has encountered a connection error and is not queryable"),
    ]) {
      const error = postgres.mapError(cause)
      assert.ok(error instanceof DisconnectedError)
      assert.equal(error.message, `the connection was lost: ${cause.message}`)
    }
  })

  test("an error of ours stays as it is", () => {
    const error = new ArgumentError("x")
    assert.equal(postgres.mapError(error), error)
    assert.equal(sqlite.mapError(error), error)
  })

  test("anything else is a failure of the driver", () => {
    for (const dialect of [postgres, sqlite]) {
      const cause = new TypeError("cannot read it")
      const error = dialect.mapError(cause, { text: "select 1", parameters: [5] })
      assert.ok(error instanceof DatabaseError)
      assert.equal(error.message, "the driver failed: cannot read it")
      assert.deepEqual([error.details.statement, error.details.parameters, error.cause], ["select 1", [5], cause])
      assert.equal(dialect.mapError("text").message, "the driver failed: text")
      assert.ok(dialect.mapError(new DOMException("stop", "AbortError")) instanceof CancelledError)
    }
  })
})

describe("errors by SQLite's code", () => {
  const codes: readonly (readonly [errcode: number, message: string, errorClass: ErrorClass, serverCode: string | undefined])[] = [
    [5, "database is locked", DeadlockError, "SQLITE_BUSY"],
    [517, "database is locked", SerializationError, "SQLITE_BUSY_SNAPSHOT"],
    [6, "database table is locked", DeadlockError, "SQLITE_LOCKED"],
    [8, "attempt to write a readonly database", ReadOnlyError, "SQLITE_READONLY"],
    [1032, "attempt to write a readonly database", ReadOnlyError, "SQLITE_READONLY"],
    [9, "interrupted", CancelledError, "SQLITE_INTERRUPT"],
    [18, "string or blob too big", DataError, "SQLITE_TOOBIG"],
    [21, "bad parameter or other API misuse", ProgrammingError, "SQLITE_MISUSE"],
    [99, "what is this", DatabaseError, "SQLITE_99"],
    [14, "unable to open database file", UnreachableError, undefined],
  ]
  for (const [errcode, message, errorClass, serverCode] of codes) {
    test(`${errcode} is ${errorClass.name}`, () => {
      const error = sqlite.mapError(Object.assign(new Error(message), { code: "ERR_SQLITE_ERROR", errcode }))
      assert.equal(error.constructor, errorClass)
      assert.equal(error instanceof DatabaseError ? error.serverCode : undefined, serverCode)
    })
  }

  test("a closed database is a lost connection", () => {
    assert.ok(sqlite.mapError(Object.assign(new Error("database is not open"), { code: "ERR_INVALID_STATE" })) instanceof DisconnectedError)
  })
})

onDatabases(["sqlite"], "errors of SQLite", (database) => {
  test("tell the place where the message has it", async () => {
    const engine = await database.engine()
    await using connection = await engine.connect()
    await connection.exec(`create table "a.b" (id integer primary key, email text, size integer) strict`)
    await connection.exec(`create unique index lowered on "a.b" (lower(email))`)
    await connection.exec(`insert into "a.b" values (1, 'x', 1)`)
    const detailsOf = async (statement: string) => {
      const error = await connection.exec(statement).then(
        () => assert.fail("it did not fail"),
        (reason: unknown) => reason as DatabaseError,
      )
      return [error.constructor, error.table, error.columns, error.constraint]
    }
    assert.deepEqual(await detailsOf(`insert into "a.b" values (1, 'y', 1)`), [UniqueViolationError, "a.b", ["id"], undefined])
    assert.deepEqual(await detailsOf(`insert into "a.b" values (2, 'X', 1)`), [UniqueViolationError, undefined, undefined, "lowered"])
    assert.deepEqual(await detailsOf(`insert into "a.b" values (2, 'z', 'many')`), [DataError, "a.b", ["size"], undefined])
    assert.deepEqual(await detailsOf(`select json('{')`), [DataError, undefined, undefined, undefined])
  })
})
