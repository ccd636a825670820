import { compositeType, declarativeBase, domainType, emptyRange, int4range, int8range, integer, range, text } from "rebis"

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
// error: TS2345 Argument of type 'string' is not assignable to parameter of type 'ColumnBuilder<unknown, false, false, string, never>'.
domainType("user_id", "integer")
