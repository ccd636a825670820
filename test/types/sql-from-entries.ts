/** The rows of what stands in FROM without being a table: lists of values, functions, samples. */
import { bigint, date, integer, type IsoDate, interval, jsonb, numeric, text } from "../../src/schema/index.ts"
import {
  generateSeries,
  jsonbArrayElements,
  jsonbEach,
  jsonbToRecordset,
  regexpSplitToTable,
  select,
  tableFunction,
  tablesample,
  unnest,
  value,
  valuesList,
} from "../../src/sql/index.ts"
import { rows } from "./row-types.ts"
import { Comment, Post, User } from "./sql-models.ts"

const prices = valuesList("prices", { id: bigint(), price: numeric().nullable(), on: date() }, [
  { id: 1n, price: "1.50", on: "2025-01-01" },
  { id: Comment.c.id, price: null, on: Post.c.publishedDate as never },
])
rows(select(prices))<{ id: bigint; price: string | null; on: IsoDate }>()
rows(select({ id: Comment.c.id, price: prices.c.price, prices }).from(Comment).leftJoin(prices, prices.c.id.eq(Comment.c.id)))<{
  id: bigint
  price: string | null
  prices: { id: bigint; price: string | null; on: IsoDate } | null
}>()

const numbers = generateSeries(1, 10).as("numbers")
rows(select(numbers))<{ value: number }>()
rows(select(generateSeries(1n, 10n, 2n).withOrdinality("n").as("s")))<{ value: bigint; n: number }>()
const day = generateSeries(Post.c.publishedDate, "2025-01-01").as("day")
rows(select({ id: Post.c.id, day: day.c.value }).from(Post).leftJoin(day))<{ id: number; day: IsoDate | null }>()
rows(select({ id: Post.c.id, day: day.c.value }).from(Post).join(day))<{ id: number; day: IsoDate }>()
rows(select(generateSeries(Post.c.createdAt, new Date(), interval("1 hour")).as("hour")))<{ value: Date }>()
rows(select(generateSeries(value("0.1", numeric()), "1", "0.1").as("exact")))<{ value: string }>()

rows(select(unnest(value([[1n], [2n]], bigint().array().array())).as("u")))<{ value: bigint }>()
rows(select(unnest({ a: value(["x"], text().array()), b: value([1], integer().array()) }).as("u")))<{
  a: string | null
  b: number | null
}>()
rows(select(jsonbArrayElements<{ n: number }>(Post.c.meta).as("e")))<{ value: { n: number } }>()
rows(select(jsonbEach({ a: 1 }).as("e")))<{ key: string; value: unknown }>()
rows(select(jsonbToRecordset(Post.c.meta, { id: bigint(), tags: jsonb<string[]>() }).withOrdinality("place").as("r")))<{
  id: bigint | null
  tags: string[] | null
  place: number
}>()
rows(select(regexpSplitToTable(Post.c.title, " ").as("w")))<{ value: string }>()
rows(select(tableFunction("f", [1, Post.c.id], { a: integer(), b: text().nullable() }).as("f")))<{ a: number; b: string | null }>()

const sample = tablesample(Post, "bernoulli", 10)
rows(select(sample).with("author"))<Post & { author: User }>()
rows(select({ sample, author: User }).from(sample).leftJoin(sample.author))<{ sample: Post; author: User | null }>()
