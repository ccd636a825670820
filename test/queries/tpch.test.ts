/** The 22 queries of TPC-H on its sample: the rows that are expected, and those of the queries' own text. */
import assert from "node:assert/strict"
import { before, test } from "node:test"
import { type Engine, type Sessions, sessionmaker } from "rebis"
import { corpus } from "../support/corpora.ts"
import { onDatabases } from "../support/databases.ts"
import { loadRows, parseSeparated } from "./load.ts"
import { plainRows } from "./question.ts"
import { queries1to11 } from "./tpch-queries-1-11.ts"
import { queries12to22 } from "./tpch-queries-12-22.ts"
import type { TpchQuery } from "./tpch-query.ts"

const tpch = corpus("queries/tpch")
const tables = ["region", "nation", "supplier", "customer", "part", "partsupp", "orders", "lineitem"]

/** The sample is thin: these queries find nothing in it, or nothing but zero, until it is changed. */
const changes: Readonly<Record<number, string>> = {
  8: `update part set p_type = 'ECONOMY ANODIZED STEEL'; update supplier set s_nationkey = 2 where s_suppkey % 3 = 0`,
  17: `update part set p_brand = 'Brand#23', p_container = 'MED BOX'; update lineitem set l_quantity = l_quantity * 20 where l_linenumber > 1;
    delete from lineitem where l_orderkey % 20 > 0; update lineitem set l_partkey = (select min(p_partkey) from part)`,
  18: `update lineitem set l_quantity = l_quantity * 2`,
  19: `update part set p_brand = 'Brand#12', p_container = 'SM BOX', p_size = 2 where p_partkey % 3 = 0;
    update part set p_brand = 'Brand#34', p_container = 'LG BOX', p_size = 14 where p_partkey % 3 = 1;
    update lineitem set l_shipmode = 'AIR', l_shipinstruct = 'DELIVER IN PERSON'`,
  20: `delete from partsupp where ps_partkey % 20 > 0; update part set p_name = 'forest ' || p_name; update supplier set s_nationkey = 3;
    update lineitem set l_shipdate = date '1994-03-01', l_partkey = ps_partkey, l_suppkey = ps_suppkey
    from (select ps_partkey, ps_suppkey, row_number() over (order by ps_partkey, ps_suppkey) % 400 as n from partsupp) as p
    where p.n = l_orderkey % 400`,
  22: `delete from orders where o_custkey % 7 = 0`,
}

async function load(engine: Engine): Promise<void> {
  await using connection = await engine.connect()
  await connection.exec(tpch.text("schema.sql"))
  for (const table of tables) {
    const { names, rows } = parseSeparated(tpch.text(`data/${table}.csv.gz`), "|")
    await loadRows(connection, table, names, rows)
  }
  await connection.exec("analyze")
}

onDatabases(["postgresql"], "TPC-H", (database) => {
  const queries = [...queries1to11, ...queries12to22]
  const fileOf = (number: number) => String(number).padStart(2, "0")
  let sessions: Sessions
  before(async () => {
    if (tpch.skip !== false) return
    const engine = await database.engine()
    await load(engine)
    sessions = sessionmaker(engine)
  })
  /** The rows of a query and those of its own text, every value as PostgreSQL prints it. */
  const run = async ({ number, statement }: TpchQuery, change?: string) => {
    await using session = sessions()
    if (change !== undefined) await (await session.connection()).exec(change)
    const rows = (await session.all(statement)) as readonly object[]
    const plain = await plainRows(session, tpch.text(`queries/${fileOf(number)}.sql`).replace(/;\s*$/, ""))
    return { rows, texts: rows.map((row) => Object.values(row).map(String)), plain: plain.map((row) => row.map(String)) }
  }
  const isSomething = (field: string) => field !== "null" && !/^[0.]+$/.test(field)

  for (const query of queries) {
    const change = changes[query.number]
    test(`query ${query.number} gives the expected rows`, { skip: tpch.skip }, async () => {
      const { names, rows: expected } = parseSeparated(tpch.text(`expected/${fileOf(query.number)}.csv`), ",")
      const { rows, texts, plain } = await run(query)
      assert.deepEqual(
        texts,
        expected.map((row) => row.map((field) => (field === "" ? "null" : field))),
      )
      assert.deepEqual(texts, plain)
      if (rows.length > 0) assert.deepEqual(Object.keys(rows[0]!), names)
      if (change === undefined)
        assert.ok(
          texts.some((row) => row.some(isSomething)),
          "nothing was found",
        )
    })
    if (change === undefined) continue
    test(`query ${query.number} gives the rows of its text where it finds some`, { skip: tpch.skip }, async () => {
      const { texts, plain } = await run(query, change)
      assert.ok(
        texts.some((row) => row.every(isSomething)),
        "nothing was found",
      )
      assert.deepEqual(texts, plain)
    })
  }
})
