import { integer, text } from "../../../src/schema/index.ts"
import { generateSeries, jsonbToRecordset, select, tablesample, unnest, valuesList } from "../../../src/sql/index.ts"
import { Post, User } from "../sql-models.ts"

// Rows of a list have its columns, of their types.
// error: TS2741 Property 'name' is missing in type '{ id: number; }' but required in type 'ValuesRow<{ id: Builder<number, "integer">; name: Builder<string, "text">; }>'.
valuesList("v", { id: integer(), name: text() }, [{ id: 1 }])
// error: TS2322 Type 'string' is not assignable to type 'number | AnyExpr<number, string>'.
valuesList("v", { id: integer() }, [{ id: "1" }])
// error: TS2322 Type 'null' is not assignable to type 'number | AnyExpr<number, string>'.
valuesList("v", { id: integer() }, [{ id: null }])
// error: TS2353 Object literal may only specify known properties, and 'more' does not exist in type 'ValuesRow<{ id: Builder<number, "integer">; }>'.
valuesList("v", { id: integer() }, [{ id: 1, more: 2 }])
// error: TS2322 Type 'Column<string, "post", "title">' is not assignable to type 'number | AnyExpr<number, string>'.
valuesList("v", { id: integer() }, [{ id: Post.c.title }])
// error: TS2322 Type 'number' is not assignable to type 'DeclaredType'.
valuesList("v", { id: 1 }, [])

// A function has its columns once it has a name.
// error: TS2769 No overload matches this call.
select(generateSeries(1, 2))
// error: TS2339 Property 'n' does not exist on type 'ColumnsOf<{ value: number; }, "n">'.
generateSeries(1, 2).as("n").c.n
// error: TS2769 No overload matches this call.
generateSeries(1, 2n)
// error: TS2769 No overload matches this call.
generateSeries("a", "b")
// error: TS2769 No overload matches this call.
generateSeries(Post.c.id, "2")
// error: TS2769 No overload matches this call.
unnest(Post.c.title)
// error: TS2322 Type 'string' is not assignable to type 'DeclaredType'.
jsonbToRecordset(Post.c.meta, { id: "integer" })

// A sample is of a table.
// error: TS2345 Argument of type '"all"' is not assignable to parameter of type 'SampleMethod'.
tablesample(Post, "all", 10)
// error: TS2345 Argument of type 'SubquerySource<{ value: number; }, "n"> & Lateral' is not assignable to parameter of type 'AnyModel'.
tablesample(generateSeries(1, 2).as("n"), "system", 10)
// error: TS2345 Argument of type '"author"' is not assignable to parameter of type '"posts"'.
select(tablesample(User, "system", 10)).with("author")
