/** What listeners of a session are given. */
import { type Change, type Session, type Sessions, declarativeBase, integer, text } from "rebis"

const Base = declarativeBase()
class User extends Base.model("user", { id: integer().primaryKey().identity(), name: text() }) {}
class Post extends Base.model("post", { id: integer().primaryKey().identity(), title: text() }) {}

declare const sessions: Sessions
declare const db: Session

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <A, B>(..._proof: Same<A, B> extends true ? [] : [never]): void => {}

const stop: () => void = sessions.on("beforeInsert", User, (user, { session, changes }) => {
  same<typeof user, User>()
  same<typeof session, Session>()
  const change: Change<string> | undefined = changes.name
  user.name = change?.new ?? ""
})
stop()
sessions.on("beforeUpdate", Post, async (post, { session }) => {
  await Promise.resolve()
  session.add(new User({ name: post.title }))
})
db.on("load", Post, (post) => void post.title.length)
db.on("afterFlush", async ({ session, inserted, updated, deleted }) => {
  same<typeof inserted, readonly object[]>()
  await session.flush()
  console.log(updated.length, deleted.length)
})
sessions.on("afterRollback", ({ session }) => {
  same<typeof session, Session>()
})
