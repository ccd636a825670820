import assert from "node:assert/strict"
import { test } from "node:test"
import { CommitOutcomeUnknownError, type RebisError } from "../../src/errors/index.ts"
import * as errors from "../../src/errors/index.ts"
import { errorStatus } from "../../src/http/index.ts"

/** Every error whose status is not 500, by its code. */
const expected: Readonly<Record<string, number>> = {
  REBIS_NO_RESULT_FOUND: 404,
  REBIS_UNIQUE_VIOLATION: 409,
  REBIS_FOREIGN_KEY_VIOLATION: 409,
  REBIS_EXCLUSION_VIOLATION: 409,
  REBIS_STALE_DATA: 409,
  REBIS_NOT_NULL_VIOLATION: 422,
  REBIS_CHECK_VIOLATION: 422,
  REBIS_SERIALIZATION: 503,
  REBIS_DEADLOCK: 503,
  REBIS_LOCK_TIMEOUT: 503,
  REBIS_CANCELLED: 503,
  REBIS_POOL_TIMEOUT: 503,
  REBIS_TOO_MANY_CONNECTIONS: 503,
  REBIS_UNREACHABLE: 503,
  REBIS_DISCONNECTED: 503,
  REBIS_ENGINE_DISPOSED: 503,
}

test("an error has the status that is documented for its class, and no other class has one", () => {
  const found: Record<string, number> = {}
  for (const errorClass of Object.values(errors) as (new (message: string, details: object) => RebisError)[]) {
    if (errorClass.name === "RebisError") continue
    const error = errorClass === CommitOutcomeUnknownError ? new CommitOutcomeUnknownError() : new errorClass("", {})
    const status = errorStatus(error)
    if (status !== undefined) found[error.code] = status
  }
  assert.deepEqual(found, expected)
})

test("what is no error of Rebis has no status", () => {
  for (const error of [new TypeError("x"), Object.assign(new Error("x"), { code: "23505" }), undefined, "x"])
    assert.equal(errorStatus(error), undefined)
})
