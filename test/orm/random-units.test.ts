import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import "../support/seed.ts"
import { select, type Session, type Sessions, UniqueViolationError } from "../../src/index.ts"
import { forEachDatabase } from "../support/databases.ts"
import { Comment, Post, Tag, User } from "./models.ts"
import { prepare } from "./support.ts"

/** What a random unit of work does; numbers pick among the entities that are there, whatever their number. */
type Action =
  | { readonly kind: "user"; readonly unique: boolean }
  | { readonly kind: "post"; readonly author: number; readonly tags: readonly number[] }
  | { readonly kind: "comment"; readonly post: number; readonly parent: number; readonly byList: boolean }
  | { readonly kind: "rename"; readonly entity: number; readonly text: string }
  | { readonly kind: "move"; readonly comment: number; readonly to: number; readonly by: "list" | "relation" | "key" }
  | { readonly kind: "tags"; readonly post: number; readonly tags: readonly number[] }
  | { readonly kind: "delete"; readonly comment: number }
  | { readonly kind: "flush" }
  | { readonly kind: "reload" }
  | { readonly kind: "savepoint"; readonly actions: readonly Action[]; readonly fails: boolean }

const number = fc.nat(50)
const leaf: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ kind: fc.constant("user" as const), unique: fc.boolean() }),
  fc.record({ kind: fc.constant("post" as const), author: number, tags: fc.array(number, { maxLength: 3 }) }),
  fc.record({ kind: fc.constant("comment" as const), post: number, parent: number, byList: fc.boolean() }),
  fc.record({
    kind: fc.constant("rename" as const),
    entity: number,
    text: fc.string({ maxLength: 4, unit: fc.constantFrom("a", "'", '"', "\\", "{", ",", "é", "%") }),
  }),
  fc.record({
    kind: fc.constant("move" as const),
    comment: number,
    to: number,
    by: fc.constantFrom("list" as const, "relation" as const, "key" as const),
  }),
  fc.record({ kind: fc.constant("tags" as const), post: number, tags: fc.array(number, { maxLength: 3 }) }),
  fc.record({ kind: fc.constant("delete" as const), comment: number }),
  fc.record({ kind: fc.constant("flush" as const) }),
  fc.record({ kind: fc.constant("reload" as const) }),
)
const action = fc.letrec<{ action: Action }>((tie) => ({
  action: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { arbitrary: leaf, weight: 9 },
    {
      arbitrary: fc.record({
        kind: fc.constant("savepoint" as const),
        actions: fc.array(tie("action"), { maxLength: 5 }),
        fails: fc.boolean(),
      }),
      weight: 1,
    },
  ),
})).action
const unit = fc.record({
  actions: fc.array(action, { maxLength: 14 }),
  end: fc.constantFrom("commit" as const, "commit" as const, "rollback" as const),
})

class Failure extends Error {}

type LoadedPost = Post & { comments: Comment[]; tags: Tag[] }

const byId = <T extends { readonly id: unknown }>(entities: readonly T[]) =>
  entities.toSorted((left, right) => (String(left.id) < String(right.id) ? -1 : 1))

/** One session and the entities that it has loaded, with the relations of posts. */
class World {
  readonly db: Session
  users: User[] = []
  posts: LoadedPost[] = []
  comments: Comment[] = []
  tags: Tag[] = []
  readonly #count: { n: number }

  constructor(db: Session, count: { n: number }) {
    this.db = db
    this.#count = count
  }

  async load(): Promise<void> {
    this.users = byId(await this.db.all(select(User)))
    this.posts = byId(await this.db.all(select(Post).with("comments").with("tags")))
    this.comments = byId(await this.db.all(select(Comment)))
    this.tags = byId(await this.db.all(select(Tag)))
  }

  async run(actions: readonly Action[]): Promise<void> {
    for (const each of actions) await this.#step(each)
  }

  /** What the session believes the database holds. */
  snapshot(): unknown {
    return {
      users: byId(this.users).map(({ id, email, name }) => [id, email, name]),
      posts: byId(this.posts).map((post) => [
        post.id,
        post.title,
        post.userId,
        byId(post.tags).map(({ id }) => id),
        byId(post.comments).map(({ id }) => id),
      ]),
      comments: byId(this.comments).map(({ id, body, postId, parentId }) => [id, body, postId, parentId]),
      tags: byId(this.tags).map(({ id, label }) => [id, label]),
    }
  }

  async #step(each: Action): Promise<void> {
    const { db } = this
    const n = ++this.#count.n
    switch (each.kind) {
      case "user": {
        const taken = each.unique ? undefined : this.users[0]
        this.users.push(db.add(new User({ email: taken?.email ?? `${n}@example.org`, name: `${n}` })))
        break
      }
      case "post": {
        const author = pick(this.users, each.author)
        if (author === undefined) break
        const tags = each.tags.map((index) => this.#tag(index, n))
        const post = db.add(Post, { title: `${n}`, author, tags: [...new Set(tags)], comments: [] })
        this.posts.push(post as LoadedPost)
        break
      }
      case "comment": {
        const post = pick(this.posts, each.post)
        const parent = pick(this.comments, each.parent)
        const comment =
          parent === undefined || each.parent % 2 === 0 ? new Comment({ body: `${n}` }) : db.add(Comment, { body: `${n}`, parent })
        if (post !== undefined && !each.byList) Object.assign(comment, { post })
        // Lists are kept true by hand: nothing is loaded or changed behind the application's back.
        post?.comments.push(comment)
        this.comments.push(db.add(comment))
        break
      }
      case "rename": {
        const all = [...this.users, ...this.posts, ...this.comments]
        const entity = pick(all, each.entity)
        if (entity instanceof User) entity.name = each.text
        else if (entity instanceof Post) entity.title = each.text
        else if (entity instanceof Comment) entity.body = each.text
        break
      }
      case "move":
        await this.#move(each)
        break
      case "tags": {
        const post = pick(this.posts, each.post)
        if (post !== undefined) post.tags = [...new Set(each.tags.map((index) => this.#tag(index, n)))]
        break
      }
      case "delete":
        await this.#delete(each.comment)
        break
      case "flush":
        await db.flush()
        break
      case "reload":
        await db.flush()
        await this.load()
        break
      case "savepoint":
        await this.#savepoint(each.actions, each.fails)
    }
  }

  #tag(index: number, n: number): Tag {
    const known = pick(this.tags, index)
    if (known !== undefined && index % 3 !== 0) return known
    const made = new Tag({ label: `${n}.${this.tags.length}` })
    this.tags.push(made)
    return this.db.add(made)
  }

  async #move({ comment: index, to, by }: Action & { kind: "move" }): Promise<void> {
    const comment = pick(this.comments, index)
    const target = pick(this.posts, to)
    if (comment === undefined || target === undefined) return
    if (by === "key") {
      await this.db.flush()
      comment.postId = target.id
    } else if (by === "relation") Object.assign(comment, { post: target })
    else await this.db.flush()
    for (const post of this.posts) if (post.comments.includes(comment)) post.comments.splice(post.comments.indexOf(comment), 1)
    target.comments.push(comment)
    if (by === "relation") {
      await this.db.flush()
      Reflect.deleteProperty(comment, "post")
    }
  }

  /** A comment that nothing refers to. */
  async #delete(index: number): Promise<void> {
    await this.db.flush()
    const free = this.comments.filter(({ id }) => !this.comments.some(({ parentId }) => parentId === id))
    const comment = pick(free, index)
    if (comment === undefined) return
    this.db.delete(comment)
    await this.db.flush()
    this.comments = this.comments.filter((each) => each !== comment)
    await this.load()
  }

  async #savepoint(actions: readonly Action[], fails: boolean): Promise<void> {
    await this.db.flush()
    const before = { users: [...this.users], posts: [...this.posts], comments: [...this.comments], tags: [...this.tags] }
    const expected = this.snapshot()
    try {
      await this.db.savepoint(async () => {
        await this.run(actions)
        if (fails) throw new Failure()
      })
    } catch (error) {
      if (!(error instanceof Failure) && !(error instanceof UniqueViolationError)) throw error
      Object.assign(this, before)
      assert.deepEqual(this.snapshot(), expected, "a savepoint that was rolled back left something behind")
    }
  }
}

function pick<T>(items: readonly T[], index: number): T | undefined {
  return items.length === 0 ? undefined : items[index % items.length]
}

async function stored(sessions: Sessions): Promise<unknown> {
  return await sessions.begin(async (db) => {
    const world = new World(db, { n: 0 })
    await world.load()
    return world.snapshot()
  })
}

forEachDatabase("random units of work", (database) => {
  test("after each flush, commit and rollback the database holds what the session holds", async () => {
    const { sessions } = await prepare(database)
    const count = { n: 0 }
    await fc.assert(
      fc.asyncProperty(fc.array(unit, { minLength: 1, maxLength: 3 }), async (units) => {
        for (const { actions, end } of units) {
          const before = await stored(sessions)
          await using db = sessions()
          const world = new World(db, count)
          await world.load()
          const loaded = { users: [...world.users], posts: [...world.posts], comments: [...world.comments], tags: [...world.tags] }
          try {
            await world.run(actions)
            if (end === "commit") await db.commit()
            else await db.rollback()
          } catch (error) {
            if (!(error instanceof UniqueViolationError)) throw error
            await db.rollback()
            Object.assign(world, loaded)
            assert.deepEqual(world.snapshot(), before, "what a failed unit leaves in memory")
          }
          if (end === "rollback") {
            Object.assign(world, loaded)
            assert.deepEqual(world.snapshot(), before, "what a rollback leaves in memory")
          }
          const now = world.snapshot()
          await db.close()
          assert.deepEqual(await stored(sessions), now, "what the database holds")
        }
      }),
      { numRuns: Number(process.env.REBIS_TEST_RUNS ?? 60), endOnFailure: false },
    )
  })
})
