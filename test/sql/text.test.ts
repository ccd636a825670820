import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { describe, test } from "node:test"
import {
  any,
  ascii,
  chr,
  concatWs,
  compile,
  decode,
  encode,
  format,
  initcap,
  left,
  lpad,
  md5,
  overlay,
  quoteIdent,
  quoteLiteral,
  regexpCount,
  regexpMatch,
  regexpReplace,
  regexpSplitToArray,
  regexpSubstr,
  repeat,
  reverse,
  right,
  rpad,
  select,
  sha256,
  splitPart,
  StatementError,
  stringToArray,
  text,
  toChar,
  toDate,
  toNumber,
  toTimestamp,
  translate,
  UnsupportedError,
  value,
  all,
} from "rebis"
import { sqlite } from "../../src/dialects/sqlite/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import { row, Sample, sharedSample, testExpressions } from "./sample.ts"

const { title, absent, whole, price, ratio, tags, bytes, takenAt } = Sample.c
const column = (name: string) => `"sample"."${name}"`
const T = column("title")
const missing = (name: string) => ({ refused: new RegExp(`SQLite has no function ${name}\\(\\)`) })

forEachDatabase("patterns", (database) => {
  const sample = sharedSample(database)
  const collation = database.name === "sqlite" ? "BINARY" : "C"
  const none = (operator: RegExp) => ({ refused: operator })
  testExpressions(database, sample, [
    {
      name: "match a regular expression",
      of: title.matches("^Hello"),
      text: `${T} ~ $1`,
      gives: true,
      sqlite: none(/SQLite has no operator ~/),
    },
    {
      name: "match without regard to case",
      of: title.matches("^hello", { insensitive: true }),
      text: `${T} ~* $1`,
      gives: true,
      sqlite: none(/SQLite has no operator ~\*/),
    },
    { name: "do not match", of: title.notMatches("x$"), text: `${T} !~ $1`, gives: true, sqlite: none(/SQLite has no operator !~/) },
    {
      name: "are null beside NULL",
      of: absent.matches("x"),
      text: `${column("absent")} ~ $1`,
      gives: null,
      sqlite: none(/SQLite has no operator ~/),
    },
    {
      name: "match the standard's expressions",
      of: title.similarTo("(Hello|Bye)%"),
      text: `${T} similar to $1`,
      gives: true,
      sqlite: none(/SQLite has no operator similar to/),
    },
    {
      name: "do not match the standard's expressions",
      of: title.notSimilarTo("Bye%"),
      text: `${T} not similar to $1`,
      gives: true,
      sqlite: none(/SQLite has no operator not similar to/),
    },
    {
      name: "are like any of a list",
      of: title.like(any(["Bye%", "%World"])),
      text: `${T} like any($1::text[])`,
      gives: true,
      sqlite: { text: `(${T} like ? escape '\\' or ${T} like ? escape '\\')` },
    },
    {
      name: "are like none of a list",
      of: title.notLike(all(["Bye%", "%Moon"])),
      text: `${T} not like all($1::text[])`,
      gives: true,
      sqlite: { text: `(${T} not like ? escape '\\' and ${T} not like ? escape '\\')` },
    },
    {
      name: "are like any of a list without regard to case",
      of: title.ilike(any(["bye%", "%WORLD"])),
      text: `${T} ilike any($1::text[])`,
      gives: true,
      sqlite: { text: `(lower(${T}) like lower(?) escape '\\' or lower(${T}) like lower(?) escape '\\')` },
    },
    {
      name: "are like nothing of an empty list",
      of: title.like(any([])),
      text: `${T} like any($1::text[])`,
      gives: false,
      sqlite: { text: "1 = 0", gives: false },
    },
    {
      name: "are like the elements of an array",
      of: title.like(any(tags)),
      text: `${T} like any(${column("tags")})`,
      gives: false,
      sqlite: { refused: /patterns of an array/ },
    },
    { name: "find a part", of: title.contains("o W"), text: `${T} like $1 escape '\\'`, parameters: ["%o W%"], gives: true },
    { name: "compare by a collation", of: title.collate(collation).lt("a"), text: `(${T} collate "${collation}") < $1`, gives: true },
  ])
})

forEachDatabase("functions of text", (database) => {
  const sample = sharedSample(database)
  testExpressions(database, sample, [
    {
      name: "left",
      of: left(title, 5),
      text: `left(${T}, cast($1 as integer))`,
      gives: "Hello",
      sqlite: { text: `substr(${T}, 1, iif(? < 0, max(length(${T}) + ?, 0), ?))` },
    },
    {
      name: "left without the last",
      of: left(title, -6),
      text: `left(${T}, cast($1 as integer))`,
      gives: "Hello",
      sqlite: { text: `substr(${T}, 1, iif(? < 0, max(length(${T}) + ?, 0), ?))` },
    },
    {
      name: "right",
      of: right(title, 5),
      text: `right(${T}, cast($1 as integer))`,
      gives: "World",
      sqlite: { text: `substr(${T}, iif(? < 0, 1 - ?, max(length(${T}) - ?, 0) + 1))` },
    },
    {
      name: "right without the first",
      of: right(title, -6),
      text: `right(${T}, cast($1 as integer))`,
      gives: "World",
      sqlite: { text: `substr(${T}, iif(? < 0, 1 - ?, max(length(${T}) - ?, 0) + 1))` },
    },
    {
      name: "right of nothing",
      of: right(title, 0),
      text: `right(${T}, cast($1 as integer))`,
      gives: "",
      sqlite: { text: `substr(${T}, iif(? < 0, 1 - ?, max(length(${T}) - ?, 0) + 1))` },
    },
    {
      name: "repeat",
      of: repeat(value("ab"), Sample.c.small),
      text: `repeat(cast($1 as text), ${column("small")})`,
      gives: "ababab",
      sqlite: { text: `replace(hex(zeroblob(${column("small")})), '00', ?)` },
    },
    {
      name: "lpad",
      of: lpad(value("7"), 3, "0"),
      text: "lpad(cast($1 as text), cast($2 as integer), $3)",
      gives: "007",
      sqlite: missing("lpad"),
    },
    { name: "rpad", of: rpad(value("7"), 3), text: "rpad(cast($1 as text), cast($2 as integer))", gives: "7  ", sqlite: missing("rpad") },
    { name: "reverse", of: reverse(title), text: `reverse(${T})`, gives: "dlroW olleH", sqlite: missing("reverse") },
    {
      name: "initcap",
      of: initcap(value("ada lovelace")),
      text: "initcap(cast($1 as text))",
      gives: "Ada Lovelace",
      sqlite: missing("initcap"),
    },
    {
      name: "splitPart",
      of: splitPart(title, " ", -1),
      text: `split_part(${T}, $1, cast($2 as integer))`,
      gives: "World",
      sqlite: missing("split_part"),
    },
    {
      name: "overlay",
      of: overlay(title, "J", 1),
      text: `overlay(${T}, $1, cast($2 as integer))`,
      gives: "Jello World",
      sqlite: { text: `substr(${T}, 1, ? - 1) || ? || substr(${T}, ? + length(?))` },
    },
    {
      name: "overlay of a count",
      of: overlay(title, "!", 6, 1),
      text: `overlay(${T}, $1, cast($2 as integer), cast($3 as integer))`,
      gives: "Hello!World",
      sqlite: { text: `substr(${T}, 1, ? - 1) || ? || substr(${T}, ? + ?)` },
    },
    {
      name: "translate",
      of: translate(title, "lo", "01"),
      text: `translate(${T}, $1, $2)`,
      gives: "He001 W1r0d",
      sqlite: missing("translate"),
    },
    {
      name: "concatWs",
      of: concatWs(", ", title, absent, "x"),
      text: `concat_ws(cast($1 as text), ${T}, ${column("absent")}, cast($2 as text))`,
      gives: "Hello World, x",
      sqlite: { text: `concat_ws(?, ${T}, ${column("absent")}, ?)` },
    },
    {
      name: "stringToArray",
      of: stringToArray(title, " "),
      text: `string_to_array(${T}, $1)`,
      gives: ["Hello", "World"],
      sqlite: missing("string_to_array"),
    },
    {
      name: "stringToArray with a text for NULL",
      of: stringToArray(title, " ", "World"),
      text: `string_to_array(${T}, $1, $2)`,
      gives: ["Hello", null],
      sqlite: missing("string_to_array"),
    },
    { name: "ascii", of: ascii(title), text: `ascii(${T})`, gives: 72, sqlite: { text: `unicode(${T})` } },
    {
      name: "chr",
      of: chr(whole.plus(55)),
      text: `chr(${column("whole")} + $1)`,
      gives: "A",
      sqlite: { text: `char(${column("whole")} + ?)` },
    },
    { name: "md5", of: md5(title), text: `md5(${T})`, gives: "b10a8db164e0754105b7a99be72e3fe5", sqlite: missing("md5") },
    {
      name: "sha256 of text",
      of: encode(sha256(value("")), "hex"),
      text: "encode(sha256(convert_to(cast($1 as text), $2)), $3)",
      gives: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      sqlite: missing("convert_to"),
    },
    {
      name: "sha256 of bytes",
      of: left(encode(sha256(bytes), "hex"), 8),
      text: `left(encode(sha256(${column("bytes")}), $1), cast($2 as integer))`,
      gives: createHash("sha256").update(row.bytes).digest("hex").slice(0, 8),
      sqlite: missing("sha256"),
    },
    {
      name: "encode",
      of: encode(bytes, "hex"),
      text: `encode(${column("bytes")}, $1)`,
      gives: "0102ff",
      sqlite: { text: `lower(hex(${column("bytes")}))` },
    },
    {
      name: "encode in base64",
      of: encode(bytes, "base64"),
      text: `encode(${column("bytes")}, $1)`,
      gives: "AQL/",
      sqlite: { refused: /hexadecimal digits only/ },
    },
    {
      name: "decode",
      of: decode(value("0102ff"), "hex"),
      text: "decode(cast($1 as text), $2)",
      gives: new Uint8Array([1, 2, 255]),
      sqlite: { text: "unhex(?)" },
    },
    {
      name: "format",
      of: format("%s of %s: %L", title, 5, absent),
      text: `format(cast($1 as text), ${T}, cast($2 as integer), ${column("absent")})`,
      gives: "Hello World of 5: NULL",
      sqlite: missing("format"),
    },
    { name: "quoteIdent", of: quoteIdent(title), text: `quote_ident(${T})`, gives: '"Hello World"', sqlite: missing("quote_ident") },
    {
      name: "quoteLiteral",
      of: quoteLiteral(value("it's")),
      text: "quote_literal(cast($1 as text))",
      gives: "'it''s'",
      sqlite: missing("quote_literal"),
    },
    {
      name: "regexpReplace",
      of: regexpReplace(title, "o", "0"),
      text: `regexp_replace(${T}, $1, $2)`,
      gives: "Hell0 World",
      sqlite: missing("regexp_replace"),
    },
    {
      name: "regexpReplace everywhere",
      of: regexpReplace(title, "[A-Z]", "<\\&>", { flags: "g" }),
      text: `regexp_replace(${T}, $1, $2, $3)`,
      gives: "<H>ello <W>orld",
      sqlite: missing("regexp_replace"),
    },
    {
      name: "regexpMatch",
      of: regexpMatch(title, "(\\w)(x)?o"),
      text: `regexp_match(${T}, $1)`,
      gives: ["l", null],
      sqlite: missing("regexp_match"),
    },
    {
      name: "regexpMatch of nothing",
      of: regexpMatch(title, "x", { flags: "i" }),
      text: `regexp_match(${T}, $1, $2)`,
      gives: null,
      sqlite: missing("regexp_match"),
    },
    {
      name: "regexpCount",
      of: regexpCount(title, "O", { flags: "i" }),
      text: `regexp_count(${T}, $1, cast($2 as integer), $3)`,
      gives: 2,
      sqlite: missing("regexp_count"),
    },
    {
      name: "regexpSubstr",
      of: regexpSubstr(title, "\\w+", { occurrence: 2 }),
      text: `regexp_substr(${T}, $1, cast($2 as integer), cast($3 as integer), $4)`,
      gives: "World",
      sqlite: missing("regexp_substr"),
    },
    {
      name: "regexpSplitToArray",
      of: regexpSplitToArray(title, "o\\s?"),
      text: `regexp_split_to_array(${T}, $1)`,
      gives: ["Hell", "W", "rld"],
      sqlite: missing("regexp_split_to_array"),
    },
    {
      name: "toChar of a moment",
      of: toChar(takenAt, "DD.MM.YYYY HH24:MI"),
      text: `to_char(${column("taken_at")}, $1)`,
      gives: "29.02.2024 13:14",
      sqlite: missing("to_char"),
    },
    {
      name: "toChar of a number",
      of: toChar(price, "FM990.000"),
      text: `to_char(${column("price")}, $1)`,
      gives: "12.500",
      sqlite: missing("to_char"),
    },
    {
      name: "toNumber",
      of: toNumber(value("1,234.5"), "9G999D9"),
      text: "to_number(cast($1 as text), $2)",
      gives: "1234.5",
      sqlite: missing("to_number"),
    },
    {
      name: "toDate",
      of: toDate(value("31.01.2024"), "DD.MM.YYYY"),
      text: "to_date(cast($1 as text), $2)",
      gives: "2024-01-31",
      sqlite: missing("to_date"),
    },
    {
      name: "toTimestamp of text",
      of: toTimestamp(value("2024-01-31 10"), "YYYY-MM-DD HH24"),
      text: "to_timestamp(cast($1 as text), $2)",
      gives: new Date("2024-01-31T10:00:00Z"),
      sqlite: missing("to_timestamp"),
    },
    {
      name: "toTimestamp of seconds",
      of: toTimestamp(ratio),
      text: `to_timestamp(${column("ratio")})`,
      gives: new Date(2250),
      sqlite: missing("to_timestamp"),
    },
    {
      name: "are null where an operand is",
      of: left(absent, 1).concat("x"),
      text: `left(${column("absent")}, cast($1 as integer)) || $2`,
      gives: null,
      sqlite: { text: `(substr(${column("absent")}, 1, iif(? < 0, max(length(${column("absent")}) + ?, 0), ?))) || ?` },
    },
  ])

  test("order by a collation", async () => {
    const values = select(title)
      .orderBy(title.collate(database.name === "sqlite" ? "NOCASE" : "C").desc())
      .from(Sample)
    assert.deepEqual(await sample.all(values), ["Hello World"])
  })
})

describe("text", () => {
  test("quotes the name of a collation", () => {
    assert.equal(select(title.collate('a"; drop')).from(Sample).toSQL(sqlite).text, `select ${T} collate "a""; drop" from "sample"`)
  })
  for (const [name, make, message] of [
    ["an empty collation", () => title.collate(""), /"" cannot be the name of a collation/],
    ["a collation with NUL", () => title.collate("a\0"), /cannot be the name of a collation/],
    ["flags that are none", () => regexpReplace(title, "a", "b", { flags: "g'" }), /"g'" are no flags/],
    ["a form of bytes that is none", () => encode(bytes, "rot13" as never), /"rot13" is no form of bytes/],
    ["text without an expression", () => left("x" as never, 1), /left\(\) takes an expression, not string/],
    ["undefined as a pattern", () => title.matches(undefined as never), /undefined was compared with sample\.title/],
    ["concatWs() of nothing", () => concatWs(","), /given nothing to join/],
  ] as const) {
    test(`refuses ${name}`, () => assert.throws(make, { name: StatementError.name, message }))
  }
  test("refuses patterns of a subquery on SQLite", () => {
    assert.throws(() => compile(select(title.like(any(select(value("x", text()))))).from(Sample), sqlite), {
      name: UnsupportedError.name,
      message: /patterns of a subquery/,
    })
  })
})
