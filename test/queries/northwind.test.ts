/** Questions to Northwind's traders, each answered by the language and by plain SQL. */
import { before } from "node:test"
import { type Sessions, sessionmaker } from "rebis"
import { corpus } from "../support/corpora.ts"
import { onDatabases } from "../support/databases.ts"
import { loadDump } from "./load.ts"
import { calendarQuestions } from "./northwind-calendar.ts"
import { northwindMetadata } from "./northwind-models.ts"
import { orderQuestions } from "./northwind-orders.ts"
import { tradeQuestions } from "./northwind-trade.ts"
import { testQuestions } from "./question.ts"
import { copyIntoModels } from "./sqlite-copy.ts"

const northwind = corpus("queries/northwind")

onDatabases(["postgresql", "sqlite"], "Northwind", (database) => {
  let sessions: Sessions
  before(async () => {
    if (northwind.skip !== false) return
    if (database.name === "sqlite") {
      sessions = sessionmaker(await copyIntoModels(database, northwind.text("sqlite.sql"), northwindMetadata))
      return
    }
    const url = await database.url()
    // The dump changes settings of its session.
    const loader = await database.engine({ url })
    await loader.begin((connection) => loadDump(connection, northwind.text("postgres.sql")))
    await loader.dispose()
    sessions = sessionmaker(await database.engine({ url }))
  })
  testQuestions({ database: database.name, skip: northwind.skip, sessions: () => sessions }, [
    ...tradeQuestions,
    ...orderQuestions,
    ...calendarQuestions,
  ])
})
