import { declarativeBase, integer, text } from "rebis"

const Base = declarativeBase()

class User extends Base.model("user", {
  id: integer().primaryKey().identity(),
  email: text(),
  nickname: text().nullable(),
}) {}

// A column that is not nullable and has no default must be given.
// error: TS2345 Argument of type '{ nickname: string; }' is not assignable to parameter of type 'InsertShape<{ id: ColumnBuilder<number, false, true, "integer", never, never>; email: Builder<string, "text">; nickname: ColumnBuilder<string, true, true, "text", never, never>; }>'.
new User({ nickname: "ada" })

// A value is of its column's type.
// error: TS2322 Type 'number' is not assignable to type 'string'.
new User({ email: 1 })

// What is no column is refused.
// error: TS2561 Object literal may only specify known properties, but 'emial' does not exist in type 'InsertShape<{ id: ColumnBuilder<number, false, true, "integer", never, never>; email: Builder<string, "text">; nickname: ColumnBuilder<string, true, true, "text", never, never>; }>'. Did you mean to write 'email'?
new User({ email: "ada@example.org", emial: "ada@example.org" })

// A nullable column reads as possibly null.
// error: TS2531 Object is possibly 'null'.
new User({ email: "ada@example.org" }).nickname.length
