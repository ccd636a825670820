import type { DriverResult } from "../engine/index.ts"
import { ArgumentError, MultipleResultsFoundError, NoResultFoundError } from "../errors/index.ts"
import { mapperOf } from "../schema/index.ts"
import { type AnyModel, compile, type CompiledStatement, type RowOf, type Statement } from "../sql/index.ts"
import type { BatchRows } from "./batch-rows.ts"
import type { Dialect } from "./dialect.ts"
import { selectByKey } from "./entity-statements.ts"
import { wantedKey } from "./keyed-reads.ts"
import { limited } from "./limited.ts"
import { loadRelations } from "./loading/load-relations.ts"
import { readRows, readScalar } from "./result-rows.ts"
import { SessionState } from "./session-state.ts"
import type { EntityKey } from "./session-types.ts"
import type { TransactionScope } from "./transaction-scope.ts"

/** What reading without tracking asks of its session. */
export interface ReadingSession {
  readonly dialect: Dialect
  readonly scope: TransactionScope
  /** Runs `work` while no other statement of the session runs. */
  exclusively<T>(work: () => Promise<T>): Promise<T>
  /** Flushes first, where the session does that. */
  flushed(compiled: CompiledStatement): Promise<CompiledStatement>
  /** What `read` makes of each chunk of rows. */
  chunks<R>(
    compiled: CompiledStatement,
    chunkSize: number | undefined,
    read: (result: DriverResult) => Promise<R> | R,
  ): AsyncGenerator<R, void, undefined>
}

/**
 * Reads in a session's transaction without remembering anything: rows become frozen instances of their models that no session knows.
 * No identity map, no raw rows for comparison, nothing that a flush looks at. Each row is an object of its own.
 *
 * @example
 * const posts = await db.readonly().all(select(Post).limit(1_000).with("author"))
 */
export class ReadonlySession {
  readonly #session: ReadingSession

  /** Made by `db.readonly()`. */
  constructor(session: ReadingSession) {
    this.#session = session
  }

  /** The entity with the primary key, or null. */
  async get<M extends AnyModel>(model: M, key: EntityKey<M>): Promise<Readonly<RowOf<M>> | null> {
    const { plan, encoded } = wantedKey(mapperOf(model), key, this.#session.dialect)
    const [row] = await this.#read(selectByKey(plan, encoded), undefined)
    return (row ?? null) as RowOf<M> | null
  }
  /** All rows, as the database gives them. */
  all<O>(statement: Statement<O>): Promise<Readonly<O>[]> {
    return this.#rows(statement)
  }
  /** The only row. @throws NoResultFoundError, MultipleResultsFoundError */
  async one<O>(statement: Statement<O>): Promise<Readonly<O>> {
    const row = await this.oneOrNull(statement)
    if (row === null) throw new NoResultFoundError("one() found no row", { hint: "use oneOrNull() where there may be none" })
    return row
  }
  /** The only row, or null. @throws MultipleResultsFoundError */
  async oneOrNull<O>(statement: Statement<O>): Promise<Readonly<O> | null> {
    const rows = await this.#rows(limited(statement, 2))
    if (rows.length > 1)
      throw new MultipleResultsFoundError("more than one row was found", { hint: "use first() or all(), or narrow the statement" })
    return rows[0] ?? null
  }
  /** The first row, or null. */
  async first<O>(statement: Statement<O>): Promise<Readonly<O> | null> {
    return (await this.#rows(limited(statement, 1)))[0] ?? null
  }
  /** The first column of the first row; null when there is no row. */
  scalar<O>(statement: Statement<O>): Promise<O | null> {
    const compiled = this.#compile(limited(statement, 1))
    return this.#session.exclusively(async () => {
      const state = this.#state()
      return readScalar(compiled, await this.#session.scope.run(await this.#session.flushed(compiled)), state) as O | null
    })
  }
  /** The rows of several statements, in one round trip where the driver can. */
  batch<const S extends readonly Statement[]>(...statements: S): Promise<BatchRows<S>> {
    const compiled = statements.map((statement) => this.#compile(statement))
    return this.#session.exclusively(async () => {
      for (const each of compiled) await this.#session.flushed(each)
      const results = await this.#session.scope.runAll(compiled)
      const all: unknown[][] = []
      for (const [index, result] of results.entries()) all.push(await this.#made(compiled[index]!, statements[index], result))
      return all as BatchRows<S>
    })
  }
  /** The rows one by one, fetched in chunks by a cursor: nothing is kept of those that were given. */
  async *stream<O>(statement: Statement<O>, options: { readonly chunkSize?: number } = {}): AsyncGenerator<Readonly<O>, void, undefined> {
    const compiled = this.#compile(statement)
    await this.#session.exclusively(() => this.#session.flushed(compiled))
    const read = (result: DriverResult) => this.#made(compiled, statement, result) as Promise<Readonly<O>[]>
    for await (const rows of this.#session.chunks(compiled, options.chunkSize, read)) yield* rows
  }

  async #rows<O>(statement: Statement<O>): Promise<Readonly<O>[]> {
    return (await this.#read(this.#compile(statement), statement)) as Readonly<O>[]
  }

  #read(compiled: CompiledStatement, statement: Statement | undefined): Promise<unknown[]> {
    return this.#session.exclusively(async () => {
      const result = await this.#session.scope.run(await this.#session.flushed(compiled))
      return await this.#made(compiled, statement, result)
    })
  }

  async #made(compiled: CompiledStatement, statement: Statement | undefined, result: DriverResult): Promise<unknown[]> {
    const state = this.#state()
    const rows = readRows(compiled, result, state)
    if (statement !== undefined) await loadRelations(rows, statement, state, this.#session.scope)
    for (const entity of state.untracked!) Object.freeze(entity)
    return rows
  }

  #state(): SessionState {
    return new SessionState(this.#session.dialect, [])
  }

  /** @throws ArgumentError for a statement that does more than read */
  #compile(statement: Statement): CompiledStatement {
    const compiled = compile(statement, this.#session.dialect)
    if (compiled.effect === "write")
      throw new ArgumentError("readonly() was given a statement that writes", { hint: "run it by the session itself" })
    return compiled
  }
}
