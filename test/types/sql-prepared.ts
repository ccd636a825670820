/** The types of prepared statements: what they are given, and what they give. */
import { bigint, integer, jsonb, text, timestamptz } from "../../src/schema/index.ts"
import { insert, param, type Parameter, prepared, select, sql, type Statement } from "../../src/sql/index.ts"
import { mood, Post, User } from "./sql-models.ts"

/** Compiles only when the two types are the same. */
function same<A, B>(..._: (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? [] : [never]): void {}

// ---------------------------------------------------------------- what it is given
const every = prepared(
  { a: text(), b: integer().nullable(), c: bigint(), d: timestamptz(), e: mood(), f: integer().array(), g: jsonb<{ x: 1 }>().nullable() },
  (p) => {
    same<typeof p.a, Parameter<string>>()
    same<typeof p.b, Parameter<number | null>>()
    same<typeof p.e, Parameter<"sad" | "ok" | "happy">>()
    same<typeof p.f, Parameter<number[]>>()
    return select(User).where(User.c.email.eq(p.a), User.c.id.eq(p.b), User.c.createdAt.gt(p.d), User.c.mood.eq(p.e))
  },
)
same<
  Parameters<typeof every>,
  [
    values: {
      readonly a: string
      readonly b: number | null
      readonly c: bigint
      readonly d: Date
      readonly e: "sad" | "ok" | "happy"
      readonly f: number[]
      readonly g: { x: 1 } | null
    },
  ]
>()
same<ReturnType<typeof every>, Statement<User>>()

// ---------------------------------------------------------------- what it gives
const loaded = prepared({ id: integer() }, (p) => select(Post).where(Post.c.id.eq(p.id)).with("author"))
declare const post: ReturnType<typeof loaded>["$result"]
post.author.greet() satisfies string
const compared = prepared({ id: integer().nullable() }, (p) => select({ is: Post.c.id.eq(p.id), id: p.id }).from(Post))
same<ReturnType<typeof compared>["$result"], { is: boolean | null; id: number | null }>()
const inserted = prepared({ title: text() }, (p) => insert(Post).values({ title: p.title, content: "", userId: 1 }).returning(Post.c.id))
same<ReturnType<typeof inserted>["$result"], number>()
const id = param("id", integer())
const asText = prepared({ id }, sql`select title from ${Post} where id = ${id}`.returns(text()))
same<Parameters<typeof asText>, [values: { readonly id: number }]>()
same<ReturnType<typeof asText>["$result"], string>()
const constant = prepared({}, () => select(Post.c.id))
same<ReturnType<typeof constant>["$result"], number>()
constant()
