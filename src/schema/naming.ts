import { createHash } from "node:crypto"
import { DefinitionError } from "../errors/index.ts"

/** Kinds of constraints that a convention names: index, unique, check, foreign key, primary key. */
export type ConstraintKind = "ix" | "uq" | "ck" | "fk" | "pk"

/** What a name is made from. */
export interface NamedConstraint {
  readonly kind: ConstraintKind
  readonly table: string
  /** Names in the database and properties of the columns, in order; an index leaves out its expressions. */
  readonly columns: readonly { readonly name: string; readonly key: string }[]
  /** The name that was given, which `{constraint_name}` stands for. */
  readonly name: string | undefined
  /** A foreign key's target. */
  readonly referred?: { readonly table: string; readonly columns: readonly string[] } | undefined
}

/** A token of one's own. @example { guid: (constraint) => hash(constraint.table) } used as `{guid}` */
export type NamingToken = (constraint: NamedConstraint) => string

/**
 * Templates for the names of constraints and indexes, by kind, and functions for tokens of one's own.
 *
 * Tokens: `{table_name}`, `{referred_table_name}`, `{constraint_name}`, and for a column by its place N from 0: `{column_0_name}`,
 * `{column_0_key}`, `{column_0_label}` (table and column), `{referred_column_0_name}`; for all columns at once
 * `{column_0N_name}` (joined without a separator) and `{column_0_N_name}` (joined by `_`), likewise with `key` and `label`.
 * The tokens are those of SQLAlchemy's naming conventions.
 */
export interface NamingConvention {
  readonly ix?: string
  readonly uq?: string
  readonly ck?: string
  readonly fk?: string
  readonly pk?: string
  readonly tokens?: Readonly<Record<string, NamingToken>>
}

/** The convention in force when metadata says nothing: `post_title_idx`, `user_email_key`, `post_user_id_fkey`, `post_pkey`. */
export const defaultNamingConvention: NamingConvention = Object.freeze({
  ix: "{column_0_label}_idx",
  uq: "{table_name}_{column_0_name}_key",
  ck: "{table_name}_{constraint_name}_check",
  fk: "{table_name}_{column_0_name}_fkey",
  pk: "{table_name}_pkey",
})

const kindTitles: Record<ConstraintKind, string> = {
  ix: "index",
  uq: "unique constraint",
  ck: "check",
  fk: "foreign key",
  pk: "primary key",
}
const columnToken = /^(referred_)?column_(\d+)(_?N)?_(name|key|label)$/
/** PostgreSQL's NAMEDATALEN - 1, in bytes of UTF-8. */
const longestName = 63

/** Refuses templates that name unknown tokens. @throws DefinitionError */
export function checkConvention(convention: NamingConvention): void {
  for (const kind of ["ix", "uq", "ck", "fk", "pk"] as const) {
    const template = convention[kind]
    if (template === undefined) continue
    if (/%\(\w+\)s/.test(template)) {
      throw new DefinitionError(`naming convention "${kind}" is written as in Python: ${template}`, {
        hint: "write tokens in braces: {table_name}_{column_0_name}_key",
      })
    }
    for (const token of tokensOf(template)) {
      const known = token === "table_name" || token === "referred_table_name" || token === "constraint_name" || columnToken.test(token)
      if (!known && convention.tokens?.[token] === undefined) {
        throw new DefinitionError(`naming convention "${kind}": unknown token {${token}}`, {
          hint: "known are {table_name}, {referred_table_name}, {constraint_name}, {column_0_name}, {column_0_key}, {column_0_label}, {column_0_N_name}, {column_0N_name}, {referred_column_0_name} and the functions under `tokens`",
        })
      }
      if (kind !== "fk" && token.startsWith("referred_"))
        throw new DefinitionError(`naming convention "${kind}": {${token}} is only for foreign keys`)
    }
  }
}

/** Whether foreign keys' names need their target, which is known only once all models are defined. */
export function needsReferred(convention: NamingConvention): boolean {
  return tokensOf(convention.fk ?? "").some((token) => token.startsWith("referred_") || convention.tokens?.[token] !== undefined)
}

/**
 * The name of a constraint or index. A name that was given stands as it is, except for a check under a convention with
 * `{constraint_name}`, where it is that part. Names over 63 bytes are cut and end in a hash of the whole.
 * @throws DefinitionError when the convention needs what the constraint does not have.
 */
export function constraintName(constraint: NamedConstraint, convention: NamingConvention): string {
  const template = convention[constraint.kind]
  if (constraint.name !== undefined && (template === undefined || !tokensOf(template).includes("constraint_name")))
    return requireFits(constraint)
  if (template === undefined) {
    throw new DefinitionError(`${describe(constraint)} has no name and the naming convention has none for "${constraint.kind}"`, {
      hint: "give it a name, or add the kind to the convention",
    })
  }
  return shortenName(template.replace(/\{(\w+)\}/g, (_, token: string) => tokenValue(token, constraint, convention)))
}

/** Cuts a name to 63 bytes; the last nine are `_` and a hash of the whole name, so equal names stay equal and others apart. */
export function shortenName(name: string): string {
  if (Buffer.byteLength(name) <= longestName) return name
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 8)
  let head = name
  while (Buffer.byteLength(head) > longestName - hash.length - 1) head = [...head].slice(0, -1).join("")
  return `${head}_${hash}`
}

function requireFits(constraint: NamedConstraint): string {
  const name = constraint.name!
  if (Buffer.byteLength(name) > longestName) {
    throw new DefinitionError(
      `${describe(constraint)}: the name ${name} has ${Buffer.byteLength(name)} bytes, the database keeps ${longestName}`,
      { hint: "give it a shorter name" },
    )
  }
  return name
}

function tokenValue(token: string, constraint: NamedConstraint, convention: NamingConvention): string {
  const custom = convention.tokens?.[token]
  if (custom !== undefined) return custom(constraint)
  if (token === "table_name") return constraint.table
  if (token === "referred_table_name") return referredOf(constraint, token).table
  if (token === "constraint_name") {
    if (constraint.name === undefined) {
      throw new DefinitionError(
        `${describe(constraint)} needs a name: the naming convention for "${constraint.kind}" has {constraint_name}`,
        {
          hint: 'name it: check("title_not_empty", …)',
        },
      )
    }
    return constraint.name
  }
  const [, referred, place, all, part] = columnToken.exec(token)!
  const table = referred === undefined ? constraint.table : referredOf(constraint, token).table
  const columns = referred === undefined ? constraint.columns : referredOf(constraint, token).columns.map((name) => ({ name, key: name }))
  const texts = columns.map((column) => (part === "label" ? `${table}_${column.name}` : part === "key" ? column.key : column.name))
  if (all !== undefined) return texts.slice(Number(place)).join(all === "_N" ? "_" : "")
  const text = texts[Number(place)]
  if (text === undefined) {
    throw new DefinitionError(`${describe(constraint)} has no column ${place} for {${token}}`, {
      hint: 'an index over expressions needs a name: index(…).named("…")',
    })
  }
  return text
}

function referredOf(constraint: NamedConstraint, token: string): { readonly table: string; readonly columns: readonly string[] } {
  if (constraint.referred === undefined) throw new DefinitionError(`${describe(constraint)}: {${token}} is only for foreign keys`)
  return constraint.referred
}

function describe(constraint: NamedConstraint): string {
  const columns = constraint.columns.map((column) => column.name).join(", ")
  return `${kindTitles[constraint.kind]} of table ${constraint.table}${columns === "" ? "" : ` (${columns})`}`
}

function tokensOf(template: string): string[] {
  return [...template.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!)
}
