import { type DatabaseConnection, type Dialect as KyselyDialect, Kysely } from "kysely"
import type { Dialect } from "../dialect.ts"
import { knownTables } from "./kysely-tables.ts"
import { type QueryRunner, SessionConnection } from "./session-connection.ts"
import { SessionDriver } from "./session-driver.ts"
import { SessionExecutor } from "./session-executor.ts"

/** A Kysely whose queries run on a session's connection, in its transaction. */
export function sessionKysely(runner: QueryRunner, dialect: Dialect, models: object): Kysely<any> {
  const setting = { dialect, tables: knownTables(models) }
  const connection = new SessionConnection(runner, setting)
  const driver = new SessionDriver(runner, connection)
  const kyselyDialect: KyselyDialect = {
    createAdapter: () => dialect.kysely.createAdapter(),
    createDriver: () => driver,
    createIntrospector: (db) => dialect.kysely.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  }
  const provider = { provideConnection: <T>(consumer: (connection: DatabaseConnection) => Promise<T>) => consumer(connection) }
  return new Kysely({
    config: { dialect: kyselyDialect },
    dialect: kyselyDialect,
    driver,
    executor: new SessionExecutor(setting, provider),
  })
}
