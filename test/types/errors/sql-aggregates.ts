import {
  arrayAgg,
  boolAnd,
  coalesce,
  corr,
  count,
  currentRow,
  lag,
  percentileCont,
  rank,
  rollup,
  rowNumber,
  rowsBetween,
  select,
  sql,
  stringAgg,
  sum,
  window,
} from "../../../src/sql/index.ts"
import { Post } from "../sql-models.ts"

// What is aggregated is of the aggregate's type.
// error: TS2345 Argument of type 'Column<Date, "post", "createdAt">' is not assignable to parameter of type 'AnyExpr<Summand, "post">'.
sum(Post.c.createdAt)
// error: TS2345 Argument of type 'Column<string, "post", "title">' is not assignable to parameter of type 'AnyExpr<boolean | null, "post">'.
boolAnd(Post.c.title)
// error: TS2345 Argument of type 'Column<number, "post", "id">' is not assignable to parameter of type 'AnyExpr<string | Uint8Array<ArrayBufferLike> | null, "post">'.
stringAgg(Post.c.id, ",")
// error: TS2345 Argument of type 'number' is not assignable to parameter of type 'Operand<string>'.
stringAgg(Post.c.title, 1)
// error: TS2345 Argument of type 'Column<Date, "post", "createdAt">' is not assignable to parameter of type 'AnyExpr<Numeric, "post">'.
corr(Post.c.id, Post.c.createdAt)
// error: TS2345 Argument of type 'Column<Date, "post", "createdAt">' is not assignable to parameter of type 'Ordered<string | number | bigint | null, "post">'.
percentileCont(0.5).withinGroup(Post.c.createdAt)
// error: TS2345 Argument of type 'Column<string, "post", "title">' is not assignable to parameter of type 'BooleanExpr'.
count().filter(Post.c.title)
// error: TS2345 Argument of type 'undefined' is not assignable to parameter of type 'BooleanExpr'.
count().filter(undefined)

// A window function is no value before it is said over which rows it is computed, nor an ordered set before its order is.
// error: TS2769 No overload matches this call.
select({ n: rowNumber() })
// error: TS2769 No overload matches this call.
select({ median: percentileCont(0.5) })
// error: TS2345 Argument of type 'WindowFunction<number, never>' is not assignable to parameter of type 'AnyExpr<unknown, string> | Order<unknown, string>'.
select(Post).orderBy(rank())
// error: TS2345 Argument of type 'Column<string, "post", "title">' is not assignable to parameter of type 'Ordered<number | null, string>'.
rank(5).withinGroup(Post.c.title)

// A window is made of its parts.
// error: TS2561 Object literal may only specify known properties, but 'partition' does not exist in type 'WindowArgument'. Did you mean to write 'partitionBy'?
count().over({ partition: Post.c.id })
// error: TS2345 Argument of type '"w"' is not assignable to parameter of type 'WindowArgument | undefined'.
count().over("w")
// error: TS2322 Type 'string' is not assignable to type 'Frame'.
window({ frame: "rows" })
// error: TS2345 Argument of type '"all"' is not assignable to parameter of type '"current row" | "group" | "no others" | "ties"'.
window({ frame: rowsBetween(currentRow, currentRow).exclude("all") })
// error: TS2345 Argument of type 'number' is not assignable to parameter of type 'Operand<string>'.
lag(Post.c.title, 1, 5)

// A key that is left out is null, which its type must say.
// error: TS2345 Argument of type '[Expr<string & { readonly [isoDate]?: true; }, never>]' is not assignable to parameter of type 'readonly [Expr<string & { readonly [isoDate]?: true; }, never>] & readonly ["a key is null where it is left out: select and group by nullable(…) of it"]'.
rollup(coalesce(Post.c.publishedDate, "1970-01-01"))
// error: TS2345 Argument of type 'undefined' is not assignable to parameter of type 'GroupKey<never>'.
select({ n: count() }).from(Post).groupBy(undefined)

// The elements of an array keep their type.
// error: TS1360 Type 'number[] | null' does not satisfy the expected type 'string[] | null'.
select(arrayAgg(Post.c.id)).from(Post).$result satisfies string[] | null
void sql
