import type { Dialect } from "../../dialects/index.ts"
import type { Engine } from "../../engine/index.ts"
import { DatabaseError, ModelSchemaError, RebisError } from "../../errors/index.ts"
import type { MetaData, SchemaDefinition } from "../../schema/index.ts"
import { declaredSchema, schemasOf } from "../introspect/declared-schema.ts"
import { liveSchema, readSchema } from "../introspect/live-schema.ts"
import type { Operation } from "../operations/operation.ts"
import { applyToScratch, buildSchema, canonicalSchema, settledSchema } from "../scratch/build.ts"
import { openScratch, type Scratch } from "../scratch/scratch.ts"
import { diffSchemas, type SchemaDiff } from "./diff.ts"
import { renameOperations, type Renames } from "./renames.ts"

export interface CompareOptions {
  /** What was renamed in the models since. A rename is never guessed. */
  readonly renames?: Renames | undefined
}

/** The difference between a database and the models, with both sides in the server's words. */
export interface ModelsComparison extends SchemaDiff {
  /** Whether there is none: nothing to do and nothing refused. */
  readonly isEmpty: boolean
  readonly live: SchemaDefinition
  readonly desired: SchemaDefinition
  /** The named schemas of the models, which were read beside the default one. */
  readonly schemas: readonly string[]
}

/**
 * Compares the database with the models. Nothing is changed: the models are built in a scratch place.
 *
 * @throws ModelSchemaError when the database refuses what a model declares, RenameError.
 */
export async function compareModels(engine: Engine, metadata: MetaData, options: CompareOptions = {}): Promise<ModelsComparison> {
  const declared = await declaredSchema(metadata, engine)
  const schemas = schemasOf(declared)
  await using scratch = await openScratch(engine, schemas)
  const desired = await buildModels(scratch, declared, schemas)
  const read = await liveSchema(engine, { schemas })
  const live = scratch.onServer ? read : await canonicalSchema(scratch, read, schemas)
  const renames = renameOperations(live, options.renames ?? {})
  const base = renames.length === 0 ? live : await renamedSchema(scratch, live, renames, schemas)
  const how = { dialect: engine.dialect, declared, comparison: "models" } as const
  let diff = diffSchemas(base, desired, how)
  let after = desired
  if (diff.operations.length > 0) {
    const [settledBase, settledDesired] = await settleBoth(scratch, base, desired, schemas, engine.dialect)
    diff = diffSchemas(settledBase, settledDesired, how)
    after = settledDesired
  }
  const operations = [...renames, ...diff.operations]
  return { ...diff, operations, isEmpty: operations.length === 0 && diff.refusals.length === 0, live, desired: after, schemas }
}

/** What is in the database may need what is not copied, such as a function; then it stays as it was read, and so does the other side. */
async function settleBoth(
  scratch: Scratch,
  live: SchemaDefinition,
  desired: SchemaDefinition,
  schemas: readonly string[],
  dialect: Dialect,
): Promise<readonly [live: SchemaDefinition, desired: SchemaDefinition]> {
  try {
    return [await settledSchema(scratch, live, schemas, dialect), await settledSchema(scratch, desired, schemas, dialect)]
  } catch (error) {
    if (error instanceof DatabaseError) return [live, desired]
    throw error
  }
}

/** What a fresh database made from the models holds, in the server's words. @throws ModelSchemaError */
export async function desiredSchema(metadata: MetaData, engine: Engine): Promise<SchemaDefinition> {
  const declared = await declaredSchema(metadata, engine)
  const schemas = schemasOf(declared)
  await using scratch = await openScratch(engine, schemas)
  return await buildModels(scratch, declared, schemas)
}

async function buildModels(scratch: Scratch, declared: SchemaDefinition, schemas: readonly string[]): Promise<SchemaDefinition> {
  try {
    return await canonicalSchema(scratch, declared, schemas)
  } catch (error) {
    if (!(error instanceof RebisError)) throw error
    throw new ModelSchemaError(`the database refuses what the models declare: ${error.message}`, { cause: error })
  }
}

/** Names stand in expressions, too, and the server knows where. */
async function renamedSchema(
  scratch: Scratch,
  live: SchemaDefinition,
  renames: readonly Operation[],
  schemas: readonly string[],
): Promise<SchemaDefinition> {
  return await scratch.within(async (connection) => {
    await buildSchema(connection, live)
    await applyToScratch(connection, renames)
    return await readSchema(connection, { schemas })
  })
}
