import pg from "pg"

/** The superuser's URL of the server that `scripts/test.ts` started. */
export function postgresServerUrl(): string {
  const url = process.env.REBIS_TEST_POSTGRESQL
  if (url === undefined) {
    throw new TypeError("REBIS_TEST_POSTGRESQL is not set: run tests by `npm test -- <file>`, which starts a server")
  }
  return url
}

let numbers = 0

/** Makes an empty database and gives its URL. Takes about 20 ms. */
export async function createPostgresDatabase(): Promise<string> {
  const url = new URL(postgresServerUrl())
  const name = `test_${process.pid}_${++numbers}`
  await runAsAdmin(`create database ${name} template template0 strategy file_copy`)
  url.pathname = `/${name}`
  return url.href
}

/** Drops a database of {@link createPostgresDatabase}, ending whatever is still connected to it. */
export async function dropPostgresDatabase(url: string): Promise<void> {
  await runAsAdmin(`drop database if exists ${new URL(url).pathname.slice(1)} with (force)`)
}

async function runAsAdmin(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgresServerUrl() })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
