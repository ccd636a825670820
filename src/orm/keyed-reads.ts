import type { Mapper } from "../schema/index.ts"
import { type AnyModel, type CompiledStatement, compile, select, source } from "../sql/index.ts"
import type { Dialect } from "./dialect.ts"
import { selectByKey } from "./entity-statements.ts"
import { type EntityPlan, planOf } from "./entity-plan.ts"
import { keyValues } from "./find.ts"
import { isOneOf, keyChunks } from "./loading/key-list.ts"
import { readRows } from "./result-rows.ts"
import type { SessionState } from "./session-state.ts"
import type { TransactionScope } from "./transaction-scope.ts"

/** A primary key that was checked to be one. */
export interface WantedKey {
  readonly plan: EntityPlan
  readonly values: readonly unknown[]
  /** As parameters. */
  readonly encoded: readonly unknown[]
}

/** @throws ArgumentError, ValueError for what is no key of the model */
export function wantedKey(mapper: Mapper, key: unknown, dialect: Dialect): WantedKey {
  const plan = planOf(mapper, dialect)
  const values = keyValues(plan, key)
  return { plan, values, encoded: mapper.keyIndexes.map((index, position) => plan.encode(index, values[position])) }
}

interface KeyedRead extends WantedKey {
  readonly resolve: (entity: object | null) => void
  readonly reject: (error: unknown) => void
}

/** Reads by primary key that were begun in one tick: those of one model are one statement, those of several one round trip. */
export class KeyedReads {
  readonly #session: SessionState
  readonly #reads: KeyedRead[] = []
  readonly #found: Map<KeyedRead, object | null> = new Map()
  #failure: unknown

  constructor(session: SessionState) {
    this.#session = session
  }

  /** The entity with the key, or null, once the reads are run. */
  add(key: WantedKey): Promise<object | null> {
    return new Promise((resolve, reject) => this.#reads.push({ ...key, resolve, reject }))
  }

  /** Asks the database. Nobody is told before {@link settle}, when the session is free again. */
  async run(scope: TransactionScope): Promise<void> {
    try {
      const missing = this.#reads.filter((read) => !this.#answer(read))
      for (const read of await this.#load(missing, scope)) {
        // The database may call keys equal that look different (char(n), citext): such a one is asked for by itself.
        const [row] = await this.#rows([selectByKey(read.plan, read.encoded)], scope)
        if (row === undefined) this.#miss(read)
        else this.#found.set(read, row)
      }
    } catch (error) {
      this.#failure = error
    }
  }

  /** Tells everyone what was found, or why not. */
  settle(): void {
    for (const read of this.#reads) {
      const found = this.#found.get(read)
      if (found === undefined) read.reject(this.#failure)
      else read.resolve(found)
    }
  }

  /** Gives what the session has. An entity that is to be deleted is not found. */
  #answer(read: KeyedRead): boolean {
    const { mapper } = read.plan
    const known = this.#session.identities.get(mapper.root, read.plan.keyOf(read.values))
    if (known === undefined || this.#session.isStale(known)) return false
    // Of a family the key may be that of another class.
    const isFound = known.status === "persistent" && (known.plan === read.plan || mapper.accepts(known.plan.mapper))
    this.#found.set(read, isFound ? known.entity : null)
    return true
  }

  /** @returns the reads that are not answered yet */
  async #load(reads: readonly KeyedRead[], scope: TransactionScope): Promise<readonly KeyedRead[]> {
    if (reads.length < 2) return reads
    const groups = new Map<EntityPlan, KeyedRead[]>()
    for (const read of reads) {
      const group = groups.get(read.plan)
      if (group === undefined) groups.set(read.plan, [read])
      else group.push(read)
    }
    const found = new Set(
      await this.#rows(
        [...groups].flatMap(([plan, group]) => statementsFor(plan, group)),
        scope,
      ),
    )
    let answered = 0
    const open = reads.filter((read) => {
      const isAnswered = this.#answer(read)
      if (isAnswered) answered++
      return !isAnswered
    })
    if (answered < found.size) return open
    for (const read of open) this.#miss(read)
    return []
  }

  /** There is no such row; an entity that was expired is forgotten. */
  #miss(read: KeyedRead): void {
    const known = this.#session.identities.get(read.plan.mapper, read.plan.keyOf(read.values))
    if (known !== undefined && this.#session.isStale(known)) this.#session.forget(known)
    this.#found.set(read, null)
  }

  async #rows(statements: readonly CompiledStatement[], scope: TransactionScope): Promise<object[]> {
    const results = statements.length === 1 ? [await scope.run(statements[0]!)] : await scope.runAll(statements)
    return results.flatMap((result, index) => readRows(statements[index]!, result, this.#session) as object[])
  }
}

/** The statements for the rows with these keys: one, unless there are too many. */
function statementsFor(plan: EntityPlan, reads: readonly KeyedRead[]): CompiledStatement[] {
  return selectByKeys(plan, [...new Map(reads.map(({ values, encoded }) => [plan.keyOf(values), encoded])).values()])
}

/** The statements for the rows with the keys, each once: one, unless there are too many. @param keys encoded */
export function selectByKeys(plan: EntityPlan, keys: readonly (readonly unknown[])[]): CompiledStatement[] {
  const { mapper, dialect } = plan
  if (keys.length === 1) return [selectByKey(plan, keys[0]!)]
  const model = mapper.entityClass as unknown as AnyModel
  const columns = mapper.keyIndexes.map((index) => model[source].columns[index]!)
  return keyChunks(keys, columns.length, dialect).map((chunk) => compile(select(model).where(isOneOf(columns, chunk, dialect)), dialect))
}
