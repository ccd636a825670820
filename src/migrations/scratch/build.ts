import type { Dialect } from "../../dialects/index.ts"
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

/** How often a text may change before it stays: once is known of PostgreSQL. */
const mostRounds = 4

/**
 * The schema as it is once the server's words have been given to the server again. PostgreSQL prints `x in ('a')` over a varchar in a
 * way that it prints differently when it reads it back: a check that a migration restores is not spelled as the one that it
 * dropped. Two schemas that settle to one are one.
 */
export async function settledSchema(
  scratch: Scratch,
  schema: SchemaDefinition,
  schemas: readonly string[],
  dialect: Dialect,
): Promise<SchemaDefinition> {
  let settled = schema
  for (let round = 0; round < mostRounds; round++) {
    const next = await canonicalSchema(scratch, settled, schemas)
    if (diffSchemas(settled, next, { dialect }).operations.length === 0) return settled
    settled = next
  }
  return settled
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
