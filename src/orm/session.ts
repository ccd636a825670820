import type { Kysely } from "kysely"
import type { AdvisoryLockKey, AdvisoryLockOptions, Connection, DriverResult, Engine } from "../engine/index.ts"
import {
  ConcurrentUseError,
  MultipleResultsFoundError,
  NoResultFoundError,
  SessionClosedError,
  TransactionStateError,
} from "../errors/index.ts"
import { mapperOf } from "../schema/index.ts"
import { type AnyModel, compile, type CompiledStatement, type RowOf, select, type SelectEntity, type Statement } from "../sql/index.ts"
import { assign, withoutExpressions } from "./assign.ts"
import { type Change, changedColumns, changesOf } from "./changes.ts"
import {
  type EntityEventName,
  type EntityListener,
  type Listening,
  SessionEvents,
  type SessionEventName,
  type SessionListener,
} from "./events/session-events.ts"
import { tellLoads } from "./events/tell-loads.ts"
import { type Occupancy, UnitEvents } from "./events/unit-events.ts"
import { explain, type ExplainOptions, type QueryPlan } from "./explain.ts"
import { runAfterRollback } from "./after-work.ts"
import { commit, commitPrepared, flush, prepare, rollback } from "./flush.ts"
import { autoflush } from "./autoflush.ts"
import { expire, expireKnown } from "./expire.ts"
import { expunge, expungeAll } from "./expunge.ts"
import { refresh } from "./refresh.ts"
import { KeyedReads, wantedKey } from "./keyed-reads.ts"
import type { KyselyTables } from "./kysely/kysely-tables.ts"
import type { QueryRunner } from "./kysely/session-connection.ts"
import { sessionKysely } from "./kysely/session-kysely.ts"
import { limited } from "./limited.ts"
import { loadRelations, requireOnlyLoads } from "./loading/load-relations.ts"
import { type BatchRows, readBatch } from "./batch-rows.ts"
import { merge } from "./merge.ts"
import { type PlannedStatement, planStatement, requireStreamable, rowsOf, scalarOf } from "./planned-statement.ts"
import { ReadonlySession } from "./readonly-session.ts"
import { savepoint } from "./savepoint.ts"
import { SessionState } from "./session-state.ts"
import type { AssignedValues, EntityKey, MergeValues, NewValues, ReadOptions, SessionOptions, StatementResult } from "./session-types.ts"
import { TransactionScope } from "./transaction-scope.ts"

/** Rows that `stream` fetches at a time. */
const defaultChunkSize = 500

/** What other files of this layer may see of a session. */
export interface InnerParts {
  readonly state: SessionState
  readonly scope: TransactionScope
  readonly options: SessionOptions
}

/** The inner parts of a session. */
export let innerPartsOf: (session: Session) => InnerParts

/**
 * A unit of work: loads entities, each once, notices what changes in them, and writes it in one transaction.
 *
 * Nothing is sent before it is needed, and nothing is ever loaded by itself. One session is for one task at a time: a second
 * statement that is started while one is running is refused with a ConcurrentUseError.
 *
 * @example
 * await using db = sessions()
 * const user = await db.one(select(User).where(User.c.email.eq("ada@example.org")))
 * user.name = "Ada"
 * db.add(Post, { title: "Notes", content: "…", author: user })
 * await db.commit()
 */
export class Session implements AsyncDisposable, Listening<Session> {
  readonly #state: SessionState
  readonly #scope: TransactionScope
  readonly #options: SessionOptions
  /** Listeners: those of the factory, and once there are any of its own those too. */
  #events: SessionEvents | undefined
  #hasOwnEvents = false
  #unit: UnitEvents | undefined
  #autoflush: boolean
  readonly #occupancy: Occupancy = { busy: false }
  /** Reads by key that are begun in this tick. */
  #keyedReads: KeyedReads | undefined

  /** Made by `sessionmaker(engine)`. */
  constructor(engine: Engine, options: SessionOptions = {}, autoflush: boolean = false, events?: SessionEvents) {
    const { signal, connection, join, statementLimit, ...transaction } = options
    const isPlain = Object.values(transaction).every((option) => option === undefined)
    this.#state = new SessionState(engine.dialect)
    this.#scope = new TransactionScope(engine, { signal, connection, join, statementLimit, transaction: isPlain ? undefined : transaction })
    this.#options = options
    this.#events = events
    if (events?.wants("load") === true) tellLoads(this, this.#state, () => this.#events!)
    this.#autoflush = autoflush
  }

  static {
    innerPartsOf = (session) => ({ state: session.#state, scope: session.#scope, options: session.#options })
  }

  // ---------------------------------------------------------------- reading

  /**
   * The entity with the primary key, or null. One that the session has is given without asking the database; those that are asked
   * for in one tick are one statement for each model.
   * @example await db.get(Post, 5)
   * @example await db.get(OrderLine, [7, 2])
   * @example await Promise.all(ids.map((id) => db.get(Post, id)))
   */
  async get<M extends AnyModel>(model: M, key: EntityKey<M>, options?: ReadOptions): Promise<RowOf<M> | null> {
    this.#requireOpen()
    const wanted = wantedKey(mapperOf(model), key, this.#state.dialect)
    if (options?.populateExisting === true) expireKnown(wanted, this.#state)
    return (await (this.#keyedReads ?? this.#startKeyedReads()).add(wanted)) as RowOf<M> | null
  }
  /** All rows, as the database gives them. */
  all<O>(statement: Statement<O>, options?: ReadOptions): Promise<O[]> {
    return this.#exclusively(() => this.#rows(statement, options))
  }
  /** The only row. @throws NoResultFoundError, MultipleResultsFoundError */
  async one<O>(statement: Statement<O>, options?: ReadOptions): Promise<O> {
    const rows = await this.#atMostOne(statement, options)
    // What there is may be null: a row of one expression is its value.
    if (rows.length === 0) throw new NoResultFoundError("one() found no row", { hint: "use oneOrNull() where there may be none" })
    return rows[0]!
  }
  /** The only row, or null. @throws MultipleResultsFoundError */
  async oneOrNull<O>(statement: Statement<O>, options?: ReadOptions): Promise<O | null> {
    return (await this.#atMostOne(statement, options))[0] ?? null
  }
  /** The first row, or null. */
  async first<O>(statement: Statement<O>, options?: ReadOptions): Promise<O | null> {
    const rows = await this.#exclusively(() => this.#rows(limited(statement, 1), options))
    return rows[0] ?? null
  }
  /** The first column of the first row; null when there is no row. */
  scalar<O>(statement: Statement<O>): Promise<O | null> {
    return this.#exclusively(async () => {
      const planned = await this.#plan(limited(statement, 1))
      return (await scalarOf(planned, await this.#run(planned.compiled), this.#state, this.#scope)) as O | null
    })
  }
  /**
   * The rows of several statements that do not need each other's results, in one round trip where the driver can. They run in order,
   * and the first that fails ends it.
   * @example const [user, posts] = await db.batch(select(User).where(User.c.id.eq(7)), select(Post).where(Post.c.userId.eq(7)))
   */
  batch<const S extends readonly Statement[]>(...statements: S): Promise<BatchRows<S>> {
    return this.#exclusively(async () => {
      const planned: PlannedStatement[] = []
      for (const statement of statements) planned.push(await this.#plan(statement))
      if (planned.some(({ compiled }) => compiled.effect !== "pure")) this.#state.undo.wrote = true
      const results = await this.#scope.runAll(planned.map(({ compiled }) => compiled))
      return (await readBatch(planned, results, this.#state, this.#scope)) as BatchRows<S>
    })
  }
  /** Runs any statement. @returns its rows and how many rows it returned or changed */
  execute<O>(statement: Statement<O>): Promise<StatementResult<O>> {
    return this.#exclusively(async () => {
      const planned = await this.#plan(statement)
      const result = await this.#run(planned.compiled)
      const rows = (await rowsOf(planned, result, this.#state, this.#scope)) as O[]
      return { rows, rowCount: result.rowCount }
    })
  }
  /**
   * The rows one by one, fetched in chunks by a cursor. Other statements of the session may run between two rows. Relations
   * that the statement loads are loaded chunk by chunk.
   * @example for await (const post of db.stream(select(Post))) …
   */
  async *stream<O>(statement: Statement<O>, options: { readonly chunkSize?: number } = {}): AsyncGenerator<O, void, undefined> {
    const planned = await this.#exclusively(() => this.#plan(statement))
    requireStreamable(planned)
    const read = (result: DriverResult) => rowsOf(planned, result, this.#state, this.#scope) as Promise<O[]>
    for await (const rows of this.#chunks(planned.compiled, options.chunkSize ?? defaultChunkSize, read)) yield* rows
  }

  /**
   * Reads without tracking, in the same transaction: rows become frozen instances that no session knows, for a fraction of the
   * memory. Changes that were not flushed are not seen.
   * @example const posts = await db.readonly().all(select(Post).orderBy(Post.c.id.desc()).limit(1_000).with("author"))
   */
  readonly(): ReadonlySession {
    this.#requireOpen()
    return new ReadonlySession({
      dialect: this.#state.dialect,
      scope: this.#scope,
      exclusively: (work) => this.#exclusively(work),
      flushed: (compiled) => {
        if (compiled.effect !== "pure") this.#state.undo.wrote = true
        return this.#flushed(compiled)
      },
      chunks: (compiled, chunkSize = defaultChunkSize, read) => this.#chunks(compiled, chunkSize, read),
    })
  }

  /**
   * How the database would run a statement, or with `analyze` how it ran it. What a statement writes while it is analyzed is
   * undone (but for the numbers that sequences gave), unless `keep` is said.
   * @returns the plan as text; with `format: "json"` as PostgreSQL's plan
   * @example console.log(await db.explain(select(Post).where(Post.c.title.eq("x")), { analyze: true, buffers: true }))
   */
  explain(statement: Statement, options: ExplainOptions & { readonly format: "json" }): Promise<QueryPlan>
  explain(statement: Statement, options?: ExplainOptions): Promise<string>
  explain(statement: Statement, options: ExplainOptions = {}): Promise<any> {
    return this.#exclusively(async () => {
      const compiled = await this.#flushed(compile(statement, this.#state.dialect))
      if (options.keep === true) this.#state.undo.wrote = true
      return await explain(compiled, options, this.#scope)
    })
  }

  /**
   * Loads relations onto entities that the session has, as `with` does for those that a statement finds.
   * @param query says which, from the model's select; it can have no conditions of its own
   * @returns the same entities, in the same order
   * @example const withComments = await db.load(Post, posts, (query) => query.with("comments", (q) => q.with("author")))
   */
  load<M extends AnyModel, E extends RowOf<M>, O>(
    model: M,
    entities: readonly E[],
    query: (query: SelectEntity<M, RowOf<M>>) => SelectEntity<M, O>,
  ): Promise<(E & O)[]> {
    return this.#exclusively(async () => {
      const statement = query(select(model))
      requireOnlyLoads(statement)
      if (this.#autoflush) await this.#flushFirst()
      for (const entity of entities) this.#state.requireLiving(entity, "load()")
      await loadRelations(entities, statement, this.#state, this.#scope)
      return [...entities] as (E & O)[]
    })
  }

  // ---------------------------------------------------------------- changing

  /**
   * A new entity, to be inserted at the next flush; with it whatever its relations reach. Given values instead of an entity,
   * it makes one: a relation may stand for its foreign key.
   * @example db.add(new Post({ title: "Notes", content: "…", userId: 1 }))
   * @example db.add(Post, { title: "Notes", content: "…", author: user })
   */
  add<E extends object>(entity: E): E
  add<M extends AnyModel>(model: M, values: NewValues<M>): RowOf<M>
  add(entityOrModel: object, values?: object): object {
    this.#state.requireChangeable("add()", entityOrModel)
    if (typeof entityOrModel !== "function") return this.#state.enlist(entityOrModel).entity
    const given = withoutExpressions(values)
    const state = this.#state.enlist(Reflect.construct(entityOrModel, [given.values]) as object)
    if (given.expressions !== undefined) assign(state, given.expressions)
    return state.entity
  }
  addAll<E extends object>(entities: Iterable<E>): E[] {
    return Array.from(entities, (entity) => this.add(entity))
  }
  /**
   * Takes the values of an object over: those of a detached entity, of one of another session, or plain values of a model. The entity
   * with their key gets them, loaded where the session does not have it, or a new one. What is not set stays, `null` is taken over,
   * lists are replaced; relations are followed, and copies of one row become one entity. Nothing is flushed.
   * @returns the session's own entity
   * @example const post = await db.merge(Post, { id: 5, title: "Notes", tags: [{ id: 1 }, { label: "new" }] })
   * @example const order = await db.merge(orderOfAnotherSession)
   * @throws StaleDataError when a version is given that the row does not have any more; ArgumentError, DeletedEntityError
   */
  async merge<E extends object>(entity: E): Promise<E>
  async merge<M extends AnyModel>(model: M, values: MergeValues<M>): Promise<RowOf<M>>
  async merge(entityOrModel: object, values?: object): Promise<object> {
    const isModel = typeof entityOrModel === "function"
    const [merged] = await this.#merge([isModel ? values : entityOrModel], isModel ? entityOrModel : undefined)
    return merged!
  }
  /** As {@link merge}, of many objects in as few statements. */
  mergeAll<E extends object>(entities: Iterable<E>): Promise<E[]>
  mergeAll<M extends AnyModel>(model: M, values: Iterable<MergeValues<M>>): Promise<RowOf<M>[]>
  mergeAll(entitiesOrModel: object, values?: Iterable<object>): Promise<object[]> {
    if (values !== undefined) return this.#merge([...values], entitiesOrModel)
    return this.#merge([...(entitiesOrModel as Iterable<object>)], undefined)
  }
  /**
   * Sets properties. An expression is written by the next flush, which reads its value back: until then the property is what it was.
   * A value that is set later counts instead. Names that the model does not have are refused, `undefined` leaves a property as it is.
   * @example db.assign(post, { viewCount: Post.c.viewCount.plus(1), title: "Notes" })
   * @throws ArgumentError, DetachedEntityError
   */
  assign<E extends object>(entity: E, values: AssignedValues<E>): E {
    this.#state.requireChangeable("assign()", entity)
    assign(this.#state.requireLiving(entity, "assign()"), values)
    return entity
  }
  /**
   * The entity's row is deleted at the next flush; one that has no row yet is forgotten. Asked for again before the flush, it is the same.
   * @throws DetachedEntityError, DeletedEntityError
   */
  delete(entity: object): void {
    this.#state.requireChangeable("delete()", entity)
    this.#state.markDeleted(this.#state.requireLiving(entity, "delete()"))
  }
  /**
   * The entity leaves the session: what it is changed to is not written any more, and no rollback restores it. Another session, or
   * this one, may take it in again by `add()`. What refers to it in the session brings it back at the next flush. What it holds by
   * relations that cascade `expunge` leaves too.
   * @throws DetachedEntityError
   */
  expunge(entity: object): void {
    this.#state.requireChangeable("expunge()", entity)
    expunge(this.#state.require(entity, "expunge()"), this.#state)
  }
  /** All entities leave the session, as by {@link expunge}: what is not flushed is not written. */
  expungeAll(): void {
    this.#state.requireChangeable("expungeAll()")
    expungeAll(this.#state)
  }
  /** Writes what was added, changed and deleted, with the fewest statements, in the order of the foreign keys. Nothing to write sends nothing. */
  flush(): Promise<void> {
    return this.#exclusively(() => this.#write("flush()"))
  }
  /**
   * Reads the entity's row again, or only the properties and loaded relations that are named; changes of them that were not flushed
   * are lost.
   * @example await db.refresh(post)
   * @example await db.refresh(post, ["viewCount", "comments"])
   * @throws NoResultFoundError when the row is gone; DetachedEntityError, DeletedEntityError
   */
  refresh<E extends object>(entity: E, properties?: readonly (keyof E & string)[]): Promise<E> {
    return this.#exclusively(async () => {
      await refresh(this.#state.requireLiving(entity, "refresh()"), properties, this.#state, this.#scope)
      return entity
    })
  }
  /**
   * Drops changes that were not flushed, and lets the next statement that finds the entity's row overwrite what it holds; `get` asks
   * the database again. Nothing is sent, and until then the entity shows the values of its row as they were read. What is set after it
   * is kept.
   * @throws DetachedEntityError, DeletedEntityError
   */
  expire<E extends object>(entity: E, properties?: readonly (keyof E & string)[]): void {
    this.#state.requireChangeable("expire()")
    expire(this.#state.requireLiving(entity, "expire()"), properties, this.#state)
  }
  /** As {@link expire}, for all entities of the session that have a row. */
  expireAll(): void {
    this.#state.requireChangeable("expireAll()")
    for (const state of this.#state.identities) expire(state, undefined, this.#state)
  }
  /** Runs `work` without flushing before its statements, in a session that does; also when it throws, all is as before afterwards. */
  async withoutAutoflush<T>(work: (session: this) => Promise<T> | T): Promise<T> {
    const before = this.#autoflush
    this.#autoflush = false
    try {
      return await work(this)
    } finally {
      this.#autoflush = before
    }
  }

  /** Whether a column of the entity differs from its row, or it is yet to be inserted or deleted. */
  isModified(entity: object): boolean {
    const state = this.#state.require(entity, "isModified()")
    return state.status !== "persistent" || changedColumns(state) !== undefined
  }
  /**
   * What a flush would write of an entity's columns: old and new value by property. Of one that has no row yet, all it has.
   * @example db.changes(post).title // { old: "Notes", new: "Engines" }
   */
  changes<E extends object>(entity: E): { readonly [K in keyof E]?: Change<E[K]> } {
    return changesOf(this.#state.require(entity, "changes()")) as { readonly [K in keyof E]?: Change<E[K]> }
  }
  /** Entities to be inserted. */
  get new(): object[] {
    return Array.from(this.#state.pending, ({ entity }) => entity)
  }
  /** Loaded entities with changed columns. */
  get dirty(): object[] {
    return [...this.#state.identities]
      .filter((state) => state.status === "persistent" && changedColumns(state) !== undefined)
      .map(({ entity }) => entity)
  }
  /** Entities to be deleted. */
  get deleted(): object[] {
    return Array.from(this.#state.deleting, ({ entity }) => entity)
  }

  // ---------------------------------------------------------------- transaction

  /**
   * Flushes, and stores the transaction under an id without committing it: the first half of a commit over several databases. Only
   * `commit()` or `rollback()` can follow. A session that is closed instead leaves the transaction prepared, for
   * `engine.commitPrepared(id)` or `engine.rollbackPrepared(id)`. When it cannot be prepared, all is rolled back.
   * @throws UnsupportedError, ArgumentError; DatabaseError where the server has `max_prepared_transactions = 0`
   */
  prepare(id: string): Promise<void> {
    return this.#exclusively(() => {
      this.#requireOutermost("prepare()")
      return prepare(this.#state, this.#scope, id, () => this.#write("prepare()"))
    })
  }
  /** Flushes and commits. When that fails, all is rolled back, in memory too, and the session can be used again. */
  commit(): Promise<void> {
    if (this.#scope.prepared !== undefined) return this.#commitPrepared()
    return this.#exclusively(() => {
      this.#requireOutermost("commit()")
      return this.#unitEvents()?.commit() ?? commit(this.#state, this.#scope)
    })
  }
  /**
   * Undoes everything since the last commit, in the database and in memory: new entities leave the session, deleted ones
   * return, changed ones have the values again that were loaded.
   */
  async rollback(): Promise<void> {
    this.#requireOutermost("rollback()")
    this.#enter(false)
    try {
      await rollback(this.#state, this.#scope, this.#unitEvents()?.endings("afterRollback"))
    } finally {
      this.#occupancy.busy = false
    }
  }
  /**
   * Runs `work` inside a savepoint: what was changed before is flushed first; when `work` throws, what it did is undone, in the
   * database and in memory, and the session can go on. Savepoints nest; two side by side are refused.
   */
  savepoint<T>(work: (session: this) => Promise<T>): Promise<T> {
    return savepoint(this.#state, this.#scope, {
      begin: (mark) =>
        this.#exclusively(async () => {
          await this.#write("savepoint()")
          return await mark()
        }),
      flush: () => this.flush(),
      hold: (last) => this.#hold(last),
      work: () => work(this),
    })
  }
  /**
   * Waits for a lock that means what the application says, which the transaction holds until its end.
   * @example await db.advisoryLock(`stock of ${product.id}`)
   * @throws UnsupportedError where the database has none, ArgumentError
   */
  async advisoryLock(key: AdvisoryLockKey, options?: AdvisoryLockOptions): Promise<void> {
    await this.#exclusively(() => this.#scope.advisoryLock(key, { ...options, wait: true }))
  }
  /** As {@link advisoryLock}, but does not wait. @returns whether it was to be had */
  tryAdvisoryLock(key: AdvisoryLockKey, options?: AdvisoryLockOptions): Promise<boolean> {
    return this.#exclusively(() => this.#scope.advisoryLock(key, { ...options, wait: false }))
  }
  /** Runs `work` after the next successful commit; a rollback drops it. It cannot use the session. */
  afterCommit(work: () => unknown): void {
    this.#requireOpen()
    this.#state.undo.afterCommit.push(work)
  }
  /**
   * Runs `work` once what the session does now has been undone: by `rollback()`, a failed commit, a `close()` without a commit, or the
   * savepoint that it was called in. A commit drops it. It cannot use the session; what it throws becomes a warning.
   */
  afterRollback(work: () => unknown): void {
    this.#requireOpen()
    this.#state.undo.afterRollback.push(work)
  }
  /**
   * A Kysely in the session's transaction, on its connection: its queries see what was flushed, and flush first where the session's
   * own statements do. Models say the types of its tables, by the database's names, and how their values travel. A transaction of
   * its own is a savepoint.
   *
   * @param models an object of models, such as all that a module exports
   * @example
   * import * as models from "./models.ts"
   * const rows = await db.kysely(models).selectFrom("post").select(["id", "created_at"]).where("user_id", "=", 7).execute()
   */
  kysely<M extends object>(models: M): Kysely<KyselyTables<M>>
  kysely<DB = any>(): Kysely<DB>
  kysely(models: object = {}): Kysely<any> {
    this.#requireOpen()
    const runner: QueryRunner = {
      run: (statement) => this.#exclusively(async () => this.#run(await this.#flushed(statement))),
      stream: (statement, chunkSize) => this.#queryChunks(statement, chunkSize),
      savepoint: (work) => this.savepoint(work),
    }
    return sessionKysely(runner, this.#state.dialect, models)
  }
  /** The connection, in the session's transaction, for what the session has no word for. Flush first what it should see. */
  connection(): Promise<Connection> {
    return this.#exclusively(async () => {
      this.#state.undo.wrote = true
      return await this.#scope.connection()
    })
  }
  /** Rolls back what is open and gives the connection back. Entities stay readable. Safe to call twice. */
  async close(): Promise<void> {
    if (this.#state.closed) return
    this.#state.closed = true
    this.#scope.warnOfPrepared()
    const works = [...this.#state.takeAfterRollback(), ...((this.#scope.begun && this.#unitEvents()?.endings("afterRollback")) || [])]
    await this.#scope.end()
    await runAfterRollback(works)
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  // ---------------------------------------------------------------- events

  /** As `sessions.on`, for this session alone. */
  on<Name extends SessionEventName>(name: Name, listener: SessionListener<Session, Name>): () => void
  on<Name extends EntityEventName, M extends AnyModel>(name: Name, model: M, listener: EntityListener<Session, Name, M>): () => void
  on(name: string, model: unknown, listener?: unknown): () => void {
    this.#requireOpen()
    if (!this.#hasOwnEvents) this.#events = new SessionEvents(this.#events)
    this.#hasOwnEvents = true
    const stop = this.#events!.add(name, model, listener)
    if (name === "load") tellLoads(this, this.#state, () => this.#events!)
    return stop
  }

  // ---------------------------------------------------------------- inside

  async #commitPrepared(): Promise<void> {
    this.#enter(false)
    try {
      await commitPrepared(this.#state, this.#scope, this.#unitEvents()?.endings("afterCommit"))
    } finally {
      this.#occupancy.busy = false
    }
  }

  /** Flushes; whoever calls holds the session. */
  #write(what: string): Promise<void> {
    const events = this.#unitEvents()
    events?.requireUntold(what)
    return events === undefined ? flush(this.#state, this.#scope) : events.flush()
  }

  /** `undefined` as long as nobody listens. */
  #unitEvents(): UnitEvents | undefined {
    if (this.#events === undefined || this.#events.isEmpty) return undefined
    return (this.#unit ??= new UnitEvents(this, this.#state, this.#scope, () => this.#events!, this.#occupancy))
  }

  async *#queryChunks(statement: CompiledStatement, chunkSize: number): AsyncGenerator<DriverResult, void, undefined> {
    await this.#exclusively(() => this.#flushed(statement))
    this.#state.undo.wrote = true
    yield* this.#chunks(statement, chunkSize, (result) => result)
  }

  #merge(sources: readonly unknown[], model: object | undefined): Promise<object[]> {
    return this.#exclusively(() => merge(sources, model === undefined ? undefined : mapperOf(model), this.#state, this.#scope))
  }

  #startKeyedReads(): KeyedReads {
    this.#enter(true)
    const reads = new KeyedReads(this.#state)
    this.#keyedReads = reads
    queueMicrotask(() => {
      this.#keyedReads = undefined
      void reads.run(this.#scope).then(() => {
        this.#occupancy.busy = false
        reads.settle()
      })
    })
    return reads
  }

  async #atMostOne<O>(statement: Statement<O>, options?: ReadOptions): Promise<O[]> {
    const rows = await this.#exclusively(() => this.#rows(limited(statement, 2), options))
    if (rows.length > 1)
      throw new MultipleResultsFoundError("more than one row was found", { hint: "use first() or all(), or narrow the statement" })
    return rows
  }

  async #rows<O>(statement: Statement<O>, { populateExisting = false }: ReadOptions = {}): Promise<O[]> {
    const planned = await this.#plan(statement)
    this.#state.populating = populateExisting
    try {
      return (await rowsOf(planned, await this.#run(planned.compiled), this.#state, this.#scope)) as O[]
    } finally {
      this.#state.populating = false
    }
  }

  /** What `read` makes of each chunk of a statement's rows, while no other statement runs. */
  async *#chunks<R>(
    compiled: CompiledStatement,
    chunkSize: number,
    read: (result: DriverResult) => Promise<R> | R,
  ): AsyncGenerator<R, void, undefined> {
    const chunks = this.#scope.stream(compiled, chunkSize)
    try {
      for (;;) {
        const chunk = await this.#exclusively(async () => {
          const next = await chunks.next()
          return next.done === true ? undefined : { value: await read(next.value) }
        })
        if (chunk === undefined) return
        yield chunk.value
      }
    } finally {
      await chunks.return()
    }
  }

  async #plan(statement: Statement): Promise<PlannedStatement> {
    const planned = planStatement(statement, this.#state)
    if (!this.#autoflush) return planned
    await this.#flushFirst()
    // What was inserted is now among what the statement may change.
    return planned.written === undefined ? planned : planStatement(statement, this.#state)
  }

  async #flushed(compiled: CompiledStatement): Promise<CompiledStatement> {
    if (this.#autoflush) await this.#flushFirst()
    return compiled
  }

  /** Not for the statements of a listener, which is called for a flush. */
  async #flushFirst(): Promise<void> {
    if (this.#unit?.isTelling !== true) await autoflush(() => this.#write("a flush"))
  }

  #run(compiled: CompiledStatement): ReturnType<TransactionScope["run"]> {
    if (compiled.effect !== "pure") this.#state.undo.wrote = true
    return this.#scope.run(compiled)
  }

  async #exclusively<T>(work: () => Promise<T>): Promise<T> {
    this.#enter(true)
    try {
      return await work()
    } finally {
      this.#occupancy.busy = false
    }
  }

  /** Refuses every statement meanwhile, whatever the state of the session. */
  async #hold(work: () => Promise<void>): Promise<void> {
    const wasBusy = this.#occupancy.busy
    this.#occupancy.busy = true
    try {
      await work()
    } finally {
      this.#occupancy.busy = wasBusy
    }
  }

  #enter(requireIntact: boolean): void {
    this.#requireOpen()
    if (this.#occupancy.busy) {
      throw new ConcurrentUseError("a statement was started while another one of the same session was running", {
        hint: "await each call, or use a session for each of the tasks that run side by side",
      })
    }
    if (requireIntact) this.#scope.requireIntact()
    this.#occupancy.busy = true
  }

  #requireOutermost(what: string): void {
    this.#unit?.requireUntold(what)
    if (this.#state.isInSavepoint)
      throw new TransactionStateError(`${what} was called inside a savepoint`, {
        hint: "return to release the savepoint, or throw to roll it back",
      })
  }

  #requireOpen(): void {
    if (this.#state.closed) throw new SessionClosedError("the session was closed", { hint: "open another one with sessions()" })
  }
}
