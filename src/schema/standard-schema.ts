import { DefinitionError, ValueError } from "../errors/index.ts"
import type { CustomCodec } from "../sql/index.ts"

/** A validator as Standard Schema 1 describes it: what a schema of zod, valibot or arktype has beside its own methods. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

type StandardResult<Output> = { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly StandardIssue[] }

interface StandardIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** What a schema gives. */
export type OutputOf<S extends StandardSchema> = NonNullable<S["~standard"]["types"]>["output"]

/** A codec of JSON documents that a schema checks: on the way in, and on the way out where that is asked for. */
export function schemaCodec(schema: StandardSchema, where: string, validatesOnRead: boolean): CustomCodec<unknown> {
  const standard: unknown =
    (typeof schema === "object" || typeof schema === "function") && schema !== null ? schema["~standard"] : undefined
  if (typeof standard !== "object" || standard === null || !("validate" in standard) || typeof standard.validate !== "function") {
    throw new DefinitionError(`${where}() takes a schema that follows Standard Schema 1, not ${typeof schema}`, {
      hint: "zod from 3.24, valibot from 1.0 and arktype from 2.0 make such schemas",
    })
  }
  return {
    validates: true,
    encode: (value) => validated(schema, value, where, "does not fit its schema"),
    decode: (value) => (validatesOnRead ? validated(schema, value, where, "from the database does not fit its schema") : value),
  }
}

/** @throws ValueError with the places of what does not fit */
function validated(schema: StandardSchema, document: unknown, where: string, title: string): unknown {
  const result = schema["~standard"].validate(isJsonNull(document) ? null : document)
  if (result instanceof Promise) {
    // Nobody waits for it, so that its failure would end the process.
    result.catch(() => undefined)
    throw new ValueError(`${where} takes a schema that answers at once, and this one of ${schema["~standard"].vendor} gives a promise`, {
      hint: "take the asynchronous checks out of it, and run them before the value is set",
    })
  }
  if (result.issues === undefined) return result.value === null && isJsonNull(document) ? document : result.value
  const shown = result.issues.slice(0, mostIssues).map(issueText)
  const more = result.issues.length - shown.length
  throw new ValueError(`${where} ${title}: ${shown.join("; ")}${more > 0 ? `; and ${more} more` : ""}`)
}

const mostIssues = 5

function issueText({ message, path = [] }: StandardIssue): string {
  const place = path.map((part) => pathPart(typeof part === "object" ? part.key : part)).join("")
  return place === "" ? message : `${place.replace(/^\./, "")}: ${message}`
}

function pathPart(key: PropertyKey): string {
  if (typeof key === "number") return `[${key}]`
  return typeof key === "string" && /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(String(key))}]`
}

/** The document `null`: the dialects' `jsonNull`, which is known here by what it is written as. */
function isJsonNull(document: unknown): boolean {
  return (
    typeof document === "object" &&
    document !== null &&
    "toJSON" in document &&
    typeof document.toJSON === "function" &&
    document.toJSON() === null
  )
}
