import type { CheckDefinition, ReferentialAction } from "../../schema/index.ts"
import { withoutOuterParentheses } from "../expression-text.ts"
import { splitAtCommas, type SqlToken, tokenize, TokenReader } from "./introspect-tokens.ts"

/** What a CREATE TABLE statement says beyond what pragmas tell. Names are empty where a constraint has none. */
export interface ParsedTable {
  readonly columns: readonly ParsedColumn[]
  readonly primaryKey: ParsedKey | undefined
  readonly uniques: readonly ParsedKey[]
  readonly foreignKeys: readonly ParsedForeignKey[]
  readonly checks: readonly CheckDefinition[]
  /** `strict`, `without rowid`. */
  readonly options: readonly string[]
  /** An `on conflict` clause, which definitions do not have. */
  readonly hasConflictClause: boolean
}

export interface ParsedColumn {
  readonly name: string
  readonly autoincrement: boolean
  readonly collation: string | undefined
  readonly generated: { readonly expression: string; readonly kind: "stored" | "virtual" } | undefined
}

export interface ParsedKey {
  readonly name: string
  readonly columns: readonly string[]
}

export interface ParsedForeignKey extends ParsedKey {
  readonly referredTable: string
  /** Empty when it refers to the primary key without naming it. */
  readonly referredColumns: readonly string[]
  readonly onDelete: ReferentialAction
  readonly onUpdate: ReferentialAction
  readonly deferrable: "immediate" | "deferred" | undefined
}

/** Takes a CREATE TABLE statement, as sqlite_schema keeps it, apart. */
export function parseCreateTable(sql: string): ParsedTable {
  return new CreateTableParser(sql).parse()
}

class CreateTableParser {
  readonly #sql: string
  readonly #columns: ParsedColumn[] = []
  readonly #uniques: ParsedKey[] = []
  readonly #foreignKeys: ParsedForeignKey[] = []
  readonly #checks: CheckDefinition[] = []
  #primaryKey: ParsedKey | undefined
  #hasConflictClause = false

  constructor(sql: string) {
    this.#sql = sql
  }

  parse(): ParsedTable {
    const reader = new TokenReader(this.#sql, tokenize(this.#sql))
    while (!reader.done && !reader.at("(")) reader.next()
    const { tokens } = reader.parentheses()
    for (const element of splitAtCommas(tokens)) this.#element(element)
    const options: string[] = []
    while (!reader.done) {
      if (reader.take("without", "rowid")) options.push("without rowid")
      else if (reader.take("strict")) options.push("strict")
      else reader.next()
    }
    return {
      columns: this.#columns,
      primaryKey: this.#primaryKey,
      uniques: this.#uniques,
      foreignKeys: this.#foreignKeys,
      checks: this.#checks,
      options,
      hasConflictClause: this.#hasConflictClause,
    }
  }

  #element(tokens: readonly SqlToken[]): void {
    const reader = new TokenReader(this.#sql, tokens)
    const isConstraint = ["constraint", "primary", "unique", "check", "foreign"].some((word) => reader.at(word))
    if (isConstraint) this.#constraints(reader, undefined)
    else this.#column(reader)
  }

  #column(reader: TokenReader): void {
    const name = reader.name()
    while (!reader.done && !constraintWords.some((word) => reader.at(word))) {
      if (reader.at("(")) reader.parentheses()
      else reader.next()
    }
    const traits = this.#constraints(reader, name)
    this.#columns.push({ name, autoincrement: false, collation: undefined, generated: undefined, ...traits })
  }

  /** The constraints up to the end of the element: `column` is the one that they stand at, if any. */
  #constraints(reader: TokenReader, column: string | undefined): Partial<ParsedColumn> {
    let traits: Partial<ParsedColumn> = {}
    let name = ""
    while (!reader.done) {
      if (reader.take("constraint")) {
        name = reader.name()
        continue
      }
      traits = { ...traits, ...this.#constraint(reader, name, column) }
      name = ""
    }
    return traits
  }

  #constraint(reader: TokenReader, name: string, column: string | undefined): Partial<ParsedColumn> {
    if (reader.take("primary", "key")) {
      const columns = this.#keyColumns(reader, column)
      this.#primaryKey = { name, columns }
      while (reader.take("asc") || reader.take("desc"));
      this.#conflictClause(reader)
      return reader.take("autoincrement") ? { autoincrement: true } : {}
    }
    if (reader.take("unique")) {
      this.#uniques.push({ name, columns: this.#keyColumns(reader, column) })
      this.#conflictClause(reader)
    } else if (reader.take("check")) {
      this.#checks.push({ name, expression: withoutOuterParentheses(reader.parentheses().text) })
      this.#conflictClause(reader)
    } else if (reader.take("foreign", "key")) {
      this.#foreignKey(reader, name, nameList(reader))
    } else if (reader.at("references")) {
      this.#foreignKey(reader, name, column === undefined ? [] : [column])
    } else {
      return this.#trait(reader)
    }
    return {}
  }

  #trait(reader: TokenReader): Partial<ParsedColumn> {
    if (reader.take("not", "null") || reader.take("null")) this.#conflictClause(reader)
    else if (reader.take("default")) reader.literal()
    else if (reader.take("collate")) return { collation: reader.name() }
    else if (reader.take("generated", "always", "as") || reader.take("as")) {
      const expression = withoutOuterParentheses(reader.parentheses().text)
      if (reader.take("stored")) return { generated: { expression, kind: "stored" } }
      reader.take("virtual")
      return { generated: { expression, kind: "virtual" } }
    } else reader.next()
    return {}
  }

  #foreignKey(reader: TokenReader, name: string, columns: readonly string[]): void {
    reader.take("references")
    const referredTable = reader.name()
    const referredColumns = reader.at("(") ? nameList(reader) : []
    const actions: Record<"delete" | "update", ReferentialAction> = { delete: "no action", update: "no action" }
    let deferrable: ParsedForeignKey["deferrable"]
    for (;;) {
      if (reader.take("on", "delete")) actions.delete = action(reader)
      else if (reader.take("on", "update")) actions.update = action(reader)
      else if (reader.take("match")) reader.next()
      else if (reader.take("not", "deferrable")) initially(reader)
      else if (reader.take("deferrable")) deferrable = initially(reader)
      else break
    }
    this.#foreignKeys.push({
      name,
      columns,
      referredTable,
      referredColumns,
      onDelete: actions.delete,
      onUpdate: actions.update,
      deferrable,
    })
  }

  #keyColumns(reader: TokenReader, column: string | undefined): readonly string[] {
    return column === undefined ? nameList(reader) : [column]
  }

  #conflictClause(reader: TokenReader): void {
    if (!reader.take("on", "conflict")) return
    // ABORT is what happens anyway.
    if (!reader.at("abort")) this.#hasConflictClause = true
    reader.next()
  }
}

const constraintWords: readonly string[] = [
  "constraint",
  "primary",
  "not",
  "null",
  "unique",
  "check",
  "default",
  "collate",
  "references",
  "generated",
  "as",
]

/** `(a, b collate nocase desc)`: the names. */
function nameList(reader: TokenReader): readonly string[] {
  if (!reader.at("(")) return []
  return splitAtCommas(reader.parentheses().tokens).map((tokens) => new TokenReader("", tokens).name())
}

function action(reader: TokenReader): ReferentialAction {
  if (reader.take("set", "null")) return "set null"
  if (reader.take("set", "default")) return "set default"
  if (reader.take("cascade")) return "cascade"
  if (reader.take("restrict")) return "restrict"
  reader.take("no", "action")
  return "no action"
}

function initially(reader: TokenReader): "immediate" | "deferred" {
  if (reader.take("initially", "deferred")) return "deferred"
  reader.take("initially", "immediate")
  return "immediate"
}
