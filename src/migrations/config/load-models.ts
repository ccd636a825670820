import { glob } from "node:fs/promises"
import { isAbsolute, join, relative, sep } from "node:path"
import { MetadataError, ModelLoadError, ModelsNotFoundError } from "../../errors/index.ts"
import { type MetaData, metadataOf, type Table } from "../../schema/index.ts"
import { importFile, loadFailure } from "./import-file.ts"

export interface ModelSource {
  /** What relative patterns begin at. */
  readonly folder: string
  readonly models: readonly string[]
  readonly metadata?: MetaData | undefined
}

/**
 * Loads the files of models and gives the metadata that their tables are in.
 *
 * @throws ModelsNotFoundError when a pattern matches no file or the files export no model, ModelLoadError that names the file,
 *   MetadataError when the models are of several metadatas and none was named.
 */
export async function loadModels({ folder, models, metadata }: ModelSource): Promise<MetaData> {
  if (models.length === 0 && metadata === undefined) {
    throw new ModelsNotFoundError("the configuration does not say where the models are", {
      hint: 'add `models: "src/**/*.model.ts"`, or whatever finds them',
    })
  }
  const found = new Map<MetaData, string>()
  for (const file of await modelFiles(folder, models)) {
    for (const each of await metadatasOf(folder, file)) if (!found.has(each)) found.set(each, file)
  }
  if (metadata !== undefined) return requireTables(metadata)
  const [first, second] = found
  if (first === undefined) {
    throw new ModelsNotFoundError(`no model is exported by the files of ${models.join(", ")}`, {
      hint: "a model is a class that extends Base.model(…), and is exported",
    })
  }
  if (second !== undefined) {
    throw new MetadataError(`${first[1]} and ${second[1]} have models of different metadatas`, {
      hint: "make all models from one base, or name the metadata that is meant in the configuration: `metadata: Base.metadata`",
    })
  }
  return first[0]
}

/** Relative to the folder, in order. */
async function modelFiles(folder: string, patterns: readonly string[]): Promise<string[]> {
  const files = new Set<string>()
  for (const pattern of patterns) {
    let matches = 0
    const local = isAbsolute(pattern) ? relative(folder, pattern) : pattern
    for await (const match of glob(local, { cwd: folder, exclude: (path) => path.split(sep).includes("node_modules") })) {
      if (!/\.[mc]?[jt]s$/.test(match) || /\.d\.[mc]?ts$/.test(match)) continue
      matches++
      files.add(match)
    }
    if (matches === 0)
      throw new ModelsNotFoundError(`models: ${JSON.stringify(pattern)} matches no file in ${folder}`, {
        hint: "patterns begin at the folder of rebis.config.ts",
      })
  }
  return [...files].toSorted()
}

async function metadatasOf(folder: string, file: string): Promise<Set<MetaData>> {
  let exports: Readonly<Record<string, unknown>>
  try {
    exports = await importFile(join(folder, file))
  } catch (error) {
    const { reason, hint } = loadFailure(error)
    throw new ModelLoadError(`cannot load the models of ${file}: ${reason}`, { cause: error, ...(hint === undefined ? {} : { hint }) })
  }
  const found = new Set<MetaData>()
  for (const value of Object.values(exports)) {
    const table = tableOf(value)
    if (table === undefined) continue
    const metadata = metadataOf(table)
    if (metadata === undefined) {
      throw new MetadataError(`the models of ${file} were made by another copy of rebis than the one that runs`, {
        hint: "`npm ls rebis` shows the copies; there must be one",
      })
    }
    found.add(metadata)
  }
  return found
}

function tableOf(value: unknown): Table | undefined {
  if (typeof value !== "function" || !("table" in value)) return undefined
  const { table } = value
  const isTable = typeof table === "object" && table !== null && "columns" in table && "info" in table
  return isTable ? (table as Table) : undefined
}

function requireTables(metadata: MetaData): MetaData {
  if (metadata.tables.length === 0)
    throw new ModelsNotFoundError("the metadata of the configuration holds no table", {
      hint: "add the `models` pattern, so that their files are loaded",
    })
  return metadata
}
