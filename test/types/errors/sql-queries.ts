import { recursive, select, value } from "../../../src/sql/index.ts"
import { Comment, Post, User } from "../sql-models.ts"

const ids = select({ id: Post.c.id })

// Both sides of a set operation have the same properties, of types that go together.
// error: TS2345 Argument of type 'Select<{ readonly name: Column<string, "user", "name">; }, never, null>' is not assignable to parameter of type 'QueryOf<{ name: string; }, unknown> & DifferentRows'.
ids.union(select({ name: User.c.name }))
// error: TS2345 Argument of type 'Select<{ readonly id: Column<number, "user", "id">; readonly name: Column<string, "user", "name">; }, never, null>' is not assignable to parameter of type 'QueryOf<{ id: number; name: string; }, unknown> & DifferentRows'.
ids.unionAll(select({ id: User.c.id, name: User.c.name }))
// error: TS2345 Argument of type 'Select<{ readonly id: Column<number, "post", "id">; }, never, null>' is not assignable to parameter of type 'QueryOf<{ id: number; }, unknown> & DifferentRows'.
select({ id: User.c.id, name: User.c.name }).except(ids)
// error: TS2345 Argument of type 'Select<{ readonly id: Column<string, "user", "name">; }, never, null>' is not assignable to parameter of type 'QueryOf<{ id: string; }, unknown> & DifferentRows'.
ids.intersect(select({ id: User.c.name }))
// error: TS2345 Argument of type 'Select<{ readonly id: Column<bigint, "comment", "id">; }, never, null>' is not assignable to parameter of type 'QueryOf<{ id: bigint; }, unknown> & DifferentRows'.
ids.union(select({ id: Comment.c.id }))
// error: TS2345 Argument of type 'SelectEntity<typeof User, User>' is not assignable to parameter of type 'QueryOf<User, unknown> & DifferentRows'.
select(Post).union(select(User))
// error: TS2345 Argument of type 'Select<{ readonly id: Column<number, "post", "id">; }, never, null>' is not assignable to parameter of type 'QueryOf<{ id: number; }, unknown> & DifferentRows'.
select(Post.c.id).union(ids)
// error: TS2345 Argument of type 'Select<Column<string, "post", "title">, never, null>' is not assignable to parameter of type 'QueryOf<string, unknown> & DifferentRows'.
select(Post.c.createdAt).union(select(Post.c.title))
// error: TS2345 Argument of type 'typeof Post' is not assignable to parameter of type 'QueryOf<unknown, unknown> & DifferentRows'.
select(Post.c.id).union(Post)

// What they are ordered by is there.
// error: TS2345 Argument of type '"title"' is not assignable to parameter of type '"id" | AnyExpr<unknown, string> | Order<unknown, string>'.
ids.union(ids).orderBy("title")
// error: TS2345 Argument of type 'string' is not assignable to parameter of type 'AnyExpr<unknown, string> | Order<unknown, string>'.
select(Post.c.id).union(select(User.c.id)).orderBy("toFixed")

// A union may be null where either side may.
// error: TS2531 Object is possibly 'null'.
select(Post.c.title).union(select(User.c.nickname)).$result.length

// A step gives rows of the base.
// error: TS2345 Argument of type '"x"' is not assignable to parameter of type 'never'.
recursive("r", select({ n: value(1) }), (self) => select({ n: self.c.n.concat("x") }).from(self))
// error: TS2322 Type 'Select<{ readonly m: Column<number, "r", "n">; }, never, null>' is not assignable to type 'QueryOf<NoInfer<{ n: number; }>, unknown>'.
recursive("r", select({ n: value(1) }), (self) => select({ m: self.c.n }).from(self))
// error: TS2339 Property 'm' does not exist on type 'ColumnsOf<{ n: number; }, "r">'.
recursive("r", select({ n: value(1) }), (self) => select({ n: self.c.m }).from(self))
// error: TS2322 Type '"m"' is not assignable to type '"n"'.
recursive("r", select({ n: value(1) }), (self) => select({ n: self.c.n }), { cycle: { columns: ["m"], set: "isCycle" } })

// Only common table expressions stand in WITH.
// error: TS2741 Property '$inWith' is missing in type 'SubquerySource<{ id: number; }, "ids">' but required in type 'InWith'.
select(Post).withCte(ids.as("ids"))
// error: TS2561 Object literal may only specify known properties, but 'materialised' does not exist in type 'CommonTableOptions'. Did you mean to write 'materialized'?
select(ids.cte("ids", { materialised: true }))

// Limits are numbers; locks are of entries.
// error: TS2345 Argument of type 'Column<string, "post", "title">' is not assignable to parameter of type 'RowCount'.
select(Post).limit(Post.c.title)
// error: TS2345 Argument of type 'Column<bigint | null, "comment", "parentId">' is not assignable to parameter of type 'RowCount'.
select(Post).limit(Comment.c.parentId)
// error: TS2555 Expected at least 1 arguments, but got 0.
select(Post).distinctOn()
// error: TS2322 Type 'string' is not assignable to type 'readonly Source<string>[] | Source<string> | undefined'.
select(Post).forUpdate({ of: "post" })
// error: TS2561 Object literal may only specify known properties, but 'skiplocked' does not exist in type 'LockOptions'. Did you mean to write 'skipLocked'?
select(Post).forUpdate({ skiplocked: true })
