import type { OperationNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import { requireOperand, valueNode } from "../expression/operand.ts"
import { castNode, textType, type Typed } from "../expression/operators.ts"
import type { LowerContext } from "../lowering/lower.ts"
import type { JsonShape } from "../lowering/shape.ts"
import type { JsonNull } from "../types/json-null.ts"
import type { SqlType } from "../types/type.ts"

/** A place in a document: a property's name, or an element's index, from 0. */
export type JsonKey<V> = unknown extends V ? string | number : KeyIn<NonNullable<V>>
type KeyIn<V> = V extends JsonNull | string | number | boolean | bigint
  ? never
  : V extends readonly unknown[]
    ? number
    : Extract<keyof V, string>

/** What stands at a place, as JSON: a `null` in the document is `jsonNull`, what is not there SQL's NULL. */
export type JsonAt<V, K> = unknown extends V ? unknown : InDocument<PlaceIn<NonNullable<V>, K>>
type PlaceIn<V, K> = V extends JsonNull ? undefined : V extends readonly (infer E)[] ? E | undefined : K extends keyof V ? V[K] : undefined
type InDocument<E> = E extends undefined ? null : E extends null ? JsonNull : E

/** What stands at a place, as text: also a `null` in the document is SQL's NULL. */
export type JsonTextAt<V, K> = unknown extends V ? string | null : AsText<PlaceIn<NonNullable<V>, K>>
type AsText<E> = E extends string ? E : E extends null | undefined ? null : string

/** What stands at the end of a path. */
export type JsonPathAt<V, P extends readonly unknown[]> = P extends readonly [infer K, ...infer Rest] ? JsonPathAt<JsonAt<V, K>, Rest> : V
/** The path itself where it leads somewhere, otherwise nothing that could be given. */
export type CheckedPath<V, P extends readonly unknown[]> = P extends readonly [infer K, ...infer Rest]
  ? K extends JsonKey<V>
    ? readonly [K, ...CheckedPath<JsonAt<V, K>, Rest>]
    : readonly [JsonKey<V>, ...Rest]
  : readonly []
export type JsonPathTextAt<V, P extends readonly unknown[]> = P extends readonly [...infer Before, infer K]
  ? JsonTextAt<JsonPathAt<V, Before>, K>
  : never

/** A place in a document. */
export interface JsonPlace {
  readonly type: SqlType
  readonly shape: JsonShape | undefined
  readonly label: string
  lower(context: LowerContext): OperationNode
}

export type JsonDocument = Typed & { readonly json?: JsonShape | undefined }

const jsonType: SqlType = { kind: "json" }
const integerType: SqlType<number> = { kind: "integer" }

/** What is reached by names and indexes, as JSON or as text. @throws StatementError for what is no document, and for keys that are none */
export function jsonPlace(document: JsonDocument, path: readonly unknown[], form: "json" | "text"): JsonPlace {
  const type = documentType(document)
  if (path.length === 0) throw new StatementError(`a path of ${document.label} has no key`, { hint: "name at least one" })
  let shape = document.json
  for (const key of path) {
    requireKey(key, document.label)
    shape = shape === undefined ? undefined : shapeAt(shape, key as string | number)
  }
  return {
    type: form === "text" ? textType : type,
    shape: form === "text" ? undefined : shape,
    label: [document.label, ...path.map(String)].join("."),
    lower: (context) =>
      context.dialect.call(form === "text" ? "json_get_text" : "json_get", [
        document.lower(context),
        ...path.map((key) => keyNode(key as string | number, context)),
      ]),
  }
}

function keyNode(key: string | number, context: LowerContext): OperationNode {
  const node = valueNode(key, context)
  return context.dialect.castsParameters ? castNode(node, typeof key === "number" ? integerType : textType, context) : node
}

function requireKey(key: unknown, label: string): void {
  requireOperand(key, `a key of ${label}`)
  const isKey =
    (typeof key === "string" && !key.includes("\0")) || (typeof key === "number" && Math.abs(key) < 2 ** 31 && Number.isInteger(key))
  if (isKey) return
  throw new StatementError(
    `${label}: ${typeof key === "string" ? JSON.stringify(key) : String(key)} is neither the name of a property nor an index`,
    {
      hint: "a name is a string, an index a whole number from 0, or below 0 from the end",
    },
  )
}

/** @throws StatementError for what is not JSON */
export function documentType({ label, type, json }: JsonDocument): SqlType {
  if (type?.kind === "json" || type?.kind === "jsonb") return { kind: type.kind }
  if (json !== undefined) return jsonType
  throw new StatementError(`${label} is not a JSON document`, {
    hint: type?.kind === "array" ? "elements of an array are taken by at(1)" : "it has to be of json or jsonb",
  })
}

/** What JSON that the database built holds at a place. */
function shapeAt(shape: JsonShape, key: string | number): JsonShape | undefined {
  switch (shape.kind) {
    case "object": {
      const index = shape.keys.indexOf(String(key))
      return index < 0 ? undefined : shape.values[index]
    }
    case "array":
    case "record":
      return shape.element
    case "tuple":
      return typeof key === "number" ? shape.elements.at(key) : undefined
    case "entity": {
      const property = shape.entity.properties.find((each) => each.key === key)
      return property && { kind: "value", type: property.type }
    }
    case "value":
      return undefined
  }
}
