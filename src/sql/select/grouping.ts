import { FunctionNode, GroupByItemNode, GroupByNode, type OperationNode, RawNode } from "kysely"
import { StatementError, UnsupportedError } from "../../errors/index.ts"
import { type AnyExpr, type BooleanExpr, Computed, type Expr } from "../expression/expression.ts"
import { expression } from "../functions/function-call.ts"
import type { LowerContext } from "../lowering/lower.ts"
import { requireExpressions } from "../expression/require-expressions.ts"
import { isSource, source, type Source, type SourceInfo } from "../from/source.ts"
import type { SqlType } from "../types/type.ts"

/** What `groupBy` takes: an expression; a model, whose rows are grouped by their key; rollup, cube or grouping sets. */
export type GroupKey<S extends string = string> = AnyExpr | Source | Grouping<S>

/** Keys that are one: they are left out together. */
type KeyList = readonly AnyExpr[]

/** Several groupings in one statement. `S` names the FROM entries whose columns are null in the rows of groups that leave them out. */
export class Grouping<out S extends string = string> {
  declare readonly $leftOut: S
  readonly kind: "rollup" | "cube" | "grouping sets"
  readonly sets: readonly (KeyList | Grouping)[]

  constructor(kind: Grouping["kind"], sets: readonly (KeyList | Grouping)[]) {
    this.kind = kind
    this.sets = sets
  }
}

/** A key that is null where it is left out: its type must say so, by the FROM entry it comes from or by itself. */
type LeftOut<E> = E extends { readonly $value: infer V; readonly $source: infer S }
  ? [S] extends [never]
    ? null extends V
      ? E
      : "a key is null where it is left out: select and group by nullable(…) of it"
    : E
  : { readonly [K in keyof E]: LeftOut<E[K]> }
type SourcesOf<K> = K extends { readonly $source: infer S extends string }
  ? S
  : K extends { readonly $leftOut: infer S extends string }
    ? S
    : K extends readonly (infer E)[]
      ? SourcesOf<E>
      : never

/**
 * Groups by all of the keys, by all but the last, and so on, down to one group of everything. A list counts as one key.
 * @example groupBy(rollup(Sale.c.country, Sale.c.city)) // cities, countries and the grand total
 * @throws UnsupportedError on SQLite, when the statement is compiled
 */
export function rollup<const K extends readonly (AnyExpr | KeyList)[]>(
  ...keys: K & { readonly [I in keyof K]: LeftOut<K[I]> }
): Grouping<SourcesOf<K[number]>> {
  return new Grouping("rollup", keyLists(keys, "rollup"))
}

/** Groups by every choice of the keys, from all of them to none. A list counts as one key. See {@link rollup}. */
export function cube<const K extends readonly (AnyExpr | KeyList)[]>(
  ...keys: K & { readonly [I in keyof K]: LeftOut<K[I]> }
): Grouping<SourcesOf<K[number]>> {
  return new Grouping("cube", keyLists(keys, "cube"))
}

/**
 * Groups by each of the lists of keys; an empty one is a group of everything. See {@link rollup}.
 * @example groupBy(groupingSets([Sale.c.country, Sale.c.city], [Sale.c.country], []))
 */
export function groupingSets<const K extends readonly (KeyList | Grouping<any>)[]>(
  ...sets: K & { readonly [I in keyof K]: K[I] extends Grouping<any> ? K[I] : LeftOut<K[I]> }
): Grouping<SourcesOf<K[number]>> {
  const lists: readonly unknown[] = sets
  lists.forEach((set, index) => {
    if (!(set instanceof Grouping)) requireList(set, `groupingSets(): list ${index + 1}`)
  })
  return new Grouping("grouping sets", requireSome(sets, "groupingSets"))
}

function keyLists(keys: readonly (AnyExpr | KeyList)[], name: string): readonly KeyList[] {
  return requireSome(keys, name).map((key, index) => {
    if (!Array.isArray(key)) requireExpressions([key], name)
    else if (key.length === 0) throw new StatementError(`${name}(): list ${index + 1} is empty`)
    return requireList(Array.isArray(key) ? key : [key], `${name}(): list ${index + 1}`)
  })
}

function requireList(list: unknown, clause: string): KeyList {
  if (!Array.isArray(list)) throw new StatementError(`${clause} is no list of expressions`, { hint: "write groupingSets([a, b], [a], [])" })
  requireExpressions(list, clause)
  return list
}

function requireSome<T>(items: readonly T[], name: string): readonly T[] {
  if (items.length === 0) throw new StatementError(`${name}() was given no key`)
  return items
}

/** @throws StatementError for what rows cannot be grouped by, above all `undefined` */
export function requireGroupKeys(keys: readonly unknown[]): void {
  requireExpressions(
    keys.filter((key) => !(key instanceof Grouping) && !isSource(key)),
    "groupBy",
  )
}

/** Whether there are groups that leave out a key. */
export function leavesOutKeys(keys: readonly GroupKey[]): boolean {
  return keys.some((key) => key instanceof Grouping)
}

/** All keys one by one, with a model's rows as the columns by which they are grouped. */
export function expressionsOf(keys: readonly (GroupKey | KeyList)[], tables: ReadonlySet<object>): readonly AnyExpr[] {
  return keys.flatMap((key) => {
    if (key instanceof Grouping) return expressionsOf(key.sets, tables)
    if (isSource(key)) return rowKeys(key[source], tables)
    return Array.isArray(key) ? (key as KeyList) : [key as AnyExpr]
  })
}

/** A table's rows are told apart by their primary key, on which all other columns depend; other rows by all of their columns. */
function rowKeys({ id, entity, columns }: SourceInfo, tables: ReadonlySet<object>): readonly AnyExpr[] {
  if (entity === undefined || entity.keyIndexes.length === 0 || !tables.has(id)) return columns
  return entity.keyIndexes.map((index) => columns[index]!)
}

/** What a SELECT says of its groups. */
export interface Groups {
  readonly groupBy: readonly GroupKey[]
  /** GROUP BY DISTINCT */
  readonly groupsOnce: boolean
  readonly having: readonly BooleanExpr[]
}

/** What the nodes of FROM tell of its entries, by their identities. */
export interface FromKinds {
  readonly tables: ReadonlySet<object>
  readonly subqueries: ReadonlySet<object>
}

/** GROUP BY. `lowerKey` lowers one expression. */
export function lowerGroupBy(
  { groupBy: keys, groupsOnce: distinct }: Groups,
  { tables }: FromKinds,
  context: LowerContext,
  lowerKey: (key: AnyExpr) => OperationNode,
): GroupByNode {
  if ((distinct || leavesOutKeys(keys)) && !context.dialect.groupingSets) {
    throw new UnsupportedError(`${context.dialect.title} has no rollup(), cube() and groupingSets()`, {
      hint: "join statements, each with one grouping, by unionAll()",
    })
  }
  const nodes = keys.flatMap((key) =>
    key instanceof Grouping ? [lowerGrouping(key, lowerKey)] : expressionsOf([key], tables).map(lowerKey),
  )
  const [first, ...rest] = nodes
  const items = distinct && first !== undefined ? [RawNode.create(["distinct ", ""], [first]), ...rest] : nodes
  return GroupByNode.create(items.map((node) => GroupByItemNode.create(node)))
}

function lowerGrouping({ kind, sets }: Grouping, lowerKey: (key: AnyExpr) => OperationNode): OperationNode {
  const lowered = sets.map((set) => {
    if (set instanceof Grouping) return lowerGrouping(set, lowerKey)
    const nodes = set.map(lowerKey)
    return set.length === 1 && kind !== "grouping sets" ? nodes[0]! : listNode("(", nodes)
  })
  return listNode(`${kind} (`, lowered)
}

function listNode(before: string, nodes: readonly OperationNode[]): OperationNode {
  if (nodes.length === 0) return RawNode.createWithSql(`${before})`)
  return RawNode.create([before, ...nodes.slice(1).map(() => ", "), ")"], nodes)
}

const integerType: SqlType<number> = { kind: "integer" }

/**
 * Which of the keys are left out of a row's group: a bit for each, the last key's the lowest, set where it is left out.
 * By it a total is told from a group of null.
 *
 * @example grouping(Sale.c.country, Sale.c.city) // 0 for a city, 1 for a country, 3 for the grand total
 */
export function grouping(...keys: readonly [AnyExpr, ...AnyExpr[]]): Expr<number> {
  if (keys.length === 0) throw new StatementError("grouping() was given no key")
  for (const key of keys) expression(key, "grouping()")
  return new Computed<number>("grouping(…)", integerType, (context) => {
    if (!context.dialect.groupingSets) throw new UnsupportedError(`${context.dialect.title} has no grouping()`)
    return FunctionNode.create(
      "grouping",
      keys.map((key) => key.lower(context)),
    )
  })
}
