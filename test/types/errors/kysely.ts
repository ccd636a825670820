import type { Session } from "../../../src/orm/index.ts"
import { bigint, integer, text } from "../../../src/schema/index.ts"
import { fromKysely, select, toKysely } from "../../../src/sql/index.ts"
import { Post, User } from "../sql-models.ts"

declare const db: Session
const kysely = db.kysely({ User, Post })
const posts = fromKysely(kysely.selectFrom("post").select(["id", "title"]))

// Tables and columns are called as the database calls them.
// error: TS2345 Argument of type '"Post"' is not assignable to parameter of type 'TableExpressionOrList<KyselyTables<{ User: typeof User; Post: typeof Post; }>, never>'.
kysely.selectFrom("Post")
// error: TS2769 No overload matches this call.
kysely.selectFrom("post").select("userId")
// error: TS2345 Argument of type '{ title: string; }' is not assignable to parameter of type 'InsertExpression<KyselyTables<{ User: typeof User; Post: typeof Post; }>, "post">'.
kysely.insertInto("post").values({ title: "x" })
// error: TS2345 Argument of type '"2025-01-01"' is not assignable to parameter of type 'OperandValueExpressionOrList<KyselyTables<{ User: typeof User; Post: typeof Post; }>, "post", "created_at">'.
kysely.selectFrom("post").select("id").where("created_at", "=", "2025-01-01")

// The columns of a query are those that it has, of their types.
// error: TS2322 Type 'Builder<string, "text">' is not assignable to type 'Builder<string, "text"> & NoSuchColumn<"name">'.
posts.rows({ name: text() })
// error: TS2769 No overload matches this call.
posts.as("posts", { id: bigint() })
// error: TS2769 No overload matches this call.
posts.as("posts", { id: integer(), titel: text() })

// What Kysely names has names.
// error: TS2769 No overload matches this call.
toKysely(select(Post.c.id).toSQL)
