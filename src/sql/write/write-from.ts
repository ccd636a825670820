import { StatementError } from "../../errors/index.ts"
import type { BooleanExpr } from "../expression/expression.ts"
import { type JoinKind, optionalEntries, type SelectJoin } from "../from/from-clause.ts"
import { joinsOf } from "../from/joins.ts"
import type { LowerContext, ScopeEntry } from "../lowering/lower.ts"
import { isRelation, type Relation } from "../from/relation.ts"
import { isSource, source, type Source, type SourceInfo } from "../from/source.ts"
import { rowCriteria } from "../from/row-criteria.ts"
import { conjunctsOf, entriesIn, type Tie, untied } from "../from/ties.ts"

/** What can stand beside the table that a statement changes. */
export type WriteEntry = Source | Relation

/** What stands beside the table that a statement changes. */
export interface WriteFrom {
  /** In their order, as if each were joined to the table itself. */
  readonly joins: readonly SelectJoin[]
  /** Rows may meet without a condition between them. */
  readonly cartesian: boolean
}

export const fromNothing: WriteFrom = { joins: [], cartesian: false }

/** @throws StatementError for what is neither a relation of an entry nor one itself */
export function withEntries(from: WriteFrom, target: SourceInfo, entries: readonly unknown[], method: "from" | "using"): WriteFrom {
  return entries.reduce<WriteFrom>((before, entry) => {
    if (isRelation(entry)) return withJoin(before, target, "InnerJoin", entry, undefined)
    if (isSource(entry)) return { ...before, joins: [...before.joins, { kind: "CrossJoin", info: entry[source], on: undefined }] }
    throw new StatementError(`${method}(): ${String(entry)} is not a model, an alias, a subquery or a relation`)
  }, from)
}

export function withJoin(
  from: WriteFrom,
  target: SourceInfo,
  kind: JoinKind,
  joined: unknown,
  on: BooleanExpr | Relation | undefined,
): WriteFrom {
  const starts = () => [target, ...from.joins.map(({ info }) => info)]
  return { ...from, joins: [...from.joins, ...joinsOf(kind, joined, on, starts)] }
}

/** Runs `body` with the entries and the table in reach: the table last, because no condition inside FROM sees it. */
export function withinWrite<R>(target: SourceInfo, from: WriteFrom, context: LowerContext, body: () => R): R {
  return context.within([...from.joins.map(({ info }) => info), target], optionalEntries([], from.joins), body)
}

/** FROM and WHERE of a statement, once conditions stand where they see what they look at. */
export interface WriteRows {
  readonly roots: readonly SourceInfo[]
  readonly joins: readonly SelectJoin[]
  readonly where: readonly BooleanExpr[]
}

/**
 * Conditions of joins that look at the table itself move to WHERE. Inside the scope of all entries.
 * @throws StatementError for an outer join's, which cannot, and for an entry that no condition ties to the table
 */
export function writeRows(
  { joins, cartesian }: WriteFrom,
  target: SourceInfo,
  where: readonly BooleanExpr[],
  title: string,
  context: LowerContext,
): WriteRows {
  const own = target.target?.criterion?.(target)
  const criteria = [...rowCriteria([], joins), ...(own === undefined ? [] : [own])]
  if (joins.length === 0) return { roots: [], joins: [], where: criteria.length === 0 ? where : [...where, ...criteria] }
  const ties: Tie[] = []
  const placed: SelectJoin[] = []
  const moved: BooleanExpr[] = []
  for (const join of joins) {
    if (join.info.lateral !== undefined) ties.push(new Set([...context.using(() => join.info.from(context)).used, join.info]))
    if (join.on !== undefined) {
      const used = entriesIn(join.on, context)
      if (join.kind !== "InnerJoin") ties.push(used === undefined ? used : new Set([...used, join.info]))
      if (used?.has(target) === true) {
        if (join.kind !== "InnerJoin") refuseOuterJoin(join, target, title)
        moved.push(join.on)
        placed.push({ kind: "CrossJoin", info: join.info, on: undefined })
        continue
      }
    }
    placed.push(join)
  }
  const inside = placed.flatMap(({ kind, on }) => (kind === "InnerJoin" && on !== undefined ? [on] : []))
  const first = placed.findIndex(({ kind }) => kind !== "CrossJoin")
  if (first === 0) throw new StatementError(`${title}: ${placed[0]!.info.name} is joined to nothing`, { hint: "begin with from(…)" })
  if (!cartesian) {
    for (const condition of conjunctsOf([...where, ...moved, ...inside])) ties.push(entriesIn(condition, context))
    requireTies([target, ...joins.map(({ info }) => info)], ties, title)
  }
  const split = first === -1 ? placed.length : first
  return { roots: placed.slice(0, split).map(({ info }) => info), joins: placed.slice(split), where: [...moved, ...where, ...criteria] }
}

function refuseOuterJoin({ info }: SelectJoin, target: SourceInfo, title: string): never {
  throw new StatementError(`${title}: the condition of leftJoin of ${info.name} looks at ${target.name}, which no outer join sees here`, {
    hint: `join ${info.name} to another entry, take its value by a scalar subquery, or begin from an alias of ${target.name} with the same key`,
  })
}

function requireTies(entries: readonly ScopeEntry[], ties: readonly Tie[], title: string): void {
  const [entry] = untied(entries, ties)
  if (entry === undefined) return
  throw new StatementError(
    `${title}: no condition ties ${entry.name} to ${entries[0]!.name}, so that every row of one would meet every row of the other`,
    {
      hint: "add the condition to where(), join by a relation, or say allowCartesian() when that is meant",
    },
  )
}
