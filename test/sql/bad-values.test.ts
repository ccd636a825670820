import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { aliased, compile, insert, merge, type Statement, update, value, ValueError } from "rebis"
import { postgres } from "../../src/dialects/postgres/index.ts"
import { sqlite } from "../../src/dialects/sqlite/index.ts"
import { Post, Reading, User } from "./library.ts"

const cyclic: Record<string, unknown> = {}
cyclic.self = cyclic

const user = { email: "e", name: "n" }
const post = { title: "t", userId: 1 }

/** Values that a column cannot hold, by its property, with what the message says of them. */
const cases: readonly (readonly [
  model: typeof User | typeof Post | typeof Reading,
  row: object,
  key: string,
  column: string,
  bad: readonly (readonly [unknown, RegExp])[],
])[] = [
  [
    Post,
    post,
    "viewCount",
    "post.view_count",
    [
      [Number.NaN, /integer cannot hold NaN: it is not a whole number/],
      [Number.POSITIVE_INFINITY, /integer cannot hold Infinity/],
      [1.5, /integer cannot hold 1\.5/],
      [2 ** 31, /integer cannot hold 2147483648: the range is/],
      ["1", /integer takes a whole number, not "1"/],
      [1n, /integer takes a whole number, not 1n/],
      [true, /integer takes a whole number, not true/],
      [new Date(0), /integer takes a whole number, not Date 1970/],
      [[1], /integer takes a whole number, not an array/],
      [{ valueOf: () => 1 }, /integer takes a whole number, not an object/],
      [Symbol("x"), /integer takes a whole number, not Symbol\(x\)/],
      [() => 1, /integer takes a whole number, not a function/],
    ],
  ],
  [
    Post,
    post,
    "publishedDate",
    "post.published_date",
    [
      ["2025-02-30", /date cannot hold "2025-02-30"/],
      ["yesterday", /date cannot hold "yesterday"/],
      [new Date(0), /date takes .*, not Date 1970/],
    ],
  ],
  [
    Post,
    post,
    "meta",
    "post.meta",
    [
      [{ tags: [Number.NaN] }, /jsonb cannot hold/],
      [{ tags: 1n }, /jsonb cannot hold/],
      [{ tags: [() => 1] }, /jsonb cannot hold/],
      [cyclic, /jsonb cannot hold/],
      [{ tags: ["\u0000"] }, /jsonb cannot hold/],
    ],
  ],
  [
    User,
    user,
    "name",
    "user.name",
    [
      ["a\u0000b", /text cannot hold "a\\u0000b": it contains the NUL character/],
      ["\ud800", /text cannot hold .*: it contains half of a surrogate pair/],
      [7, /text takes a string, not 7/],
      [{ toString: () => "x" }, /text takes a string, not an object/],
    ],
  ],
  [User, user, "nickname", "user.nickname", [["123456789", /varchar\(8\) cannot hold "123456789": it has 9 characters/]]],
  [
    User,
    user,
    "createdAt",
    "user.created_at",
    [
      [new Date(Number.NaN), /timestamptz cannot hold an invalid Date: it is no moment/],
      ["2025-01-01", /timestamptz takes a Date, not "2025-01-01"/],
      [0, /timestamptz takes a Date, not 0/],
    ],
  ],
  [
    Reading,
    {},
    "large",
    "reading.large",
    [
      [1, /bigint takes a bigint, not 1/],
      [2n ** 63n, /bigint cannot hold 9223372036854775808n: the range is/],
    ],
  ],
  [
    Reading,
    {},
    "exact",
    "reading.exact",
    [
      [1, /numeric takes .*, not 1/],
      ["ten", /numeric cannot hold "ten"/],
    ],
  ],
  [Reading, {}, "ratio", "reading.ratio", [["1", /double takes a number, not "1"/]]],
  [Reading, {}, "valid", "reading.valid", [[1, /boolean takes .*, not 1/]]],
  [Reading, {}, "bytes", "reading.bytes", [["x", /bytea takes a Uint8Array, not "x"/]]],
  [Reading, {}, "mood", "reading.mood", [["glad", /mood.* cannot hold "glad": its labels are "sad", "ok", "happy"/]]],
]

describe("a value that its column cannot hold", () => {
  for (const [model, row, key, column, bad] of cases) {
    for (const [given, message] of bad) {
      const shown =
        typeof given === "object" && given !== null
          ? `${given.constructor.name} no. ${bad.findIndex(([each]) => each === given) + 1}`
          : String(given)
      test(`is refused by each write, with its column and row: ${column}, ${JSON.stringify(shown)}`, () => {
        const defective = { ...row, [key]: given } as never
        const good = { ...row, [key]: null } as never
        const other = aliased(model as typeof User, "other")
        const into = insert(model as typeof User)
        const rows = (count: number, at: number) => Array.from({ length: count }, (_, index) => (index === at ? defective : good))
        const writes: readonly (readonly [Statement, string])[] = [
          [into.values(defective), column],
          [into.values(rows(3, 0)), `${column} (row 1)`],
          [into.values(rows(3, 2)), `${column} (row 3)`],
          [into.values(rows(40, 30)), `${column} (row 31)`],
          [into.values(rows(2, 5)).values(defective), `${column} (row 3)`],
          [
            into
              .values(good)
              .onConflict([model.c.id as never])
              .doUpdate({ [key]: given }),
            column,
          ],
          [
            update(model as typeof User)
              .set({ [key]: given })
              .allRows(),
            column,
          ],
          [
            merge(model as typeof User)
              .using(other, value(true))
              .whenMatched()
              .thenUpdate({ [key]: given }),
            column,
          ],
          [
            merge(model as typeof User)
              .using(other, value(true))
              .whenNotMatched()
              .thenInsert(defective),
            column,
          ],
        ]
        for (const [statement, place] of writes) {
          assert.throws(
            () => compile(statement, postgres),
            (error: Error) => {
              assert.equal(error.name, ValueError.name)
              assert.ok(error.message.startsWith(`${place}: `), error.message)
              assert.match(error.message, message)
              return true
            },
          )
        }
        assert.throws(
          () => compile(into.values(rows(40, 30)), sqlite),
          (error: Error) => error.message.startsWith(`${column} (row 31): `),
        )
      })
    }
  }

  test("is undefined: it is left out where there is a row, and refused where there is none", () => {
    const sent = (statement: Statement) => statement.toSQL(postgres).text
    assert.equal(
      sent(insert(User).values({ ...user, nickname: undefined as never })),
      `insert into "user" ("email", "name") values ($1, $2)`,
    )
    assert.equal(sent(update(User).set({ name: "x", nickname: undefined }).allRows()), `update "user" set "name" = $1`)
    assert.throws(() => insert(User).values([user, undefined as never]), /row 2: a row is an object of values, not undefined/)
    assert.throws(() => insert(User).values(null as never), /insert into user: a row is an object of values, not null/)
  })
})
