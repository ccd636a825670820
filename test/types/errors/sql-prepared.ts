import { integer, text } from "../../../src/schema/index.ts"
import { prepared, select } from "../../../src/sql/index.ts"
import { Post } from "../sql-models.ts"

const find = prepared({ id: integer(), title: text().nullable() }, (p) => select(Post).where(Post.c.id.eq(p.id), Post.c.title.eq(p.title)))

// Every value is given, of its type, and no other.
// error: TS2554 Expected 1 arguments, but got 0.
find()
// error: TS2741 Property 'title' is missing in type '{ id: number; }' but required in type 'ValuesOf<{ readonly id: Builder<number, "integer">; readonly title: ColumnBuilder<string, true, true, "text", never, never>; }>'.
find({ id: 1 })
// error: TS2322 Type 'string' is not assignable to type 'number'.
find({ id: "1", title: null })
// error: TS2322 Type 'null' is not assignable to type 'number'.
find({ id: null, title: null })
// error: TS2353 Object literal may only specify known properties, and 'more' does not exist in type 'ValuesOf<{ readonly id: Builder<number, "integer">; readonly title: ColumnBuilder<string, true, true, "text", never, never>; }>'.
find({ id: 1, title: "x", more: 1 })

// A parameter is of its type where it stands.
// error: TS2345 Argument of type 'Parameter<number>' is not assignable to parameter of type 'Comparand<string>'.
prepared({ id: integer() }, (p) => select(Post).where(Post.c.title.eq(p.id)))
// error: TS2339 Property 'ids' does not exist on type 'ParametersOf<{ readonly id: Builder<number, "integer">; }>'.
prepared({ id: integer() }, (p) => select(Post).where(Post.c.id.eq(p.ids)))
