import { IdentifierNode, RawNode, SelectModifierNode } from "kysely"
import { StatementError, UnsupportedError } from "../../errors/index.ts"
import type { LowerContext } from "../lowering/lower.ts"
import { isSource, source, type Source, type SourceInfo } from "../from/source.ts"

/** What a lock keeps others from, from the strongest on. */
export type LockStrength = "update" | "no key update" | "share" | "key share"

/** What `forUpdate()` and its like may be told. */
export interface LockOptions {
  /** The entries of FROM whose rows are locked: all without it. */
  readonly of?: Source | readonly Source[]
  /** Fails at once when a row is locked already. */
  readonly nowait?: boolean
  /** Leaves out rows that are locked already. */
  readonly skipLocked?: boolean
}

export interface RowLock {
  readonly strength: LockStrength
  readonly of: readonly SourceInfo[] | undefined
  readonly wait: "nowait" | "skip locked" | undefined
}

/** @throws StatementError for what is no entry of FROM, and for two ways to wait. */
export function rowLock(strength: LockStrength, { of, nowait = false, skipLocked = false }: LockOptions): RowLock {
  const title = lockTitle(strength)
  if (nowait && skipLocked)
    throw new StatementError(`${title}: a row that is locked cannot both fail and be left out`, { hint: "keep nowait or skipLocked" })
  const entries = of === undefined ? undefined : Array.isArray(of) ? (of as readonly Source[]) : [of as Source]
  if (entries?.length === 0)
    throw new StatementError(`${title}: of is an empty list`, { hint: "leave it out to lock the rows of all entries" })
  const infos = entries?.map((entry: unknown) => {
    if (isSource(entry)) return entry[source]
    throw new StatementError(`${title}: of names ${String(entry)}, which is no model or alias`)
  })
  return { strength, of: infos, wait: nowait ? "nowait" : skipLocked ? "skip locked" : undefined }
}

function lockTitle(strength: LockStrength): string {
  return `for ${strength}`
}

/** What a SELECT says beside its locks, as far as it decides whether rows can be locked. */
export interface LockedRows {
  readonly entries: readonly SourceInfo[]
  /** Those that an outer join may leave empty. */
  readonly optional: ReadonlySet<object>
  /** Why its rows are not rows of a table: it is grouped, or gives each different row once. */
  readonly derived: "groups" | "distinct rows" | undefined
}

/** The clauses of the locks. A statement that locks is no longer a pure read. */
export function lowerLocks(locks: readonly RowLock[], rows: LockedRows, context: LowerContext): readonly SelectModifierNode[] {
  return locks.map((lock) => {
    const title = lockTitle(lock.strength)
    if (!context.dialect.queries.rowLocks) {
      throw new UnsupportedError(`${title}: ${context.dialect.title} locks no rows`, {
        hint: "a transaction that may write has the whole database to itself from its beginning: leave the lock out",
      })
    }
    if (rows.derived !== undefined)
      throw new StatementError(`${title}: ${rows.derived} are no rows of a table`, { hint: "select the rows to lock in a subquery" })
    requireLockable(lock, rows, title)
    context.mark("read")
    return lockNode(lock, rows.entries)
  })
}

function requireLockable({ of }: RowLock, { entries, optional }: LockedRows, title: string): void {
  for (const { id, name, inWith } of of ?? []) {
    if (!entries.some((entry) => entry.id === id)) {
      throw new StatementError(`${title} of ${name}: it is not in FROM`, {
        hint: `in FROM are: ${entries.map((entry) => entry.name).join(", ")}`,
      })
    }
    if (inWith === true)
      throw new StatementError(`${title} of ${name}: it is a common table expression`, { hint: "lock the rows inside of it" })
  }
  const empty = (of ?? entries).find(({ id }) => optional.has(id))
  if (empty === undefined) return
  throw new StatementError(`${title}: ${empty.name} may be empty, because of an outer join, and cannot be locked`, {
    hint: "say which entries are locked: { of: [Post] }",
  })
}

/** An entry of several tables may be joined by an outer join inside, so that all have to be named. */
function namedForLock(entries: readonly SourceInfo[]): readonly SourceInfo[] {
  if (entries.every(({ lockable }) => lockable === undefined)) return []
  return entries.filter(({ inWith, lateral }) => inWith !== true && lateral !== "function")
}

function lockNode({ strength, of, wait }: RowLock, entries: readonly SourceInfo[]): SelectModifierNode {
  const names = (of ?? namedForLock(entries)).flatMap(({ name, lockable = [name] }) => lockable.map((each) => IdentifierNode.create(each)))
  const fragments = [
    `for ${strength}${names.length === 0 ? "" : " of "}`,
    ...names.map((_, index) => (index === names.length - 1 ? "" : ", ")),
  ]
  fragments[fragments.length - 1] += wait === undefined ? "" : ` ${wait}`
  return SelectModifierNode.createWithExpression(RawNode.create(fragments, names))
}
