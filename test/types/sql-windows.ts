/** The values of window functions: null where a window may see no row. */
import {
  currentRow,
  firstValue,
  lag,
  preceding,
  rowNumber,
  rowsBetween,
  select,
  sum,
  window,
  type WindowSpec,
} from "../../src/sql/index.ts"
import { rows } from "./row-types.ts"
import { Post } from "./sql-models.ts"

const frame = rowsBetween(preceding(1), currentRow)
const first = firstValue(Post.c.id)
const ordered = window({ orderBy: Post.c.id })
const framed = window("framed", { orderBy: [Post.c.id], frame })
declare const spec: WindowSpec

rows(select(first.over()))<number>()
rows(select(first.over({ partitionBy: Post.c.userId })))<number>()
rows(select(first.over({ orderBy: [Post.c.userId, Post.c.id.desc()] })))<number>()
rows(select(first.over(ordered)))<number>()
rows(select(first.over({ orderBy: Post.c.id, frame })))<number | null>()
rows(select(first.over(framed)))<number | null>()
rows(select(first.over(spec)))<number | null>()
rows(select({ n: rowNumber().over(framed), before: lag(Post.c.id).over(ordered), total: sum(Post.c.id).over() }).from(Post))<{
  n: number
  before: number | null
  total: number | null
}>()
