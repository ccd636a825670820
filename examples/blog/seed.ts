import { select, type Session } from "rebis"
import { Comment } from "./models/comment.ts"
import { Post } from "./models/post.ts"
import { User } from "./models/user.ts"

/** A first user with a post and a comment, where there is no user yet. */
export async function seed(db: Session): Promise<void> {
  if ((await db.first(select(User))) !== null) return
  const ada = db.add(new User({ email: "ada@example.org", name: "Ada" }))
  // A relation stands for its foreign key, which is filled in at the flush.
  const post = db.add(Post, { title: "Notes", content: "On the engine, and what it might weave.", author: ada })
  db.add(Comment, { body: "Note G is worth a second reading.", post, author: ada })
}
