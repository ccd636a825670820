import type { DriverResult } from "../engine/index.ts"
import { ArgumentError, MultipleResultsFoundError, NoResultFoundError } from "../errors/index.ts"
import { mapperOf } from "../schema/index.ts"
import type { AnyModel, CompiledStatement, RowOf, Statement } from "../sql/index.ts"
import type { BatchRows } from "./batch-rows.ts"
import type { Dialect } from "./dialect.ts"
import { selectByKey } from "./entity-statements.ts"
import { wantedKey } from "./keyed-reads.ts"
import { limited } from "./limited.ts"
import { type PlannedStatement, planStatement, requireStreamable, rowsOf, scalarOf } from "./planned-statement.ts"
import { readRows } from "./result-rows.ts"
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
    const compiled = selectByKey(plan, encoded)
    return await this.#session.exclusively(async () => {
      const state = this.#state()
      const [row] = readRows(compiled, await this.#session.scope.run(await this.#session.flushed(compiled)), state)
      return (row === undefined ? null : Object.freeze(row)) as RowOf<M> | null
    })
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
    return this.#session.exclusively(async () => {
      const state = this.#state()
      const planned = this.#plan(limited(statement, 1), state)
      return (await scalarOf(planned, await this.#run(planned), state, this.#session.scope)) as O | null
    })
  }
  /** The rows of several statements, in one round trip where the driver can. */
  batch<const S extends readonly Statement[]>(...statements: S): Promise<BatchRows<S>> {
    return this.#session.exclusively(async () => {
      const state = this.#state()
      const planned = statements.map((statement) => this.#plan(statement, state))
      for (const { compiled } of planned) await this.#session.flushed(compiled)
      const results = await this.#session.scope.runAll(planned.map(({ compiled }) => compiled))
      const all: unknown[][] = []
      for (const [index, result] of results.entries()) all.push(await this.#made(planned[index]!, result, state))
      return all as BatchRows<S>
    })
  }
  /** The rows one by one, fetched in chunks by a cursor: nothing is kept of those that were given. */
  async *stream<O>(statement: Statement<O>, options: { readonly chunkSize?: number } = {}): AsyncGenerator<Readonly<O>, void, undefined> {
    const planned = this.#plan(statement, this.#state())
    requireStreamable(planned)
    await this.#session.exclusively(() => this.#session.flushed(planned.compiled))
    const read = (result: DriverResult) => this.#made(planned, result, this.#state()) as Promise<Readonly<O>[]>
    for await (const rows of this.#session.chunks(planned.compiled, options.chunkSize, read)) yield* rows
  }

  #rows<O>(statement: Statement<O>): Promise<Readonly<O>[]> {
    return this.#session.exclusively(async () => {
      const state = this.#state()
      const planned = this.#plan(statement, state)
      return (await this.#made(planned, await this.#run(planned), state)) as Readonly<O>[]
    })
  }

  async #run({ compiled }: PlannedStatement): Promise<DriverResult> {
    return await this.#session.scope.run(await this.#session.flushed(compiled))
  }

  async #made(planned: PlannedStatement, result: DriverResult, state: SessionState): Promise<unknown[]> {
    const rows = await rowsOf(planned, result, state, this.#session.scope)
    for (const entity of state.untracked!) Object.freeze(entity)
    return rows
  }

  #state(): SessionState {
    return new SessionState(this.#session.dialect, [])
  }

  /** @throws ArgumentError for a statement that does more than read */
  #plan(statement: Statement, state: SessionState): PlannedStatement {
    const planned = planStatement(statement, state)
    if (planned.compiled.effect === "write")
      throw new ArgumentError("readonly() was given a statement that writes", { hint: "run it by the session itself" })
    return planned
  }
}
