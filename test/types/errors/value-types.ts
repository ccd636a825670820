import { z } from "zod"
import { codec, compositeType, declarativeBase, domainType, emptyRange, int4range, int8range, integer, jsonb, range, text } from "rebis"

const Base = declarativeBase()
const address = compositeType("address", { street: text(), zipCode: text().nullable() })
const userId = domainType("user_id", integer())

class Seat extends Base.model("seat", {
  id: userId().primaryKey(),
  rows: int4range(),
  numbers: int8range(),
  home: address(),
}) {}
declare const seat: Seat

// A range is of its column's values.
// error: TS2322 Type 'Range<string>' is not assignable to type 'Range<number>'.
seat.rows = range("a", "b")
// error: TS2322 Type 'Range<number>' is not assignable to type 'Range<bigint>'.
seat.numbers = range(1, 5)
// error: TS2345 Argument of type 'Range<string>' is not assignable to parameter of type 'Comparand<Range<number>>'.
Seat.c.rows.eq(range("2024-01-01", null))
// An empty one is of any.
seat.numbers = emptyRange

// error: TS2345 Argument of type '"[["' is not assignable to parameter of type '"()" | "(]" | "[)" | "[]" | undefined'.
range(1, 5, "[[")
// error: TS2345 Argument of type 'string' is not assignable to parameter of type 'number'.
range(1, "b")

// A composite value has each of its fields.
// error: TS2741 Property 'zipCode' is missing in type '{ street: string; }' but required in type '{ street: string; zipCode: string | null; }'.
seat.home = { street: "x" }
// error: TS2322 Type 'null' is not assignable to type 'string'.
seat.home = { street: null, zipCode: null }

// A domain has the values of the type below it.
// error: TS2322 Type 'string' is not assignable to type 'number'.
seat.id = "1"
// error: TS2345 Argument of type 'string' is not assignable to parameter of type 'ColumnBuilder<unknown, false, false, string, never, never>'.
domainType("user_id", "integer")

// A document is what its schema gives.
class Page extends Base.model("page", { id: integer().primaryKey(), meta: jsonb(z.object({ tags: z.array(z.string()) })) }) {}
// error: TS2322 Type 'number' is not assignable to type 'string'.
new Page({ id: 1, meta: { tags: [1] } })
// error: TS2353 Object literal may only specify known properties, and 'validate' does not exist in type 'StandardSchema<unknown, unknown>'.
jsonb({ validate: () => true })

// Both functions of a codec go by its type.
// error: TS2322 Type '(word: string) => string' is not assignable to type '(value: string) => number | null'.
codec({ sqlType: integer(), encode: (word: string) => word, decode: (id) => String(id) })
// error: TS2322 Type 'number' is not assignable to type 'string'.
codec({ sqlType: integer(), encode: (word: string) => word.length, decode: (id) => id })
// error: TS2322 Type '(word: string) => number' is not assignable to type '(value: string) => string | null'.
codec({ sqlType: "citext", via: text(), encode: (word: string) => word.length, decode: (word) => word })
