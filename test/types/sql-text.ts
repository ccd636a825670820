/** The types of text: what its rows are declared to be. */
import { bigint, integer, text, timestamptz } from "../../src/schema/index.ts"
import { select, sql } from "../../src/sql/index.ts"
import { Post } from "./sql-models.ts"

/** Compiles only when the rows of a statement are of the type. */
function rows<O>(_statement: {
  readonly $result: O
}): <E>(..._: (<T>() => T extends O ? 1 : 2) extends <T>() => T extends E ? 1 : 2 ? [] : [never]) => void {
  return () => {}
}

rows(sql<{ id: number }>`select id from ${Post}`)<{ id: number }>()
rows(sql`select id from ${Post}`.returns(integer()))<number>()
rows(sql`select id from ${Post}`.returns(text().nullable()))<string | null>()
rows(sql<number | null>`select id from ${Post}`.returns(integer()))<number | null>()
rows(sql`…`.rows({ id: bigint(), at: timestamptz().nullable() }))<{ id: bigint; at: Date | null }>()
rows(sql`…`.rows([integer(), integer(), text().nullable()]))<[number, number, string | null]>()

const sized = sql`…`.as("sized", { id: integer(), size: integer().nullable() })
rows(select(sized))<{ id: number; size: number | null }>()
rows(select({ title: Post.c.title, size: sized.c.id }).from(Post).leftJoin(sized, sized.c.id.eq(Post.c.id)))<{
  title: string
  size: number | null
}>()
const locked = sql`select * from post for update`.as("locked", Post)
rows(select(locked))<Post>()
rows(select({ locked, at: locked.c.createdAt }).from(Post).leftJoin(locked, locked.c.id.eq(Post.c.id)))<{
  locked: Post | null
  at: Date | null
}>()
