/** Models as Kysely's queries know them, and what of each may stand in the other. */
import type { ColumnType, Expression, Insertable, Kysely, Selectable, Updateable } from "kysely"
import {
  bigint,
  boolean,
  date,
  declarativeBase,
  integer,
  type IsoDate,
  jsonb,
  numeric,
  type SnakeCase,
  text,
  timestamptz,
} from "../../src/schema/index.ts"
import type { KyselyTables, Session } from "../../src/orm/index.ts"
import { type Condition, count, type Expr, fromKysely, lower, select, toKysely } from "../../src/sql/index.ts"
import { Post, User } from "./sql-models.ts"
import * as models from "./sql-models.ts"

/** Compiles only when the two types are the same. */
function same<A, B>(..._: (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? [] : [never]): void {}

const Free = declarativeBase({ conventions: "off" })
class Odd extends Free.model("odd", {
  id: integer().primaryKey().identity(),
  oldName: text().named("OLD_NAME").nullable(),
  total: numeric().named("sum total"),
  large: bigint({ mode: "number" }),
  tags: text().array(),
  isOpen: boolean().default(true),
  info: jsonb<{ a: 1 }>(),
  on: date(),
  at: timestamptz({ mode: "string" }),
}) {}

// ---------------------------------------------------------------- names and types
type Tables = KyselyTables<typeof models & { Odd: typeof Odd }>
same<keyof Tables, "user" | "post" | "comment" | "odd">()
same<
  Selectable<Tables["odd"]>,
  {
    id: number
    OLD_NAME: string | null
    "sum total": string
    large: number
    tags: string[]
    is_open: boolean
    info: { a: 1 }
    on: IsoDate
    at: string
  }
>()
same<Tables["user"]["created_at"], ColumnType<Date, Date | undefined, Date>>()
const inserted: Insertable<Tables["post"]> = { title: "x", content: "y", user_id: 1 }
const updated: Updateable<Tables["odd"]> = { OLD_NAME: null }
void [inserted, updated]
same<
  [SnakeCase<"createdAt">, SnakeCase<"userID">, SnakeCase<"html5Body">, SnakeCase<"aHTMLBody">, SnakeCase<"x">],
  ["created_at", "user_id", "html5_body", "a_html_body", "x"]
>()

// ---------------------------------------------------------------- a session's
declare const db: Session
const kysely = db.kysely(models)
same<typeof kysely, Kysely<KyselyTables<typeof models>>>()
async function queried(): Promise<void> {
  const row = await kysely
    .selectFrom("post")
    .innerJoin("user", "user.id", "post.user_id")
    .select(["post.id", "user.mood", "published_date"])
    .executeTakeFirstOrThrow()
  same<typeof row, { id: number; mood: "sad" | "ok" | "happy" | null; published_date: IsoDate | null }>()
  const own = await kysely
    .selectFrom("post")
    .select([toKysely(lower(Post.c.title)).as("title"), toKysely(count()).as("n")])
    .executeTakeFirstOrThrow()
  same<typeof own, { title: string; n: number }>()
  const known = await db.kysely<{ t: { a: number } }>().selectFrom("t").selectAll().execute()
  same<typeof known, { a: number }[]>()
}
void queried

// ---------------------------------------------------------------- Kysely in ours
const perUser = fromKysely(
  kysely
    .selectFrom("post")
    .select(["user_id", (eb) => eb.fn.countAll<bigint>().as("n")])
    .groupBy("user_id"),
)
same<(typeof perUser)["$result"], { user_id: number; n: bigint }>()
const counted = perUser.as("counted", { user_id: integer(), n: bigint() })
const joined = select({ name: User.c.name, n: counted.c.n }).from(User).leftJoin(counted, counted.c.user_id.eq(User.c.id))
same<(typeof joined)["$result"], { name: string; n: bigint | null }>()
select(User).where(User.c.id.in(fromKysely(kysely.selectFrom("post").select("user_id"))))
const rows = perUser.rows({ n: bigint() })
same<(typeof rows)["$result"], { n: bigint }>()
declare const text1: Expression<string | null>
declare const is: Expression<boolean>
declare const sqlIs: Expression<boolean | 0 | 1>
const expression = fromKysely(text1)
same<typeof expression, Expr<string | null>>()
const typed = fromKysely(text1, text())
same<typeof typed, Expr<string | null>>()
const condition = [fromKysely(is), fromKysely(sqlIs)] as const
same<typeof condition, readonly [Condition<boolean, never>, Condition<boolean, never>]>()
