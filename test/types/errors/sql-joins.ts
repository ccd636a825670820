import { select, value } from "../../../src/sql/index.ts"
import { Post, User } from "../sql-models.ts"

const newest = select({ title: Post.c.title }).where(Post.c.userId.eq(User.c.id)).lateral("newest")
const plain = select({ title: Post.c.title }).as("plain")
const names = select({ title: Post.c.title, name: User.c.name }).from(Post)

// What a right or full join leaves empty is null.
const right = names.rightJoin(Post.author)
right.$result.name.length
// error: TS18047 'right.$result.title' is possibly 'null'.
right.$result.title.length
// error: TS2531 Object is possibly 'null'.
names.fullJoin(Post.author).$result.name.length

// Only a relation, and a lateral subquery, which has its condition inside, are joined without one.
// error: TS2739 Type 'typeof User' is missing the following properties from type 'Relation<Source<string>, any, any>': by, target, cardinality, joinSteps
names.rightJoin(User)
// error: TS2345 Argument of type 'SubquerySource<{ title: string; }, "plain">' is not assignable to parameter of type 'Joinable<"plain">'.
names.leftJoin(plain)
// error: TS2739 Type 'SubquerySource<{ title: string; }, "newest"> & Lateral' is missing the following properties from type 'Relation<Source<string>, any, any>': by, target, cardinality, joinSteps
names.rightJoin(newest)
// error: TS2739 Type 'ModelRelation<typeof User, "one", string>' is missing the following properties from type 'Source<string>': tableName, c, [source]
names.crossJoin(Post.author)
// error: TS2345 Argument of type 'Column<number, "user", "id">' is not assignable to parameter of type 'BooleanExpr | Relation<any, any, any>'.
names.join(User, User.c.id)
names.leftJoin(newest, value(true))

// Entities are there.
// error: TS2345 Argument of type 'ModelRelation<typeof User, "one", string>' is not assignable to parameter of type 'never'.
select(Post).rightJoin(Post.author)
// error: TS2345 Argument of type 'typeof User' is not assignable to parameter of type 'never'.
select(Post).fullJoin(User, User.c.id.eq(Post.c.userId))
