import { createEngine, sessionmaker } from "rebis"
import { databaseUrl } from "./database-url.ts"

/** One engine and one session factory, for the life of the application. `ECHO=1` prints the statements. */
export const engine = createEngine(databaseUrl, { echo: process.env.ECHO === "1", poolPrePing: true })
export const sessions = sessionmaker(engine)
