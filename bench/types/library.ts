import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { Project, StatementPlan } from "./project.ts"

/** A library's way to write the project down. `K` are the kinds of statement that it has been given words for. */
export interface Library<K extends string> {
  readonly name: string
  /** Files by name: the tables, one file for each domain, and what has to stand beside them. */
  models(project: Project<K>): Record<string, string>
  /** A file of statements: each is a function that runs it and uses what it gives. */
  statements(plans: readonly StatementPlan<K>[]): string
}

const statementsPerFile = 20

/** Writes a project as TypeScript into a folder of the repository, with a `tsconfig.json` that finds `rebis` by `source`. */
export async function writeProject<K extends string>(folder: string, project: Project<K>, library: Library<K>): Promise<void> {
  await mkdir(folder, { recursive: true })
  const files = { ...library.models(project) }
  for (let start = 0; start < project.statements.length; start += statementsPerFile) {
    files[`statements-${start / statementsPerFile + 1}.ts`] = library.statements(project.statements.slice(start, start + statementsPerFile))
  }
  const config = {
    compilerOptions: {
      target: "es2024",
      module: "nodenext",
      lib: ["es2024", "esnext.disposable", "esnext.temporal"],
      types: ["node"],
      customConditions: ["rebis-source"],
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: true,
      allowImportingTsExtensions: true,
      noEmit: true,
    },
    include: ["*.ts"],
  }
  for (const [name, text] of Object.entries({ ...files, "tsconfig.json": JSON.stringify(config) }))
    await writeFile(join(folder, name), text)
}
