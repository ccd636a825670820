import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  aliased,
  any,
  caseWhen,
  coalesce,
  ColumnBuilder,
  compile,
  declarativeBase,
  insert,
  integer,
  prepared,
  select,
  type SqlType,
  type Statement,
  StatementError,
  tuple,
  update,
  value,
  ValueError,
} from "rebis"
import { postgres } from "../../src/dialects/postgres/index.ts"
import { sqlite } from "../../src/dialects/sqlite/index.ts"
import { typeKey } from "../../src/sql/index.ts"
import { type Refusal, refusedEverywhere, refusedOnPostgres, refusedOnSqlite } from "../dialects/refusals.ts"

function thingOf(type: SqlType) {
  const Base = declarativeBase({ conventions: "off" })
  return class Thing extends Base.model("thing", {
    id: integer().primaryKey(),
    kept: new ColumnBuilder<any>({ type, nullable: false, primaryKey: false }),
  }) {}
}

/** Every place where a value meets a column, by what it is called there. */
function places(type: SqlType, bad: unknown): readonly (readonly [name: string, make: () => Statement])[] {
  const Thing = thingOf(type)
  const { id, kept } = Thing.c
  const other = aliased(Thing, "other")
  const good = null as never
  const all = select(id).from(Thing)
  return [
    ["thing.kept", () => insert(Thing).values({ id: 1, kept: bad })],
    [
      "thing.kept (row 2)",
      () =>
        insert(Thing).values([
          { id: 1, kept: good },
          { id: 2, kept: bad },
        ]),
    ],
    [
      "thing.kept (row 12)",
      () => insert(Thing).values(Array.from({ length: 12 }, (_, row) => ({ id: row, kept: row === 11 ? bad : good }))),
    ],
    ["thing.kept", () => insert(Thing).values({ id: 1, kept: good }).onConflict([id]).doUpdate({ kept: bad })],
    ["thing.kept", () => update(Thing).set({ kept: bad }).allRows()],
    ["thing.kept", () => all.where(kept.eq(bad))],
    ["thing.kept", () => all.where(kept.ne(bad))],
    ["thing.kept", () => all.where(kept.isNotDistinctFrom(bad))],
    ["thing.kept in a list", () => all.where(kept.in([bad]))],
    ["thing.kept beside a list", () => all.where(kept.eq(any([bad])))],
    ["thing.kept", () => all.where(tuple(id, kept).in([[1, bad]]))],
    ["other.kept", () => select(other.c.id).from(other).where(other.c.kept.eq(bad))],
    ["argument 2 of coalesce(thing.kept, …)", () => select(coalesce(kept, bad)).from(Thing)],
    ["an outcome of case beside thing.kept", () => select(caseWhen(id.eq(1), kept).else(bad as never)).from(Thing)],
    ["value", () => select(value(bad, type as SqlType<any>))],
    [
      'parameter "kept"',
      () => prepared({ kept: kept as never }, (p) => all.where(kept.eq((p as { kept: never }).kept)))({ kept: bad } as never),
    ],
  ]
}

/** Lengths, precisions and scales limit what is stored, and nothing that is compared or computed. */
const onlyStored =
  /it has \d+ (characters|bits|digits)|it has more than \d+ digits|no infinity|not a multiple|is out of range|before the point/

for (const [dialect, refusals] of [
  [postgres, [...refusedEverywhere, ...refusedOnPostgres]],
  [sqlite, [...refusedEverywhere, ...refusedOnSqlite]],
] as const) {
  describe(`what a column cannot hold, wherever it meets it (${dialect.title})`, () => {
    for (const refusal of refusals.filter(({ value: bad }) => bad !== null && bad !== undefined)) {
      test(title(refusal), () => {
        for (const [name, make] of places(refusal.type, refusal.value)) {
          const isStored = name.startsWith("thing.kept") && !name.includes("list")
          try {
            compile(make(), dialect)
          } catch (error) {
            assert.ok(error instanceof ValueError, `${name}: ${String(error)}`)
            assert.ok(error.message.startsWith(`${name}: `), error.message)
            continue
          }
          assert.ok(isLimit(refusal) && !(isStored && name.includes("row")), `${name} took the value`)
        }
      })
    }

    test("undefined is refused everywhere", () => {
      for (const [name, make] of places({ kind: "integer" }, undefined)) {
        // In a row it says nothing about the column.
        if (name.includes("(row") || name === "thing.kept") continue
        assert.throws(() => compile(make(), dialect), StatementError, name)
      }
      const { kept } = thingOf({ kind: "integer" }).c
      assert.throws(() => kept.eq(undefined as never), StatementError)
      assert.throws(
        () =>
          update(thingOf({ kind: "integer" }))
            .set({ kept: undefined })
            .allRows()
            .toSQL(dialect),
        StatementError,
      )
    })
  })
}

function isLimit({ message }: Refusal): boolean {
  return onlyStored.test(String(message))
}

function title({ type, message }: Refusal): string {
  return `${typeKey(type).split("|")[0]}: ${String(message)}`
}
