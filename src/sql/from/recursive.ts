import { IdentifierNode, RawNode, type OperationNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import { type CommonTable, commonTableNode, commonTableReference } from "../lowering/with-clause.ts"
import { type CommonTableOptions, type InWith, requireMaterialized } from "./cte.ts"
import type { LowerContext } from "../lowering/lower.ts"
import { type Compound, type EntryOf, Query, type QueryOf } from "../select/query.ts"
import type { ColumnsOf } from "../select/result.ts"
import { entryColumns, type RowColumn } from "./row-columns.ts"
import { Column, type SourceInfo } from "./source.ts"
import { inParentheses, requireEntryName } from "./subquery.ts"
import { typeKey, type SqlType } from "../types/type.ts"

/** `K` are the columns of the rows, `S` and `C` the names of columns that the database adds. */
export interface RecursiveOptions<K extends string, S extends string, C extends string> extends CommonTableOptions {
  /** False: a row that was found already is not found again, so that rows which lead back to each other come to an end. True without it. */
  readonly unionAll?: boolean
  /** A column `set` to order by: each row's descendants after it (`depth`), or all rows of a generation together (`breadth`). PostgreSQL only. */
  readonly search?: { readonly order: "depth" | "breadth"; readonly by: readonly K[]; readonly set: S }
  /**
   * Goes no further where the values of `columns` come again on a path. The column `set` is true in the row where they do; `using`
   * names the column in which the database keeps the path. PostgreSQL only.
   */
  readonly cycle?: { readonly columns: readonly K[]; readonly set: C; readonly using?: string }
}

/** The columns that SEARCH and CYCLE add. */
type AddedColumns<N extends string, S extends string, C extends string> = [S | C] extends [never]
  ? unknown
  : { readonly c: ColumnsOf<{ [K in S]: unknown } & { [K in C]: boolean }, N> }

/**
 * A common table expression that refers to itself: the rows of `base`, then again and again those that `step` finds from the rows
 * found last. Entities stay entities.
 *
 * @example
 * const tree = recursive("tree", select(Category).where(Category.c.parentId.isNull()), (self) =>
 *   select(Category).join(self, Category.c.parentId.eq(self.c.id)))
 * const numbers = recursive("numbers", select({ n: value(1) }), (self) => select({ n: self.c.n.plus(1) }).where(self.c.n.lt(10)))
 * @throws StatementError when the rows of `step` are not those of `base`
 */
export function recursive<const N extends string, O, M, const S extends string = never, const C extends string = never>(
  name: N,
  base: QueryOf<O, M>,
  step: (self: EntryOf<O, M, N>) => QueryOf<NoInfer<O>>,
  options: RecursiveOptions<keyof O & string, S, C> = {},
): EntryOf<O, M, N> & InWith & AddedColumns<N, S, C> {
  const title = `common table expression ${String(name)}`
  requireEntryName(name, "recursive()", "a common table expression")
  requireMaterialized(options.materialized, name)
  if (!(base instanceof Query)) throw new StatementError(`${title} begins with a query, not with ${String(base)}`)
  const columns = base.rowColumns(title)
  const clauses = clausesOf(columns, options, title)
  const table: CommonTable = { name, recursive: true }
  const info: SourceInfo = {
    id: table,
    name,
    inWith: true,
    from: (context) => {
      context.hoist(table, (inner) =>
        withClauses(commonTableNode(name, inParentheses(body.lower(inner)), options.materialized), clauses, title, inner),
      )
      return commonTableReference(name)
    },
    columns: [],
    entity: undefined,
  }
  Object.assign(info, { columns: entryColumns(info, columns) })
  const stepped = step(base.entry(info) as EntryOf<O, M, N>)
  if (!(stepped instanceof Query)) throw new StatementError(`${title}: its step gives no query, but ${String(stepped)}`)
  const body: Compound<unknown> = options.unionAll === false ? base.union(stepped as never) : base.unionAll(stepped as never)
  requireSameTypes(base, body, columns, title)
  return base.entry(
    info,
    clauses.flatMap(({ set, type }) => (type === undefined ? [] : [new Column(info, set, set, type, { nullable: false })])),
  ) as never
}

/** The database takes the types of the first rows for those of all. */
function requireSameTypes(base: Query<any, any>, body: Compound<unknown>, columns: readonly RowColumn[], title: string): void {
  const all = body.columnTypes
  for (const [index, type] of base.columnTypes.entries()) {
    const common = all[index]
    if (type === undefined || common === undefined || typeKey(type) === typeKey(common)) continue
    throw new StatementError(`${title}: "${columns[index]!.key}" begins as ${type.kind} and goes on as another type`, {
      hint: `cast the first: cast(…, ${common.kind}())`,
    })
  }
}

interface AddedClause {
  readonly words: string
  readonly columns: readonly string[]
  readonly set: string
  /** Of the column that it adds. */
  readonly type: SqlType
  readonly using: string | undefined
}

function clausesOf(
  columns: readonly RowColumn[],
  options: RecursiveOptions<string, string, string>,
  title: string,
): readonly AddedClause[] {
  const { search, cycle } = options
  const clauses: AddedClause[] = []
  const nameOf = (key: string, clause: string) => {
    const column = columns.find((each) => each.key === key)
    if (column === undefined) throw new StatementError(`${title}: ${clause} names "${key}", which is no column of its rows`)
    return column.name
  }
  if (search !== undefined) {
    if (search.order !== "depth" && search.order !== "breadth")
      throw new StatementError(`${title}: the order of search is "depth" or "breadth", not ${String(search.order)}`)
    clauses.push({
      words: search.order === "depth" ? " search depth first by " : " search breadth first by ",
      columns: search.by.map((key) => nameOf(key, "search")),
      set: search.set,
      type: { kind: "text" },
      using: undefined,
    })
  }
  if (cycle !== undefined) {
    clauses.push({
      words: " cycle ",
      columns: cycle.columns.map((key) => nameOf(key, "cycle")),
      set: cycle.set,
      type: { kind: "boolean" },
      using: cycle.using ?? `${cycle.set}_path`,
    })
  }
  for (const { columns: by, set, using } of clauses) {
    if (by.length === 0) throw new StatementError(`${title}: search and cycle name at least one column`)
    for (const added of using === undefined ? [set] : [set, using]) {
      requireEntryName(added, title, "an added column")
      if (columns.some((column) => column.name === added)) throw new StatementError(`${title} has a column "${added}" already`)
    }
  }
  return clauses
}

function withClauses(node: OperationNode, clauses: readonly AddedClause[], title: string, context: LowerContext): OperationNode {
  if (clauses.length === 0) return node
  context.requireFeature(context.dialect.queries.searchAndCycle, `${title}: SEARCH and CYCLE`, {
    hint: "select the path or the depth as a column of your own, or use { unionAll: false } to stop at rows that were found already",
  })
  const fragments = [""]
  const nodes = [node]
  const add = (text: string, child: OperationNode) => {
    fragments[fragments.length - 1] += text
    nodes.push(child)
    fragments.push("")
  }
  fragments.push("")
  for (const { words, columns, set, using } of clauses) {
    columns.forEach((column, index) => add(index === 0 ? words : ", ", IdentifierNode.create(column)))
    add(" set ", IdentifierNode.create(set))
    if (using !== undefined) add(" using ", IdentifierNode.create(using))
  }
  return RawNode.create(fragments, nodes)
}
