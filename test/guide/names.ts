import type { Engine } from "../../src/index.ts"
import type { TestDatabase } from "../support/databases.ts"

/** The names of constraints and of indexes that stand for themselves, as the database's catalog has them, in order. */
export async function constraintsAndIndexes(engine: Engine, database: TestDatabase): Promise<string[]> {
  await using connection = await engine.connect()
  const { rows } = await connection.exec(database.name === "sqlite" ? fromSqlite : fromPostgres, [])
  const texts = rows.map(([text]) => String(text))
  // SQLite keeps the names of constraints in the text of the table only.
  const names =
    database.name === "sqlite"
      ? texts.flatMap((text) =>
          [...text.matchAll(/\bconstraint "([^"]+)"|^create (?:unique )?index "([^"]+)"/gi)].map(
            ([, constraint, index]) => constraint ?? index ?? "",
          ),
        )
      : texts
  return names.toSorted()
}

const fromSqlite = "select sql from sqlite_master where sql is not null and name not like 'sqlite_%'"
const fromPostgres = `
  select conname from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n'
  union
  select indexrelid::regclass::text from pg_index where indrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace) and not exists (select from pg_constraint where conindid = indexrelid)`
