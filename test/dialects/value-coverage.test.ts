/** Every type that can be declared is in the reference, and its values make their round trips in the property tests. */
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { integer, bigint } from "../../src/index.ts"
import * as codecs from "../../src/schema/codec.ts"
import * as namedTypes from "../../src/schema/named-types.ts"
import * as rangeTypes from "../../src/schema/range-types.ts"
import * as serverTypes from "../../src/schema/server-types.ts"
import * as plainTypes from "../../src/schema/types.ts"
import type { SqlType, TypeKind, TypeMode } from "../../src/sql/index.ts"
import { ownSqlCases } from "./codec-cases.ts"
import { valueCases } from "./value-cases.ts"

/** A kind that is added has to be written here, and then to have a case. */
const kinds: Readonly<Record<TypeKind, true>> = {
  smallint: true,
  integer: true,
  bigint: true,
  numeric: true,
  real: true,
  double: true,
  text: true,
  varchar: true,
  char: true,
  boolean: true,
  uuid: true,
  date: true,
  time: true,
  timetz: true,
  timestamp: true,
  timestamptz: true,
  interval: true,
  json: true,
  jsonb: true,
  bytea: true,
  oid: true,
  xid: true,
  inet: true,
  cidr: true,
  macaddr: true,
  macaddr8: true,
  bit: true,
  varbit: true,
  hstore: true,
  tsvector: true,
  tsquery: true,
  point: true,
  line: true,
  lseg: true,
  box: true,
  path: true,
  polygon: true,
  circle: true,
  money: true,
  xml: true,
  enum: true,
  composite: true,
  array: true,
  range: true,
  multirange: true,
  custom: true,
}
const modes: Readonly<Record<TypeMode, true>> = { default: true, number: true, bigint: true, string: true, date: true }

type Declaration = ((...options: any[]) => unknown) & { readonly type?: SqlType }
const declarations: Readonly<Record<string, Declaration>> = { ...plainTypes, ...serverTypes, ...rangeTypes, ...namedTypes, ...codecs }

/** What the types need to be told that cannot be without. */
const told: Readonly<Record<string, readonly unknown[]>> = {
  char: [5],
  varchar: [20],
  bit: [4],
  enumType: ["mood", ["sad"]],
  compositeType: ["pair", { first: integer() }],
  domainType: ["positive", bigint()],
  codec: [{ sqlType: bigint(), encode: (value: bigint) => value, decode: (value: bigint) => value }],
}

function typeOf(name: string, options: readonly unknown[]): SqlType {
  return (declarations[name]!(...options) as { readonly type: SqlType }).type
}

/** The modes that a type may be declared with: with others it is refused, or pays no heed. */
function modesOf(name: string): string[] {
  return Object.keys(modes).filter((mode) => {
    try {
      const type = typeOf(name, [{ mode }])
      return type.mode === mode || type.element?.mode === mode
    } catch {
      return false
    }
  })
}

/** What tells types apart whose values make another way. */
function identity(type: SqlType): string {
  const { kind, mode, element, codec, domain } = type
  const name = kind === "range" || kind === "multirange" ? type.sqlName : ""
  const own = codec === undefined ? "" : "codec"
  return [kind, mode, name, element?.mode, own, domain === undefined ? "" : "domain"].join("|")
}

const reference = readFileSync(new URL("../../docs/reference/types.md", import.meta.url), "utf8")

test("every type that can be declared is in the table of types, and no other", () => {
  const table = reference.split("\n").filter((line) => line.startsWith("| `"))
  const listed = table.flatMap((line) => [...line.split("|")[1]!.matchAll(/`\.?(\w+)\(/g)].map(([, name]) => name!))
  assert.deepEqual([...new Set(listed)].toSorted(), [...Object.keys(declarations), "array"].toSorted())
})

test("every mode of a type is in the reference of types, and no other", () => {
  const listed = [...reference.matchAll(/`(\w+)\(\{ mode: "(\w+)"/g)].map(([, name, mode]) => `${name} ${mode}`)
  const declared = Object.keys(declarations).flatMap((name) => modesOf(name).map((mode) => `${name} ${mode}`))
  assert.ok(declared.length > 8)
  assert.deepEqual([...new Set(listed)].toSorted(), declared.toSorted())
})

test("every type that can be declared, in each of its modes, makes its round trips", () => {
  const covered = new Set([...valueCases, ...ownSqlCases].map(({ type }) => identity(type)))
  for (const name of Object.keys(declarations)) {
    assert.ok(covered.has(identity(typeOf(name, told[name] ?? []))), `${name}() has no case`)
    for (const mode of modesOf(name)) assert.ok(covered.has(identity(typeOf(name, [{ mode }]))), `${name}({ mode: "${mode}" }) has no case`)
  }
})

test("every kind of type makes its round trips", () => {
  const covered = new Set(valueCases.map(({ type }) => type.kind))
  assert.deepEqual(
    Object.keys(kinds).filter((kind) => !covered.has(kind as TypeKind)),
    [],
  )
})
