/** Listeners that cannot be. */
import { type Sessions, declarativeBase, integer, text } from "rebis"

const Base = declarativeBase()
class User extends Base.model("user", { id: integer().primaryKey().identity(), name: text() }) {}
class Post extends Base.model("post", { id: integer().primaryKey().identity(), title: text() }) {}

declare const sessions: Sessions

// error: TS2345 Argument of type '"beforeSave"' is not assignable to parameter of type 'EntityEventName'.
sessions.on("beforeSave", User, () => {})

// error: TS2345 Argument of type '"beforeFlush"' is not assignable to parameter of type 'EntityEventName'.
sessions.on("beforeFlush", User, () => {})

// error: TS2339 Property 'nothing' does not exist on type 'Post'.
sessions.on("beforeInsert", Post, (post) => post.nothing)
