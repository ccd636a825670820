/** Questions to Chinook's music shop, each answered by the language and by plain SQL. */
import { before } from "node:test"
import { type Sessions, sessionmaker } from "rebis"
import { corpus } from "../support/corpora.ts"
import { onDatabases } from "../support/databases.ts"
import { chinookMetadata } from "./chinook-models.ts"
import { calendarQuestions } from "./chinook-calendar.ts"
import { catalogueQuestions } from "./chinook-catalogue.ts"
import { salesQuestions } from "./chinook-sales.ts"
import { loadDump } from "./load.ts"
import { testQuestions } from "./question.ts"
import { copyIntoModels } from "./sqlite-copy.ts"

const chinook = corpus("queries/chinook")

onDatabases(["postgresql", "sqlite"], "Chinook", (database) => {
  let sessions: Sessions
  before(async () => {
    if (chinook.skip !== false) return
    const engine =
      database.name === "sqlite" ? await copyIntoModels(database, chinook.text("sqlite.sql"), chinookMetadata) : await database.engine()
    if (database.name === "postgresql") {
      await using connection = await engine.connect()
      await loadDump(connection, chinook.text("postgres.sql"))
    }
    sessions = sessionmaker(engine)
  })
  testQuestions({ database: database.name, skip: chinook.skip, sessions: () => sessions }, [
    ...catalogueQuestions,
    ...salesQuestions,
    ...calendarQuestions,
  ])
})
