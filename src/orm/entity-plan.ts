import { ValueNode } from "kysely"
import type { Mapper } from "../schema/index.ts"
import { type Codec, encodeParameter, hasOwnSql, type Lowerable, LowerContext, written } from "../sql/index.ts"
import type { Dialect } from "./dialect.ts"
import { compositeKey, type IdentityKey, isPrimitiveKey, keyPart } from "./entity-key.ts"

/** What is worked out once for a model on a dialect: codecs, labels and keys of its columns. */
export class EntityPlan {
  readonly mapper: Mapper
  readonly dialect: Dialect
  readonly codecs: readonly Codec[]
  /** `table.column`, for messages. */
  readonly labels: readonly string[]
  /** Index of the key's only column when its decoded value is the key, else -1. */
  readonly directKey: number
  readonly #context: LowerContext
  readonly #ownSql: readonly boolean[]

  constructor(mapper: Mapper, dialect: Dialect) {
    this.mapper = mapper
    this.dialect = dialect
    this.codecs = mapper.properties.map((property) => dialect.codec(property.type))
    this.labels = mapper.properties.map((property) => `${mapper.name}.${property.column}`)
    const [first, ...rest] = mapper.keyIndexes
    this.directKey = first !== undefined && rest.length === 0 && isPrimitiveKey(mapper.properties[first]!.type) ? first : -1
    this.#context = new LowerContext(dialect)
    this.#ownSql = mapper.properties.map((property) => hasOwnSql(property.type))
  }

  get hasKey(): boolean {
    return this.mapper.keyIndexes.length > 0
  }

  /** @throws ValueError with the column's name when the value does not fit. */
  encode(index: number, value: unknown): unknown {
    if (value === null) return null
    try {
      if (value !== undefined) return this.codecs[index]!.encode(value)
    } catch {
      // The way below fails alike, and says for which column.
    }
    return encodeParameter(value, this.mapper.properties[index]!.type, this.labels[index]!, this.#context)
  }
  /** Whether a column's codec brings SQL of its own: such a value is an expression in a write, and is read back. */
  hasOwnSql(index: number): boolean {
    return this.#ownSql[index]!
  }
  /** What stands for a value in a write: its parameter, or an expression around it. */
  written(index: number, value: unknown): unknown {
    const encoded = this.encode(index, value)
    if (encoded === null || !this.#ownSql[index]) return encoded
    const { type } = this.mapper.properties[index]!
    const expression: Lowerable = { lower: (context) => written(ValueNode.create(encoded), type, context) }
    return expression
  }
  decode(index: number, raw: unknown): unknown {
    return raw === null || raw === undefined ? null : this.codecs[index]!.decode(raw)
  }
  /** Whether the value is what the raw one stands for. */
  same(index: number, raw: unknown, value: unknown): boolean {
    return value === null || raw === null ? value === raw : this.codecs[index]!.same(raw, value)
  }

  /** @param values the values of the key's columns, in key order */
  keyOf(values: readonly unknown[]): IdentityKey {
    const { keyIndexes, properties } = this.mapper
    if (keyIndexes.length === 1) return keyPart(values[0], properties[keyIndexes[0]!]!.type)
    return compositeKey(keyIndexes.map((index, position) => keyPart(values[position], properties[index]!.type)))
  }
  keyOfRow(row: readonly unknown[], offset: number): IdentityKey {
    if (this.directKey !== -1) return this.decode(this.directKey, row[offset + this.directKey]) as IdentityKey
    return this.keyOf(this.mapper.keyIndexes.map((index) => this.decode(index, row[offset + index])))
  }
  /** The key's values as an entity has them; a part may be missing. */
  keyValues(entity: Readonly<Record<string, unknown>>): unknown[] {
    return this.mapper.keyIndexes.map((index) => entity[this.mapper.properties[index]!.key])
  }
  /** `Post 5`, `OrderLine (7, 2)`: an entity in a message. */
  title(values: readonly unknown[]): string {
    const parts = values.map((value) => (value === undefined || value === null ? "?" : String(value)))
    return `${this.mapper.className} ${parts.length === 1 ? parts[0] : `(${parts.join(", ")})`}`
  }
}

const plans = new WeakMap<Dialect, WeakMap<Mapper, EntityPlan>>()

export function planOf(mapper: Mapper, dialect: Dialect): EntityPlan {
  let ofDialect = plans.get(dialect)
  if (ofDialect === undefined) plans.set(dialect, (ofDialect = new WeakMap()))
  let plan = ofDialect.get(mapper)
  if (plan === undefined) ofDialect.set(mapper, (plan = new EntityPlan(mapper, dialect)))
  return plan
}
