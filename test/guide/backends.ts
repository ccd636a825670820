import pg from "pg"

/** Ends every other connection to a PostgreSQL database, as a restart or a fail-over does. @returns how many there were */
export async function terminateOthers(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
    )
    return rows.length
  } finally {
    await client.end()
  }
}
