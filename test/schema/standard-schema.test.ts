import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { type } from "arktype"
import * as v from "valibot"
import { z } from "zod"
import { jsonNull, postgres, sqlite } from "../../src/dialects/index.ts"
import { ValueError } from "../../src/errors/index.ts"
import { integer, json, jsonb, type StandardSchema } from "../../src/schema/index.ts"

const schemas: Readonly<Record<string, StandardSchema>> = {
  zod: z.object({ tags: z.array(z.string()), author: z.object({ name: z.string() }).optional() }),
  valibot: v.object({ tags: v.array(v.string()), author: v.optional(v.object({ name: v.string() })) }),
  arktype: type({ tags: "string[]", "author?": { name: "string" } }),
}

for (const dialect of [postgres, sqlite]) {
  describe(`documents that a schema checks (${dialect.title})`, () => {
    for (const [name, schema] of Object.entries(schemas)) {
      const codec = dialect.codec<any>(jsonb(schema).type)

      test(`fit one of ${name}`, () => {
        const document = { tags: ["a", "b"], author: { name: "Ada" } }
        assert.deepEqual(codec.decode(codec.encode(document)), document)
        assert.deepEqual(codec.decodeJson(JSON.stringify(document)), document)
        assert.equal(codec.same(codec.encode(document), document), true)
        assert.equal(codec.same(codec.encode(document), { tags: ["a"] }), false)
        assert.equal(codec.same(codec.encode(document), { tags: 7 }), false, "what does not fit is another one")
      })

      test(`are refused by one of ${name}, with the places of what does not fit`, () => {
        const refusal = (error: unknown) =>
          error instanceof ValueError &&
          /^jsonb does not fit its schema: .*tags\[1\]: /.test(error.message) &&
          error.message.includes("author.name: ")
        assert.throws(() => codec.encode({ tags: ["a", 1], author: { name: null } }), refusal)
      })
    }

    test("are what the schema makes of them", () => {
      const codec = dialect.codec<any>(jsonb(z.object({ word: z.string().trim(), size: z.number().default(1) })).type)
      assert.equal(codec.encode({ word: " a ", extra: true }), '{"word":"a","size":1}')
      assert.equal(codec.same('{"word":"a","size":1}', { word: " a " }), true)
    })

    test("are checked when they are read only where that is asked for", () => {
      const schema = z.object({ at: z.coerce.date() })
      const trusting = dialect.codec<any>(json(schema).type)
      const checking = dialect.codec<any>(json(schema, { validateOnRead: true }).type)
      const at = new Date(0)
      assert.deepEqual(trusting.decode('{"at":"1970-01-01T00:00:00.000Z"}'), { at: "1970-01-01T00:00:00.000Z" })
      assert.deepEqual(checking.decode('{"at":"1970-01-01T00:00:00.000Z"}'), { at })
      assert.deepEqual(checking.decode(checking.encode({ at })), { at })
      assert.equal(checking.same(checking.encode({ at }), { at }), true)
      assert.throws(() => checking.decode('{"at":"never"}'), /^ValueError: json from the database does not fit its schema: at: /)
      assert.throws(() => checking.decodeJson("{}"), /^ValueError: json from the database does not fit its schema: at: /)
    })

    test("may be null where the schema has null", () => {
      const nullable = dialect.codec<any>(jsonb(z.number().nullable(), { validateOnRead: true }).type)
      assert.equal(nullable.encode(jsonNull), "null")
      assert.equal(nullable.decode("null"), jsonNull)
      assert.equal(nullable.same("null", jsonNull), true)
      assert.throws(() => dialect.codec<any>(jsonb(z.number()).type).encode(jsonNull), /does not fit its schema/)
    })

    test("say the first of many things that do not fit", () => {
      const codec = dialect.codec<any>(jsonb(z.array(z.number())).type)
      const places = (error: Error) => error.message.match(/\[\d+\]: /g)?.length === 5 && error.message.endsWith("; and 3 more")
      assert.throws(() => codec.encode(["a", "b", "c", "d", "e", "f", "g", "h"]), places)
    })

    test("name properties that are no identifiers, and the document itself", () => {
      const codec = dialect.codec<any>(jsonb(z.record(z.string(), z.object({ "a b": z.number() }))).type)
      assert.throws(() => codec.encode({ "x y": { "a b": "" } }), /does not fit its schema: \["x y"\]\["a b"\]: /)
      assert.throws(() => dialect.codec<any>(jsonb(z.number()).type).encode("x"), /does not fit its schema: Invalid input/)
    })

    test("still have to be JSON", () => {
      assert.throws(() => dialect.codec<any>(jsonb(z.bigint()).type).encode(1n), /^ValueError: jsonb cannot hold 1n: /)
      assert.throws(() => dialect.codec<any>(jsonb(z.any()).type).encode(() => 1), /^ValueError: jsonb cannot hold a function: /)
      assert.throws(() => dialect.codec<any>(jsonb(z.undefined()).type).encode(undefined), /^ValueError: jsonb cannot hold undefined: /)
    })

    test("cannot be checked by a schema that answers later", () => {
      const codec = dialect.codec<any>(jsonb(z.string().refine(async () => true)).type)
      const refusal = (error: unknown) =>
        error instanceof ValueError &&
        error.message.startsWith("jsonb takes a schema that answers at once, and this one of zod gives a promise")
      assert.throws(() => codec.encode("x"), refusal)
    })
  })
}

describe("what is no schema", () => {
  test("is refused where the column is declared", () => {
    for (const wrong of [{}, null, "x", z, integer()])
      assert.throws(() => jsonb(wrong as never), /^DefinitionError: jsonb\(\) takes a schema that follows Standard Schema 1, not /)
  })
})
