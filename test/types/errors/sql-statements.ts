import { integer, text } from "../../../src/schema/index.ts"
import {
  aliased,
  coalesce,
  count,
  deleteFrom,
  exists,
  insert,
  jsonAgg,
  jsonBuildObject,
  lower,
  merge,
  type ResultRow,
  select,
  sql,
  type Statement,
  sum,
  update,
  value,
} from "../../../src/sql/index.ts"
import { Comment, Post, User } from "../sql-models.ts"

declare function run<O>(statement: Statement<O>): O
const editor = aliased(User, "editor")

// A value is of its column's type.
// error: TS2345 Argument of type 'number' is not assignable to parameter of type 'Comparand<string>'.
Post.c.title.eq(1)
// error: TS2322 Type 'string' is not assignable to type 'Operand<number>'.
Post.c.id.in(["1"])
// error: TS2345 Argument of type 'string' is not assignable to parameter of type 'Operand<number>'.
Post.c.id.between(1, "2")
// error: TS2345 Argument of type '"glad"' is not assignable to parameter of type 'Comparand<"happy" | "ok" | "sad" | null>'.
User.c.mood.eq("glad")
// error: TS2345 Argument of type 'number' is not assignable to parameter of type 'Comparand<bigint>'.
Comment.c.id.gt(1)
// error: TS2345 Argument of type 'undefined' is not assignable to parameter of type 'string | number | NumericExpression'.
Post.c.title.plus(undefined)
// error: TS2684 The 'this' context of type 'Column<number, "post", "id">' is not assignable to method's 'this' of type 'AnyExpr<string | null, string>'.
Post.c.id.like("1%")

// Nothing is compared with null or undefined.
// error: TS2345 Argument of type 'null' is not assignable to parameter of type 'Comparand<IsoDate | null>'.
Post.c.publishedDate.eq(null)
// error: TS2345 Argument of type 'undefined' is not assignable to parameter of type 'Comparand<string>'.
Post.c.title.eq(undefined)
// error: TS2345 Argument of type 'undefined' is not assignable to parameter of type 'BooleanExpr'.
select(Post).where(undefined)
// error: TS2345 Argument of type 'Column<string, "post", "title">' is not assignable to parameter of type 'BooleanExpr'.
select(Post).where(Post.c.title)

// A subquery with null would make `not in` find nothing.
// error: TS2345 Argument of type 'Select<Column<bigint | null, "comment", "parentId">, never, null>' is not assignable to parameter of type 'readonly Operand<bigint>[] | Subquery<bigint>'.
Comment.c.id.notIn(select(Comment.c.parentId))
// error: TS2345 Argument of type 'Select<{ readonly id: Column<number, "user", "id">; }, never, null>' is not assignable to parameter of type 'readonly Operand<number>[] | Subquery<number | null>'.
Post.c.userId.in(select({ id: User.c.id }))

// What does not exist is not selected.
// error: TS2339 Property 'nick' does not exist on type 'ColumnsOf<RowShape<{ id: ColumnBuilder<number, false, true, "integer", never, never>; email: Builder<string, "text">; name: Builder<string, "text">; nickname: ColumnBuilder<...>; isAdmin: ColumnBuilder<...>; mood: ColumnBuilder<...>; createdAt: ColumnBuilder<...>; }>, "user">'.
select({ nick: User.c.nick })
// error: TS2345 Argument of type '"autor"' is not assignable to parameter of type 'RelationKeys<typeof Post>'.
select(Post).with("autor")
// error: TS2769 No overload matches this call.
select({ id: 1 })

// What was not loaded does not exist.
// error: TS2576 Property 'author' does not exist on type 'Post'. Did you mean to access the static member 'Post.author' instead?
run(select(Post)).author
// error: TS2576 Property 'post' does not exist on type 'Comment'. Did you mean to access the static member 'Comment.post' instead?
run(select(Post).with("comments")).comments[0]!.post

// A left join may find nothing.
// error: TS2531 Object is possibly 'null'.
run(select({ post: Post, author: User }).from(Post).leftJoin(Post.author)).author.greet()
// error: TS2531 Object is possibly 'null'.
run(select({ by: editor.c.name }).from(Post).leftJoin(editor, editor.c.id.eq(Post.c.userId))).by.length
// error: TS2531 Object is possibly 'null'.
run(
  select({ by: lower(User.c.name) })
    .from(Post)
    .leftJoin(Post.author),
).by.length
// error: TS2531 Object is possibly 'null'.
run(
  select(jsonBuildObject({ post: Post }))
    .from(User)
    .leftJoin(User.posts),
).post.title
// error: TS2531 Object is possibly 'null'.
run(select(sum(Post.c.id))).toFixed()

// A join needs a relation or a condition.
// error: TS2345 Argument of type 'typeof User' is not assignable to parameter of type 'Joinable<"user">'.
select({ id: Post.c.id }).from(Post).join(User)
// error: TS2345 Argument of type 'typeof Post' is not assignable to parameter of type 'Joinable<"post">'.
select({ id: Post.c.id }).from(Post).join(Post)

// Functions take what they are for.
// error: TS2345 Argument of type 'Column<number, "post", "id">' is not assignable to parameter of type 'Text'.
lower(Post.c.id)
// error: TS2345 Argument of type 'Column<Date, "post", "createdAt">' is not assignable to parameter of type 'AnyExpr<Summand, "post">'.
sum(Post.c.createdAt)
// error: TS2345 Argument of type 'number' is not assignable to parameter of type 'Operand<string>'.
coalesce(Post.c.title, 1)
// error: TS2353 Object literal may only specify known properties, and 'a' does not exist in type 'Date | Uint8Array<ArrayBufferLike>'.
value({ a: 1 })
// error: TS2345 Argument of type 'string' is not assignable to parameter of type 'number'.
value("x", integer())
// error: TS2739 Type 'typeof Post' is missing the following properties from type 'QueryOf<unknown, unknown>': $result, $model
exists(Post)
// error: TS2345 Argument of type 'number' is not assignable to parameter of type 'Item'.
jsonAgg(1)

// Rows to insert are rows of the model.
// error: TS2345 Argument of type '{ name: string; }' is not assignable to parameter of type 'InsertValues<typeof User> | readonly InsertValues<typeof User>[]'.
insert(User).values({ name: "x" })
// error: TS2322 Type 'number' is not assignable to type 'Given<string>'.
insert(User).values({ email: "x", name: 1 })
// error: TS2322 Type 'Column<number, "user", "id">' is not assignable to type 'Given<string>'.
insert(User).values({ email: "x", name: User.c.id })
// error: TS2353 Object literal may only specify known properties, and 'nik' does not exist in type 'InsertValues<typeof User> | readonly InsertValues<typeof User>[]'.
insert(User).values({ email: "x", name: "y", nik: "z" })
// error: TS2741 Property 'name' is missing in type '{ email: string; }' but required in type 'InsertValues<typeof User>'.
insert(User).values([{ email: "x", name: "y" }, { email: "x" }])
// error: TS2322 Type 'Column<string | null, "user", "nickname">' is not assignable to type 'Given<string>'.
insert(User).values({ email: "x", name: User.c.nickname })
// error: TS2322 Type 'Column<number, "post", "id">' is not assignable to type 'AnyExpr<unknown, "user">'.
insert(User).values({ email: "x", name: "y" }).onConflict([Post.c.id]).doNothing()
insert(User)
  .values({ email: "x", name: "y" })
  .onConflict([User.c.email])
  // error: TS2345 Argument of type '(excluded: ColumnsOf<RowShape<{ id: ColumnBuilder<number, false, true, "integer", never, never>; email: Builder<string, "text">; name: Builder<string, "text">; nickname: ColumnBuilder<...>; isAdmin: ColumnBuilder<...>; mood: ColumnBuilder<...>; createdAt: ColumnBuilder<...>; }>, "excluded">) => { ...; }' is not assignable to parameter of type 'UpdateValues<typeof User> | ((excluded: ColumnsOf<RowShape<{ id: ColumnBuilder<number, false, true, "integer", never, never>; email: Builder<string, "text">; ... 4 more ...; createdAt: ColumnBuilder<...>; }>, "excluded">) => UpdateValues<...>)'.
  .doUpdate((excluded) => ({ name: excluded.id }))

// The columns of a query that is inserted are those of the model.
// error: TS2345 Argument of type 'Select<{ readonly email: Column<string, "user", "email">; }, never, null>' is not assignable to parameter of type 'InsertQuery<{ email: string; name: string; } & { createdAt?: Date; id?: number; isAdmin?: boolean; mood?: "happy" | "ok" | "sad" | null; nickname?: string | null; }>'.
insert(User).from(select({ email: User.c.email }))
// error: TS2345 Argument of type 'Select<{ readonly email: Column<string, "user", "email">; readonly name: Column<number, "user", "id">; }, never, null>' is not assignable to parameter of type 'InsertQuery<{ email: string; name: string; } & { createdAt?: Date; id?: number; isAdmin?: boolean; mood?: "happy" | "ok" | "sad" | null; nickname?: string | null; }>'.
insert(User).from(select({ email: User.c.email, name: User.c.id }))
// error: TS2345 Argument of type 'Select<{ readonly email: Column<string, "user", "email">; readonly name: Column<string | null, "user", "nickname">; }, never, null>' is not assignable to parameter of type 'InsertQuery<{ email: string; name: string; } & { createdAt?: Date; id?: number; isAdmin?: boolean; mood?: "happy" | "ok" | "sad" | null; nickname?: string | null; }>'.
insert(User).from(select({ email: User.c.email, name: User.c.nickname }))
// error: TS2379 Argument of type 'Select<{ readonly email: Column<string, "user", "email">; readonly name: Column<string, "user", "name">; readonly nik: Column<string | null, "user", "nickname">; }, never, null>' is not assignable to parameter of type 'Select<{ readonly email: Column<string, "user", "email">; readonly name: Column<string, "user", "name">; readonly nik: Column<string | null, "user", "nickname">; }, never, null> & { ...; }' with 'exactOptionalPropertyTypes: true'. Consider adding 'undefined' to the types of the target's properties.
insert(User).from(select({ email: User.c.email, name: User.c.name, nik: User.c.nickname }))
// error: TS2345 Argument of type 'Select<Column<string, "user", "email">, never, null>' is not assignable to parameter of type 'InsertQuery<{ email: string; name: string; } & { createdAt?: Date; id?: number; isAdmin?: boolean; mood?: "happy" | "ok" | "sad" | null; nickname?: string | null; }>'.
insert(User).from(select(User.c.email))
// error: TS2345 Argument of type 'SelectEntity<typeof Post, Post>' is not assignable to parameter of type 'InsertQuery<{ email: string; name: string; } & { createdAt?: Date; id?: number; isAdmin?: boolean; mood?: "happy" | "ok" | "sad" | null; nickname?: string | null; }>'.
insert(User).from(select(Post))
// error: TS2739 Type 'typeof User' is missing the following properties from type 'InsertQuery<{ email: string; name: string; } & { createdAt?: Date; id?: number; isAdmin?: boolean; mood?: "happy" | "ok" | "sad" | null; nickname?: string | null; }>': lower, $result, $model, build, rowColumns
insert(User).from(User)

// What is changed is said, and of which rows.
// error: TS2322 Type 'number' is not assignable to type 'Given<string> | undefined'.
update(Post).set({ title: 1 }).allRows()
// error: TS2561 Object literal may only specify known properties, but 'titel' does not exist in type 'UpdateValues<typeof Post>'. Did you mean to write 'title'?
update(Post).set({ titel: "x" }).allRows()
// error: TS2322 Type 'null' is not assignable to type 'Given<string> | undefined'.
update(Post).set({ title: null }).allRows()
// error: TS2739 Type 'UpdateDraft<typeof Post, never>' is missing the following properties from type 'Statement<unknown>': $result, effect, build, lower, toSQL
run(update(Post).set({ title: "x" }))
// error: TS2739 Type 'DeleteDraft<typeof Post, never>' is missing the following properties from type 'Statement<unknown>': $result, effect, build, lower, toSQL
run(deleteFrom(Post))
// error: TS2555 Expected at least 1 arguments, but got 0.
update(Post).set({ title: "x" }).where()
// error: TS2345 Argument of type 'string' is not assignable to parameter of type 'WriteEntry'.
update(Post).set({ title: "x" }).from("user")
// error: TS2345 Argument of type 'typeof Comment' is not assignable to parameter of type 'Joinable'.
update(Post).set({ title: "x" }).from(User).join(Comment).allRows()
// error: TS2739 Type 'UpdateDraft<typeof Post, never>' is missing the following properties from type 'Statement<unknown>': $result, effect, build, lower, toSQL
run(update(Post).set({ title: "x" }).from(Post.author))
// error: TS2739 Type 'DeleteDraft<typeof Post, never>' is missing the following properties from type 'Statement<unknown>': $result, effect, build, lower, toSQL
run(deleteFrom(Post).using(Post.author))
// error: TS2339 Property 'thenInsert' does not exist on type 'MatchedBranch<typeof User, "post", undefined, never>'.
merge(User).using(Post, Post.c.userId.eq(User.c.id)).whenMatched().thenInsert({ email: "x", name: "y" })
// error: TS2741 Property 'name' is missing in type '{ email: string; }' but required in type 'InsertValues<typeof User>'.
merge(User).using(Post, Post.c.userId.eq(User.c.id)).whenNotMatched().thenInsert({ email: "x" })
// error: TS2339 Property 'thenDelete' does not exist on type 'UnmatchedBranch<typeof User, "post", undefined, never>'.
merge(User).using(Post, Post.c.userId.eq(User.c.id)).whenNotMatched().thenDelete()
// error: TS2554 Expected 2 arguments, but got 1.
merge(User).using(Post)
// error: TS2739 Type 'InWith' is missing the following properties from type 'Source<string>': tableName, c, [source]
select({ n: count() }).from(deleteFrom(Post).allRows().cte("gone"))
// error: TS2741 Property '$inWith' is missing in type 'typeof Post' but required in type 'InWith'.
select(User).withCte(Post)
// error: TS2739 Type 'MergeDraft<typeof User>' is missing the following properties from type 'Statement<unknown>': $result, effect, build, lower, toSQL
run(merge(User))
// error: TS2739 Type 'InsertDraft<typeof Post>' is missing the following properties from type 'Statement<unknown>': $result, effect, build, lower, toSQL
run(insert(Post))
// error: TS2339 Property 'name' does not exist on type '{ id: number; }'.
run(insert(User).values({ email: "x", name: "y" }).returning({ id: User.c.id })).name
// error: TS2769 No overload matches this call.
sql`x`.returns(text).eq("x")
// error: TS2345 Argument of type 'string' is not assignable to parameter of type 'Comparand<number>'.
count().eq("1")
