/** Questions to Sakila's chain of film rentals, each answered by the language and by plain SQL. */
import { before } from "node:test"
import { type Sessions, sessionmaker } from "rebis"
import { corpus } from "../support/corpora.ts"
import { onDatabases } from "../support/databases.ts"
import { loadDump } from "./load.ts"
import { testQuestions } from "./question.ts"
import { counterQuestions } from "./sakila-counter.ts"
import { featureQuestions } from "./sakila-features.ts"
import { filmQuestions } from "./sakila-films.ts"
import { rentalQuestions } from "./sakila-rentals.ts"

const sakila = corpus("queries/sakila")

onDatabases(["postgresql"], "Sakila", (database) => {
  let sessions: Sessions
  before(async () => {
    if (sakila.skip !== false) return
    const url = await database.url()
    // The dump changes settings of its session.
    const loader = await database.engine({ url })
    await loader.begin(async (connection) => {
      await loadDump(connection, sakila.text("postgres-schema.sql"))
      await loadDump(connection, sakila.text("postgres-data-copy.sql"))
      await connection.exec("analyze")
    })
    await loader.dispose()
    sessions = sessionmaker(await database.engine({ url }))
  })
  testQuestions({ database: database.name, skip: sakila.skip, sessions: () => sessions }, [
    ...filmQuestions,
    ...rentalQuestions,
    ...counterQuestions,
    ...featureQuestions,
  ])
})
