import type { Connection, Engine } from "../../engine/index.ts"
import { MigrationError, RebisError } from "../../errors/index.ts"
import type { SchemaDefinition } from "../../schema/index.ts"
import { diffSchemas } from "../diff/diff.ts"
import type { Comparison } from "../diff/same.ts"
import { readSchema } from "../introspect/live-schema.ts"
import { type Operation, refusal } from "../operations/operation.ts"
import { applyToScratch, buildSchema } from "../scratch/build.ts"
import { openScratch } from "../scratch/scratch.ts"

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
  const { schemas = [] } = subject
  await using scratch = await openScratch(engine, schemas)
  return await scratch.within(async (connection) => await new ProofRun(connection, subject, schemas).run())
}

class ProofRun {
  readonly #connection: Connection
  readonly #subject: ProofSubject
  readonly #schemas: readonly string[]

  constructor(connection: Connection, subject: ProofSubject, schemas: readonly string[]) {
    this.#connection = connection
    this.#subject = subject
    this.#schemas = schemas
  }

  async run(): Promise<Proof> {
    const { before, desired, up, down, comparison = "models" } = this.#subject
    const start = await this.#build(before)
    const reversible = !down.some((operation) => refusal(operation) !== undefined)
    let end = desired
    for (const stage of reversible ? (["up", "down", "up again"] as const) : (["up"] as const)) {
      const isDown = stage === "down"
      try {
        await applyToScratch(this.#connection, isDown ? down : up)
      } catch (error) {
        if (!(error instanceof RebisError)) throw error
        return { proven: false, reversible, failure: { stage, differences: [error.message], cause: error } }
      }
      const reached = await readSchema(this.#connection, { schemas: this.#schemas })
      end ??= reached
      const differences = this.#differences(reached, isDown ? start : end, isDown ? "everything" : comparison)
      if (differences.length > 0) return { proven: false, reversible, failure: { stage, differences } }
    }
    return { proven: true, reversible }
  }

  async #build(before: SchemaDefinition): Promise<SchemaDefinition> {
    try {
      await buildSchema(this.#connection, before)
    } catch (error) {
      if (!(error instanceof RebisError)) throw error
      throw new MigrationError(`what is in the database cannot be built again in a scratch place, so that nothing can be proven: ${error.message}`, {
        cause: error,
        hint: "it depends on something that Rebis does not copy, such as a function or a type in a schema of the models",
      })
    }
    return await readSchema(this.#connection, { schemas: this.#schemas })
  }

  #differences(reached: SchemaDefinition, wanted: SchemaDefinition, comparison: Comparison): readonly string[] {
    const { operations, refusals } = diffSchemas(reached, wanted, { dialect: this.#connection.dialect, comparison })
    return [...operations.map((operation) => operation.describe()), ...refusals]
  }
}
