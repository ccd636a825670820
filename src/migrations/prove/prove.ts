import type { Dialect } from "../../dialects/index.ts"
import type { Connection, Engine } from "../../engine/index.ts"
import { MigrationError, RebisError } from "../../errors/index.ts"
import type { SchemaDefinition } from "../../schema/index.ts"
import { diffSchemas } from "../diff/diff.ts"
import type { Comparison } from "../diff/same.ts"
import { readSchema } from "../introspect/live-schema.ts"
import { type Operation, refusal } from "../operations/operation.ts"
import { applyToScratch, buildSchema, settledSchema } from "../scratch/build.ts"
import { openScratch, type Scratch } from "../scratch/scratch.ts"

export interface ProofSubject {
  /** What is there before `up`. */
  readonly before: SchemaDefinition
  /** What has to be there after it; absent: whatever `up` leads to, so that only `down` is proven. */
  readonly desired?: SchemaDefinition | undefined
  readonly up: readonly Operation[]
  readonly down: readonly Operation[]
  /** The named schemas that are read beside the default one. */
  readonly schemas?: readonly string[] | undefined
  /** How the outcome of `up` is compared with `desired`. Default `"models"`. */
  readonly comparison?: Comparison | undefined
}

export type ProofStage = "up" | "down" | "up again"

export interface Proof {
  readonly proven: boolean
  /** Whether `down` was run; it is not when it says itself that there is no way back. */
  readonly reversible: boolean
  /** After which stage something was not as it had to be, and what would still have to be done. */
  readonly failure?: { readonly stage: ProofStage; readonly differences: readonly string[]; readonly cause?: unknown } | undefined
}

/**
 * Runs `up`, `down` and `up` again in a scratch place that begins as `before`, and compares: the first and third time with what is
 * desired, the second time with what was before. Nothing of it reaches the database.
 */
export async function proveOperations(engine: Engine, subject: ProofSubject): Promise<Proof> {
  const { schemas = [], comparison = "models", desired } = subject
  await using scratch = await openScratch(engine, schemas)
  const { start, reached, reversible, failure } = await scratch.within((connection) => rehearse(connection, subject, schemas))
  const comparer = new SchemaComparer(scratch, engine.dialect, schemas)
  const end = desired ?? reached[0]?.schema
  for (const { stage, schema } of reached) {
    const isDown = stage === "down"
    const differences = await comparer.differences(schema, isDown ? start : (end ?? schema), isDown ? "everything" : comparison)
    if (differences.length > 0) return { proven: false, reversible, failure: { stage, differences } }
  }
  return failure === undefined ? { proven: true, reversible } : { proven: false, reversible, failure }
}

interface Rehearsal {
  /** What was before, as it was built. */
  readonly start: SchemaDefinition
  /** What was there after each stage. */
  readonly reached: readonly { readonly stage: ProofStage; readonly schema: SchemaDefinition }[]
  readonly reversible: boolean
  /** The stage whose operations the database refused. */
  readonly failure?: Proof["failure"]
}

async function rehearse(connection: Connection, { before, up, down }: ProofSubject, schemas: readonly string[]): Promise<Rehearsal> {
  const start = await build(connection, before, schemas)
  const reversible = !down.some((operation) => refusal(operation) !== undefined)
  const reached: { readonly stage: ProofStage; readonly schema: SchemaDefinition }[] = []
  for (const stage of reversible ? (["up", "down", "up again"] as const) : (["up"] as const)) {
    try {
      await applyToScratch(connection, stage === "down" ? down : up)
    } catch (error) {
      if (!(error instanceof RebisError)) throw error
      return { start, reached, reversible, failure: { stage, differences: [error.message], cause: error } }
    }
    reached.push({ stage, schema: await readSchema(connection, { schemas }) })
  }
  return { start, reached, reversible }
}

async function build(connection: Connection, before: SchemaDefinition, schemas: readonly string[]): Promise<SchemaDefinition> {
  try {
    await buildSchema(connection, before)
  } catch (error) {
    if (!(error instanceof RebisError)) throw error
    throw new MigrationError(
      `what is in the database cannot be built again in a scratch place, so that nothing can be proven: ${error.message}`,
      {
        cause: error,
        hint: "it depends on something that Rebis does not copy, such as a function or a type in a schema of the models",
      },
    )
  }
  return await readSchema(connection, { schemas })
}

/** Says how schemas differ that were built in different ways. */
class SchemaComparer {
  readonly #scratch: Scratch
  readonly #dialect: Dialect
  readonly #schemas: readonly string[]

  constructor(scratch: Scratch, dialect: Dialect, schemas: readonly string[]) {
    this.#scratch = scratch
    this.#dialect = dialect
    this.#schemas = schemas
  }

  async differences(reached: SchemaDefinition, wanted: SchemaDefinition, comparison: Comparison): Promise<readonly string[]> {
    const direct = this.#diff(reached, wanted, comparison)
    if (direct.length === 0) return direct
    const settle = (schema: SchemaDefinition) => settledSchema(this.#scratch, schema, this.#schemas, this.#dialect)
    return this.#diff(await settle(reached), await settle(wanted), comparison)
  }

  #diff(reached: SchemaDefinition, wanted: SchemaDefinition, comparison: Comparison): readonly string[] {
    const { operations, refusals } = diffSchemas(reached, wanted, { dialect: this.#dialect, comparison })
    return [...operations.map((operation) => operation.describe()), ...refusals]
  }
}
