import type { OperationNode } from "kysely"
import { StatementError, UnsupportedError } from "../../errors/index.ts"
import { CallStack } from "./call-stack.ts"
import type { Effect, ServerNeed } from "./compiled.ts"
import type { CommonTable, CommonTables } from "./with-clause.ts"
import type { SqlDialect } from "../dialect/dialect.ts"
import { QueryLevel, type ScopeEntry } from "./query-level.ts"
import type { SqlType } from "../types/type.ts"

export type { ScopeEntry }

/** Something that becomes a Kysely operation node for one dialect. */
export interface Lowerable {
  lower(context: LowerContext): OperationNode
  /** How it stands beside something of a type, where that makes a difference: a parameter is not cast to what it is anyway. */
  lowerBeside?(type: SqlType | undefined, context: LowerContext): OperationNode
}

/** What named parameters are given, by their names. */
export type ParameterValues = Readonly<Record<string, unknown>>

export function isLowerable(value: unknown): value is Lowerable {
  return typeof value === "object" && value !== null && "lower" in value && typeof value.lower === "function"
}

interface Scope {
  readonly entries: readonly ScopeEntry[]
  readonly optional: ReadonlySet<object>
  /** How many of the entries, from the first, are in reach now. */
  reach: number
}

/** The entries of the statement at `depth` whose columns were used; `outward`: of those around it too. */
interface Uses {
  readonly depth: number
  readonly outward: boolean
  readonly entries: Set<ScopeEntry>
}

/** An entry that goes by another name than its own. */
interface Renaming {
  readonly entry: ScopeEntry
  readonly name: string
}

const effectRank: Record<Effect, number> = { pure: 0, read: 1, write: 2, unknown: 3 }

const nothing: ReadonlySet<object> = new Set()

export interface LowerOptions {
  readonly literals?: boolean
  readonly embedded?: boolean
  readonly defers?: boolean
  /** Where the common table expressions of a whole statement are collected; without it there can be none. */
  readonly commonTables?: CommonTables
}

/** What is known while one statement is turned into nodes: the dialect, the FROM entries in reach, and what the statement may do. */
export class LowerContext {
  readonly dialect: SqlDialect
  effect: Effect = "pure"
  /** What the statement asks of the server. */
  needs: ServerNeed | undefined
  readonly #scopes: Scope[] = []
  readonly #uses: Uses[] = []
  readonly #levels: QueryLevel[] = []
  /** The aggregates, window functions and texts around what is being lowered. */
  readonly calls: CallStack = new CallStack(this.#levels)
  #unqualified = 0
  #inner = 0
  #renamed: Renaming | undefined

  /** Values are written into the text, as DDL needs them, instead of becoming parameters. */
  readonly literals: boolean
  /** It stands inside a query of Kysely's own, whose FROM is not known: any column may be in reach. */
  get embedded(): boolean {
    return this.#embedding > 0
  }
  #embedding: number
  /** The statement is compiled once and run often: what each run makes anew becomes a `DeferredValue`. */
  readonly defers: boolean
  #given: ParameterValues | undefined
  readonly #commonTables: CommonTables | undefined

  constructor(dialect: SqlDialect, options: LowerOptions = {}) {
    this.dialect = dialect
    this.#commonTables = options.commonTables
    this.literals = options.literals ?? false
    this.#embedding = options.embedded === true ? 1 : 0
    this.defers = options.defers ?? false
  }

  /** The values of named parameters, where they are known already. */
  get given(): ParameterValues | undefined {
    return this.#given
  }
  /** Runs `body` with values for its named parameters. */
  giving<R>(values: ParameterValues, body: () => R): R {
    const before = this.#given
    this.#given = values
    try {
      return body()
    } finally {
      this.#given = before
    }
  }

  /** Runs `body` as for something that stands inside a query of Kysely's own. */
  embedding<R>(body: () => R): R {
    this.#embedding++
    try {
      return body()
    } finally {
      this.#embedding--
    }
  }
  /** Runs `body` for a statement that stands inside of another one: its rows are not read but flow on. */
  inside<R>(body: () => R): R {
    this.#inner++
    try {
      return body()
    } finally {
      this.#inner--
    }
  }
  /** Whether what is selected is read. */
  get isRead(): boolean {
    return this.#inner === 0
  }

  /** Raises the effect: a statement is as impure as its worst part. */
  mark(effect: Effect): void {
    if (effectRank[effect] > effectRank[this.effect]) this.effect = effect
  }

  /** @throws UnsupportedError where no version of the database has the feature, which begins with `version` */
  requireFeature(version: number | undefined, feature: string, options: { readonly hint: string }): void {
    if (version === undefined) throw new UnsupportedError(`${feature}: ${this.dialect.title} has no such thing`, options)
    if (this.needs === undefined || this.needs.version < version) this.needs = { feature, version }
  }

  /** The effect of what `body` lowers, which is not noted here. */
  effectOf(body: () => unknown): Effect {
    const before = this.effect
    this.effect = "pure"
    try {
      body()
      return this.effect
    } finally {
      this.effect = before
    }
  }

  /**
   * Puts a common table expression into the WITH of the outermost statement, unless it is there already. `lower` gives it as it
   * stands there: in a context of its own, because nothing around the place where it is used is in its reach.
   * @throws StatementError where there is no statement that could have a WITH
   */
  hoist(table: CommonTable, lower: (context: LowerContext) => OperationNode): void {
    const commonTables = this.#commonTables
    if (commonTables === undefined) {
      throw new StatementError(
        `the common table expression ${table.name} is used ${this.embedded ? "inside a query of Kysely's" : "where there is no WITH"}`,
        { hint: "use it in a whole statement of Rebis, or a subquery made by as() in its place" },
      )
    }
    commonTables.add(table, () => {
      const inner = new LowerContext(this.dialect, { literals: this.literals, defers: this.defers, commonTables })
      inner.#given = this.#given
      const node = lower(inner)
      this.mark(inner.effect)
      const { needs } = inner
      if (needs !== undefined && (this.needs === undefined || this.needs.version < needs.version)) this.needs = needs
      return node
    })
  }

  /** Notes that a table is used by a name without a schema, which a common table expression of that name would take. */
  noteTable(name: string): void {
    this.#commonTables?.tableNames.push(name)
  }

  /**
   * Runs `body` with a statement's FROM entries in reach; outer statements' entries stay in reach (correlation).
   * `optional` holds the ids of those that an outer join may leave empty.
   */
  within<R>(entries: readonly ScopeEntry[], optional: ReadonlySet<object>, body: () => R): R {
    this.#scopes.push({ entries: this.#checked(entries), optional, reach: entries.length })
    this.#levels.push(new QueryLevel())
    try {
      return body()
    } finally {
      this.#scopes.pop()
      this.#levels.pop()
    }
  }

  /**
   * Runs `body` with only the first `count` FROM entries of the innermost statement in reach: inside FROM a condition sees the
   * entries joined so far, a lateral subquery those before it, any other subquery none.
   */
  reaching<R>(count: number, body: () => R): R {
    const scope = this.#scopes.at(-1)!
    const before = scope.reach
    scope.reach = count
    try {
      return body()
    } finally {
      scope.reach = before
    }
  }

  /** Runs `body` where columns stand alone, as in the column list of an index or a check of a table. */
  unqualified<R>(body: () => R): R {
    this.#unqualified++
    try {
      return body()
    } finally {
      this.#unqualified--
    }
  }

  get qualifies(): boolean {
    return this.#unqualified === 0
  }

  /** Runs `body` where the entry goes by another name than its own. */
  renaming<R>(entry: ScopeEntry, name: string, body: () => R): R {
    const before = this.#renamed
    this.#renamed = { entry, name }
    try {
      return body()
    } finally {
      this.#renamed = before
    }
  }

  /** The name that an entry goes by here, where it is not its own. @throws StatementError when a nearer entry has that name */
  newNameOf(entry: ScopeEntry): string | undefined {
    const renamed = this.#renamed
    if (renamed === undefined || renamed.entry.id !== entry.id) return undefined
    for (let depth = this.#scopes.length - 1; depth >= 0; depth--) {
      const { entries } = this.#scopes[depth]!
      if (entries.some(({ id }) => id === entry.id)) break
      if (entries.some(({ name }) => name === renamed.name)) this.#refuseRenamed(renamed)
    }
    return renamed.name
  }

  /** What is noted of the innermost statement. */
  get level(): QueryLevel | undefined {
    return this.#levels.at(-1)
  }

  /**
   * Notes that a column is used; `row`: all columns of the entry.
   * @throws StatementError when no statement around has this entry in its FROM, or a nearer one hides its name
   */
  require(entry: ScopeEntry, column: string, row = false): void {
    if (this.#scopes.length === 0) return
    let outOfReach = false
    for (let depth = this.#scopes.length - 1; depth >= 0; depth--) {
      const { entries, reach } = this.#scopes[depth]!
      for (let index = 0; index < entries.length; index++) {
        const candidate = entries[index]!
        if (index >= reach) {
          outOfReach ||= candidate.id === entry.id
          continue
        }
        if (candidate.id === entry.id) {
          for (const uses of this.#uses) if (uses.depth === depth || (uses.outward && depth < uses.depth)) uses.entries.add(candidate)
          this.calls.use(depth, { entry: candidate, column: row ? undefined : column })
          return
        }
        if (candidate.name === entry.name) this.#refuseHidden(entry, column)
      }
    }
    if (outOfReach) this.#refuseOutOfReach(entry, column)
    if (this.embedded) return
    const present = this.#scopes.flatMap((scope) => scope.entries.map((candidate) => candidate.name))
    throw new StatementError(`column ${entry.name}.${column} is used, but ${entry.name} is not in FROM`, {
      hint: `add it with from() or join(); in FROM are: ${present.join(", ") || "nothing"}`,
    })
  }

  /** The entries of the innermost statement that an outer join may leave empty. */
  get optional(): ReadonlySet<object> {
    return this.#scopes.at(-1)?.optional ?? nothing
  }

  /** Whether an outer join may leave this entry of the innermost statement empty. */
  isOptional(id: object): boolean {
    return this.#scopes.at(-1)?.optional.has(id) ?? false
  }

  /**
   * Runs `body` and tells the FROM entries of the innermost statement whose columns it used.
   * @param outward those of the statements around it too
   */
  using<R>(body: () => R, outward = false): { readonly result: R; readonly used: ReadonlySet<ScopeEntry> } {
    const uses: Uses = { depth: this.#scopes.length - 1, outward, entries: new Set() }
    this.#uses.push(uses)
    try {
      return { result: body(), used: uses.entries }
    } finally {
      this.#uses.pop()
    }
  }

  #refuseHidden(entry: ScopeEntry, column: string): never {
    throw new StatementError(`column ${entry.name}.${column} is used, but ${entry.name} in FROM is another one of that name`, {
      hint: "use the columns of the alias or subquery that is in FROM, or give one of the two another name",
    })
  }

  #refuseRenamed({ entry, name }: Renaming): never {
    throw new UnsupportedError(`${entry.name} is called ${name} where ${this.dialect.title} returns rows, and another ${name} is nearer`, {
      hint: `give the other ${name} another name with aliased(…, "other_name")`,
    })
  }

  #refuseOutOfReach(entry: ScopeEntry, column: string): never {
    throw new StatementError(`column ${entry.name}.${column} is used where ${entry.name} is not in reach`, {
      hint:
        "a limit sees no row; a join's condition sees the entries joined so far; a subquery in FROM sees those before it only when it is made by " +
        '.lateral("name") instead of .as("name")',
    })
  }

  #checked(entries: readonly ScopeEntry[]): readonly ScopeEntry[] {
    for (let index = 1; index < entries.length; index++) {
      for (let before = 0; before < index; before++) {
        if (entries[before]!.name === entries[index]!.name) {
          throw new StatementError(`${entries[index]!.name} is in FROM twice`, {
            hint: `give one of them another name with aliased(…, "other_name")`,
          })
        }
      }
    }
    return entries
  }
}
