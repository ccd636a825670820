import { defineConfig } from "rebis/migrations"
import { databaseUrl } from "./database-url.ts"

export default defineConfig({
  url: databaseUrl,
  models: "models/*.ts",
  migrations: "migrations",
})
