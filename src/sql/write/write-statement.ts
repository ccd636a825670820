import { StatementError, UnsupportedError } from "../../errors/index.ts"
import { aliasTarget } from "../from/aliased.ts"
import type { Returned } from "./changed-row.ts"
import { commonTableInfo, type InWith, type StatementRows } from "../from/cte.ts"
import type { LowerContext } from "../lowering/lower.ts"
import type { EntryOf } from "../select/query.ts"
import type { AnyModel, Item, ResultOf } from "../select/result.ts"
import { type RowColumn, rowColumnsOf } from "../from/row-columns.ts"
import { isSource, source, type SourceInfo } from "../from/source.ts"
import { Statement } from "../statement.ts"
import { subquerySource } from "../from/subquery.ts"

/**
 * A statement that writes, as a common table expression: an entry of what it returns, `I`, with rows of `O`. One that returns
 * nothing is no entry of FROM.
 */
export type WriteEntryOf<O, I, A extends string> = [O] extends [never] ? InWith : EntryOf<O, I, A> & InWith

/** What a row becomes of which `I` is returned; `Nullable` names the entries that may be absent. */
export type ReturnedRow<I, Nullable extends string> = [I] extends [undefined] ? never : ResultOf<I, Nullable>

/** What a statement does to the rows of a table. */
export interface WrittenRows {
  readonly model: AnyModel
  readonly kind: "insert" | "upsert" | "update" | "delete" | "merge"
  /** The properties that it sets in rows that are there. */
  readonly sets: readonly string[]
}

/** INSERT, UPDATE, DELETE and MERGE: `O` is what a row that they return becomes, `I` what was asked to be returned. */
export abstract class WriteStatement<O, I> extends Statement<O> implements StatementRows {
  readonly effect = "write" as const
  /** What it is called in messages. */
  protected abstract readonly title: string
  protected abstract readonly returned: Returned
  /** The entries that an outer join may leave empty. */
  protected abstract readonly optional: ReadonlySet<object>
  /** The table that it writes to, and what it does to rows that are there: an insert, nothing, unless it updates on conflict. */
  abstract readonly written: WrittenRows
  protected abstract withReturned(returned: Returned): Statement

  /** Whether what it returns are the rows of its table as entities. */
  get returnsEntities(): boolean {
    const { item } = this.returned ?? {}
    return isSource(item) && item[source].id === this.written.model[source].id
  }
  /** The statement with rows that are objects: of what it returned, `own`, if that was anything, and of another item, `beside`. */
  alsoReturning(beside: Item): Statement {
    const { returned } = this
    if (returned === undefined) return this.withReturned({ item: { beside }, forms: [], absent: [] })
    return this.withReturned({ ...returned, item: { own: returned.item, beside } })
  }

  /** The columns of the rows that it returns, as they stand in FROM. */
  rowColumns(title: string): readonly RowColumn[] {
    const { returned, optional } = this
    if (returned === undefined) throw new StatementError(`${title}: ${this.title} returns no rows`, { hint: "add returning(…)" })
    return rowColumnsOf(returned.item, new Set([...optional, ...returned.absent.map(({ id }) => id)]), title)
  }

  /**
   * The statement in the WITH of another one, as PostgreSQL has it: what it returns is an entry of FROM. It is run once and to its
   * end, whether its rows are used or not; all statements of one WITH see the tables as they were before.
   * @example
   * const moved = deleteFrom(Post).where(Post.c.userId.eq(1)).returning().cte("moved")
   * insert(OldPost).from(select({ id: moved.c.id, title: moved.c.title }).from(moved))
   */
  cte<const A extends string>(name: A): WriteEntryOf<O, I, A> {
    return (this.returned === undefined ? this.#silentEntry(name) : this.#entry(name, this.returned)) as never
  }

  #entry(name: string, { item }: NonNullable<Returned>): unknown {
    const base = commonTableInfo(this, name)
    const info: SourceInfo = Object.assign(base, { from: this.#whereAllowed(base.from.bind(base)) })
    if (!isSource(item) || item[source].entity === undefined) return subquerySource(info)
    const { entity, detached } = item[source]
    return aliasTarget(item, name, { ...info, entity, ...(detached === true ? { detached } : {}) })
  }

  #silentEntry(name: string): unknown {
    const base = commonTableInfo({ effect: this.effect, lower: (context) => this.lower(context), rowColumns: () => [] }, name)
    const info: SourceInfo = Object.assign(base, {
      hoist: this.#whereAllowed(base.from.bind(base)),
      from: (): never => {
        throw new StatementError(`common table expression ${name}: ${this.title} returns no rows that could stand in FROM`, {
          hint: "add returning(…) before cte(…)",
        })
      },
    })
    return subquerySource(info)
  }

  #whereAllowed(from: SourceInfo["from"]): SourceInfo["from"] {
    return (context: LowerContext) => {
      const { dialect } = context
      if (dialect.writes.inWith) return from(context)
      throw new UnsupportedError(`${this.title}: ${dialect.title} takes no statement that writes into WITH`, {
        hint: "run the statements one after another in a transaction",
      })
    }
  }
}
