import type { Connection, Engine, MetaData, SqlType } from "rebis"
import { buildModels } from "../migrations/support/build-models.ts"
import type { TestDatabase } from "../support/databases.ts"

/**
 * A SQLite database with the tables of the models and the rows of a script, whose own names and ways of writing dates are
 * others: `[InvoiceLine]` is `invoice_line`, `2021-01-01 00:00:00` is `2021-01-01T00:00:00.000000`.
 */
export async function copyIntoModels(database: TestDatabase, script: string, metadata: MetaData): Promise<Engine> {
  const url = await database.url()
  const original = await database.engine({ url })
  const loader = await original.connect()
  // Scripts name tables before those that they refer to.
  await loader.exec("pragma foreign_keys = off")
  await loader.transaction((connection) => connection.exec(script))
  await loader.release()
  await original.dispose()
  const engine = await database.engine()
  await buildModels(engine, metadata)
  await using connection = await engine.connect()
  await connection.exec("attach ? as original", [new URL(url).pathname])
  for (const table of metadata.tables) {
    const from = await named(connection, "select name from original.sqlite_schema where type = 'table'", table.name)
    const columns: string[] = []
    for (const { name, type } of table.columns) {
      columns.push(converted(await named(connection, `select name from pragma_table_info('${from}', 'original')`, name), type))
    }
    const names = table.columns.map((column) => `"${column.name}"`).join(", ")
    await connection.exec(`insert into "${table.name}" (${names}) select ${columns.join(", ")} from original."${from}"`)
  }
  await connection.exec("detach original")
  return engine
}

/** The name among the rows of a query that is ours but for its case, underscores and plural. */
async function named(connection: Connection, query: string, name: string): Promise<string> {
  const { rows } = await connection.exec(query)
  const found = rows.map(([each]) => String(each)).find((each) => bare(each) === bare(name))
  if (found === undefined) throw new RangeError(`${query} has no ${name}`)
  return found
}

const bare = (name: string) =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z]/g, "")
    .replace(/s$/, "")

function converted(name: string, { kind }: SqlType): string {
  if (kind === "timestamp") return `strftime('%Y-%m-%dT%H:%M:%f000', "${name}")`
  return kind === "date" ? `date("${name}")` : `"${name}"`
}
