import type { Connection } from "../../engine/index.ts"
import type { SchemaDefinition } from "../../schema/index.ts"
import { diffSchemas, emptySchema } from "../diff/diff.ts"
import { readSchema } from "../introspect/live-schema.ts"
import type { Operation } from "../operations/operation.ts"
import { plan, stepsOf } from "../plan/plan.ts"
import { runPhase, runStep } from "../plan/run-phase.ts"
import type { Scratch } from "./scratch.ts"

/** Builds a schema in a scratch place and reads it back: the same schema, in the server's own words. */
export async function canonicalSchema(scratch: Scratch, schema: SchemaDefinition, schemas: readonly string[]): Promise<SchemaDefinition> {
  return await scratch.within(async (connection) => {
    await buildSchema(connection, schema)
    return await readSchema(connection, { schemas })
  })
}

/** Makes everything of a schema on a connection to an empty place. */
export async function buildSchema(connection: Connection, schema: SchemaDefinition): Promise<void> {
  const { operations } = diffSchemas(emptySchema, schema, { dialect: connection.dialect })
  await applyToScratch(connection, operations)
}

/** Runs operations in a scratch place: in the transaction that is open there, or else as they are run on a database. */
export async function applyToScratch(connection: Connection, operations: readonly Operation[]): Promise<void> {
  if (connection.inTransaction) {
    for (const step of stepsOf(operations, connection.dialect)) await runStep(connection, step, { scratch: true })
  } else {
    for (const phase of plan(operations, connection.dialect)) await runPhase(connection, phase)
  }
}
