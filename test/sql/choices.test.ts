import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { caseOf, compile, fn, integer, nullOf, numNonnulls, numNulls, select, StatementError, text, value } from "rebis"
import { postgres } from "../../src/dialects/postgres/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import { Sample, sharedSample, testExpressions } from "./sample.ts"

const { whole, small, title, absent, flag, unknown } = Sample.c
const column = (name: string) => `"sample"."${name}"`

forEachDatabase("choices and nulls", (database) => {
  const sample = sharedSample(database)
  testExpressions(database, sample, [
    {
      name: "case of a value",
      of: caseOf(whole).when(1, "one").when(10, "ten").else("many"),
      text: `case ${column("whole")} when $1 then cast($2 as text) when $3 then cast($4 as text) else cast($5 as text) end`,
      gives: "ten",
      sqlite: { text: `case ${column("whole")} when ? then ? when ? then ? else ? end` },
    },
    {
      name: "case of a value that no branch has",
      of: caseOf(title).when("x", whole),
      text: `case ${column("title")} when $1 then ${column("whole")} end`,
      gives: null,
    },
    {
      name: "case of an expression",
      of: caseOf(whole).when(small.plus(7), 1).else(2),
      text: `case ${column("whole")} when ${column("small")} + $1 then cast($2 as integer) else cast($3 as integer) end`,
      gives: 1,
      sqlite: { text: `case ${column("whole")} when ${column("small")} + ? then ? else ? end` },
    },
    { name: "is true", of: flag.isTrue(), text: `${column("flag")} is true`, gives: true },
    { name: "is not true where it is unknown", of: unknown.isNotTrue(), text: `${column("unknown")} is not true`, gives: true },
    { name: "is not false where it is unknown", of: unknown.isNotFalse(), text: `${column("unknown")} is not false`, gives: true },
    { name: "is false", of: whole.gt(100).isFalse(), text: `(${column("whole")} > $1) is false`, gives: true },
    { name: "is not between", of: whole.notBetween(1, 5), text: `(${column("whole")} < $1 or ${column("whole")} > $2)`, gives: true },
    {
      name: "is between two values, whichever is the lower",
      of: whole.betweenSymmetric(20, small),
      text: `${column("whole")} between symmetric $1 and ${column("small")}`,
      gives: true,
      sqlite: { text: `${column("whole")} between min(?, ${column("small")}) and max(?, ${column("small")})` },
    },
    {
      name: "counts nulls",
      of: numNulls(title, absent, unknown),
      text: `num_nulls(${column("title")}, ${column("absent")}, ${column("unknown")})`,
      gives: 2,
      sqlite: { text: `(${column("title")} is null) + (${column("absent")} is null) + (${column("unknown")} is null)` },
    },
    {
      name: "counts what is not null",
      of: numNonnulls(title, absent),
      text: `num_nonnulls(${column("title")}, ${column("absent")})`,
      gives: 1,
      sqlite: { text: `(${column("title")} is not null) + (${column("absent")} is not null)` },
    },
    { name: "is NULL of a type", of: nullOf(integer()), text: "cast($1 as integer)", gives: null, sqlite: { text: "?" } },
  ])
})

describe("functions by their names", () => {
  test("are not taken for pure", () => {
    assert.equal(compile(select(fn("upper", text(), title)).from(Sample), postgres).effect, "read")
  })
  test("are pure when it is said", () => {
    const { effect, text: sql } = compile(select(fn.pure("upper", text(), title)).from(Sample), postgres)
    assert.deepEqual([effect, sql], ["pure", `select upper("sample"."title") from "sample"`])
  })

  for (const [name, make, message] of [
    ["a pure function without a name", () => fn.pure("a b", text()), /"a b" is not the name of a function/],
    ["a case of a value", () => caseOf(1 as never), /caseOf\(\) takes an expression, not 1/],
    [
      "undefined as the value of a branch",
      () => caseOf(whole).when(undefined as never, 1),
      /undefined was compared with case sample\.whole/,
    ],
    ["undefined as the result of a branch", () => caseOf(whole).when(1, undefined as never), /undefined was given for then/],
    ["undefined as an end", () => whole.betweenSymmetric(1, undefined as never), /undefined was compared with sample\.whole/],
    ["NULLs of nothing", () => (numNulls as () => unknown)(), /num_nulls\(\) was given nothing/],
    ["a plain value among NULLs", () => numNulls(value(1), 1 as never), /takes an expression, not number/],
  ] as const) {
    test(`refuse ${name}`, () => assert.throws(make, { name: StatementError.name, message }))
  }
})
