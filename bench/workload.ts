/** What every contender is asked to do, with the same arguments, and the form in which their answers are compared. */

export const counts = { users: 1_000, posts: 10_000, comments: 40_000 } as const
const start = Date.UTC(2024, 0, 1)
/** Posts are eleven minutes and 7 ms apart, so that milliseconds vary. */
export const momentOf = (post: number): Date => new Date(start + post * 660_007)

export interface NewNote {
  readonly postId: number
  readonly userId: number
  readonly body: string
  readonly createdAt: Date
}
export interface UserRow {
  readonly id: number
  readonly email: string
  readonly name: string
  readonly createdAt: Date
}
export interface PostRow {
  readonly id: number
  readonly userId: number
  readonly title: string
  readonly content: string
  readonly createdAt: Date
  readonly publishedDate: string | null
  readonly viewCount: number
}
export interface CommentRow extends NewNote {
  readonly id: number
}
export interface PostWithRelations extends PostRow {
  readonly author: UserRow
  readonly comments: readonly CommentRow[]
}

/** One library on one pool. Every call is complete in itself: what it writes is committed when it resolves. */
export interface Contender {
  readonly title: string
  getByKey(id: number): Promise<PostRow>
  /** Posts created from `from` up to, not including, `to`, by id. */
  list(range: { readonly from: Date; readonly to: Date }): Promise<readonly PostRow[]>
  /** 20 posts by id from `first`, with author and comments. */
  nested(first: number): Promise<readonly PostWithRelations[]>
  /** Gives the new id. */
  insertOne(note: NewNote): Promise<number>
  /** In one transaction; gives the new ids. */
  insertMany(notes: readonly NewNote[]): Promise<readonly number[]>
  /** Loads 100 posts by id from `first`, adds `1 + k` to the k-th one's viewCount, stores them in one transaction. */
  updateLoaded(first: number): Promise<void>
  /** One transaction: read the user, read its ten newest posts, insert the note. */
  request(argument: {
    readonly userId: number
    readonly note: NewNote
  }): Promise<{ user: UserRow; posts: readonly PostRow[]; noteId: number }>
  close(): Promise<void>
}

/** The n-th of a fixed sequence of numbers below `limit`. */
export function pick(n: number, limit: number): number {
  let x = (n + 1) * 2_654_435_761
  x = (x ^ (x >>> 15)) >>> 0
  x = Math.imul(x, 2_246_822_519) >>> 0
  return ((x ^ (x >>> 13)) >>> 0) % limit
}

export const notes: readonly NewNote[] = Array.from({ length: 1_000 }, (_, n) => ({
  postId: 1 + pick(n, counts.posts),
  userId: 1 + pick(n + 5_000, counts.users),
  body: `note ${n} ${"a few words more ".repeat(1 + (n % 5))}`,
  createdAt: new Date(start + n * 1_003),
}))

const range = (n: number, length: number): { from: Date; to: Date } => {
  const first = 1 + pick(n, counts.posts - length)
  return { from: momentOf(first), to: momentOf(first + length) }
}

export interface Line {
  readonly title: string
  readonly writes: boolean
  /** Runs the n-th operation on the lane-th of several concurrent lanes. */
  run(contender: Contender, n: number, lane: number): Promise<unknown>
}

/** The lines of the table, in its order. */
export const lines: Readonly<Record<string, Line>> = {
  getByKey: { title: "get by key", writes: false, run: (contender, n) => contender.getByKey(1 + pick(n, counts.posts)) },
  list100: { title: "list 100", writes: false, run: (contender, n) => contender.list(range(n, 100)) },
  list1000: { title: "list 1000", writes: false, run: (contender, n) => contender.list(range(n, 1_000)) },
  nested: {
    title: "20 posts with author and comments",
    writes: false,
    run: (contender, n) => contender.nested(1 + pick(n, counts.posts - 20)),
  },
  insertOne: { title: "insert one", writes: true, run: (contender, n) => contender.insertOne(notes[n % notes.length]!) },
  insert1000: { title: "insert 1000", writes: true, run: (contender) => contender.insertMany(notes) },
  // Lanes have their own rows: the line measures the library, not lock waits.
  update100: { title: "update 100 loaded entities", writes: true, run: (contender, _n, lane) => contender.updateLoaded(1 + lane * 100) },
  request: {
    title: "request cycle",
    writes: true,
    run: (contender, n) => contender.request({ userId: 1 + pick(n, counts.users), note: notes[n % notes.length]! }),
  },
}

const post = (row: PostRow): unknown[] => [
  row.id,
  row.userId,
  row.title,
  row.content,
  row.createdAt.toISOString(),
  row.publishedDate,
  row.viewCount,
]
const user = (row: UserRow): unknown[] => [row.id, row.email, row.name, row.createdAt.toISOString()]
const comment = (row: CommentRow): unknown[] => [row.id, row.postId, row.userId, row.body, row.createdAt.toISOString()]

/** Everything that a contender answers, as text that is equal where the data is. Generated ids are left out of writes. */
export async function fingerprint(contender: Contender): Promise<string> {
  const answers: unknown[] = []
  for (let n = 0; n < 3; n++) {
    answers.push(post(await contender.getByKey(1 + pick(n, counts.posts))))
    answers.push((await contender.list(range(n, 100))).map(post))
    const nested = await contender.nested(1 + pick(n, counts.posts - 20))
    answers.push(nested.map((row) => [post(row), user(row.author), row.comments.map(comment).sort((a, b) => Number(a[0]) - Number(b[0]))]))
  }
  const one = await contender.insertOne(notes[0]!)
  const many = await contender.insertMany(notes)
  answers.push(typeof one, new Set([one, ...many]).size)
  const before = await contender.list({ from: momentOf(1), to: momentOf(101) })
  await contender.updateLoaded(1)
  const after = await contender.list({ from: momentOf(1), to: momentOf(101) })
  answers.push(after.map((row, k) => row.viewCount - before[k]!.viewCount))
  const request = await contender.request({ userId: 7, note: notes[1]! })
  answers.push(
    user(request.user),
    request.posts.map((row) => [row.id, row.title]),
    typeof request.noteId,
  )
  return JSON.stringify(answers)
}
