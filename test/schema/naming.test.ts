import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { check, declarativeBase, index, integer, MetaData, type NamingConvention, text, unique } from "rebis"
import { DefinitionError } from "../../src/errors/index.ts"
import { constraintName, defaultNamingConvention, type NamedConstraint } from "../../src/schema/index.ts"

const over = (kind: NamedConstraint["kind"], extra: Partial<NamedConstraint> = {}): NamedConstraint => ({
  kind,
  table: "post",
  columns: [
    { name: "user_id", key: "userId" },
    { name: "title", key: "title" },
  ],
  name: undefined,
  ...extra,
})
const named = (template: string, extra: Partial<NamedConstraint> = {}): string =>
  constraintName(over("fk", { referred: { table: "user", columns: ["id", "email"] }, ...extra }), { fk: template })

describe("naming conventions", () => {
  test("the default gives the guide's names", () => {
    const name = (constraint: NamedConstraint): string => constraintName(constraint, defaultNamingConvention)
    assert.equal(name(over("ix", { columns: [{ name: "title", key: "title" }] })), "post_title_idx")
    assert.equal(name(over("uq", { table: "user", columns: [{ name: "email", key: "email" }] })), "user_email_key")
    assert.equal(name(over("ck", { name: "title_not_empty" })), "post_title_not_empty_check")
    assert.equal(name(over("fk")), "post_user_id_fkey")
    assert.equal(name(over("pk")), "post_pkey")
  })

  test("every token stands for what it says", () => {
    assert.equal(named("{table_name}-{referred_table_name}"), "post-user")
    assert.equal(named("{column_0_name}-{column_1_name}"), "user_id-title")
    assert.equal(named("{column_0_key}-{column_0_label}"), "userId-post_user_id")
    assert.equal(named("{column_0N_name}"), "user_idtitle")
    assert.equal(named("{column_0_N_name}"), "user_id_title")
    assert.equal(named("{column_0_N_key}"), "userId_title")
    assert.equal(named("{column_0_N_label}"), "post_user_id_post_title")
    assert.equal(named("{referred_column_0_name}-{referred_column_0_N_name}"), "id-id_email")
    assert.equal(constraintName(over("ck", { name: "positive" }), { ck: "{constraint_name}" }), "positive")
  })

  test("a token of one's own is a function of the constraint", () => {
    const convention: NamingConvention = { fk: "fk_{guid}", tokens: { guid: ({ table, columns }) => `${table}${columns.length}` } }
    assert.equal(constraintName(over("fk"), convention), "fk_post2")
  })

  test("a name over 63 bytes is cut, stays the same, and stays apart from others", () => {
    const long = (last: string): string => named(`${"ü".repeat(40)}${last}`)
    assert.equal(Buffer.byteLength(long("a")) <= 63, true)
    assert.match(long("a"), /^ü+_[0-9a-f]{8}$/)
    assert.equal(long("a"), long("a"))
    assert.notEqual(long("a"), long("b"))
  })

  const refused: readonly (readonly [title: string, message: RegExp, define: () => unknown])[] = [
    ["an unknown token", /unknown token \{colum_0_name\}/, () => new MetaData({ namingConvention: { ix: "{colum_0_name}_idx" } })],
    ["a template of Python", /is written as in Python/, () => new MetaData({ namingConvention: { ix: "%(column_0_label)s_idx" } })],
    [
      "a check without the name that the convention needs",
      /needs a name/,
      () => declarativeBase().model("post", { id: integer() }, (t) => [check(t.id.gt(0))]),
    ],
    [
      "an index over an expression without a name",
      /has no column 0/,
      () => declarativeBase().model("post", { id: integer() }, (t) => [index(t.id.plus(1))]),
    ],
    [
      "two indexes of one name",
      /would be called post_title_idx/,
      () => declarativeBase().model("post", { title: text().index() }, (t) => [index(t.title.desc())]),
    ],
    [
      "two checks of one name",
      /two constraints of post would be called post_a_check/,
      () => declarativeBase().model("post", { id: integer() }, (t) => [check("a", t.id.gt(0)), check("a", t.id.lt(9))]),
    ],
    [
      "an index that would be called as a unique constraint",
      /would be called x, as the unique constraint of post is/,
      () => declarativeBase().model("post", { id: integer() }, (t) => [unique(t.id).named("x"), index(t.id).named("x")]),
    ],
  ]
  for (const [title, message, define] of refused) {
    test(`${title} is refused at the definition`, () => {
      assert.throws(define, (error) => error instanceof DefinitionError && message.test(error.message))
    })
  }
})
