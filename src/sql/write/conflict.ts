import { ColumnNode, IdentifierNode, OnConflictNode, ParensNode, TableNode, WhereNode, type OperationNode } from "kysely"
import { StatementError, UnsupportedError } from "../../errors/index.ts"
import { assignmentsOf, lowerAssignments, type Assignment } from "./assignments.ts"
import { type AnyExpr, type BooleanExpr, Expr } from "../expression/expression.ts"
import { LowerContext } from "../lowering/lower.ts"
import type { AnyModel, ColumnsOf } from "../select/result.ts"
import { requireExpressions } from "../select/select-state.ts"
import { aliasInfo, Column, columnMap, source, type SourceInfo } from "../from/source.ts"

/** What a conflict is about: the columns and expressions of a unique constraint or index, the name of a constraint, or any. */
export type ConflictTarget = readonly AnyExpr[] | string | undefined

/** Which index the columns of `onConflict()` stand for. */
export interface ConflictOptions {
  /** The condition of the partial index that is meant. */
  readonly where?: BooleanExpr
}

/** The row that was to be inserted, as `doUpdate` sees it. */
export type Excluded<M extends AnyModel> = M["c"] extends ColumnsOf<infer R, any> ? ColumnsOf<R, "excluded"> : never

/** What happens instead of a conflict. */
export interface ConflictAction {
  readonly target: ConflictTarget
  readonly targetWhere: BooleanExpr | undefined
  /** What to set on the row that is there; nothing happens to it without. */
  readonly assignments: readonly Assignment[] | undefined
  readonly updateWhere: BooleanExpr | undefined
  /** The pseudo-table of the rows that were to be inserted. */
  readonly excluded: SourceInfo | undefined
}

/** @throws StatementError for a target that is not the model's. */
export function requireTarget(target: unknown, model: AnyModel, where: string): ConflictTarget {
  if (target === undefined || (typeof target === "string" && target !== "")) return target
  if (!Array.isArray(target) || target.length === 0) {
    throw new StatementError(`${where}: onConflict() takes columns or a constraint's name`, {
      hint: "write onConflict([User.c.email]), or onConflict() for any conflict",
    })
  }
  for (const part of target as readonly unknown[]) {
    if (part instanceof Column ? part.owner.id === model[source].id : part instanceof Expr) continue
    throw new StatementError(
      `${where}: onConflict() takes columns and expressions of ${model.tableName}, not ${part instanceof Column ? part.label : String(part)}`,
    )
  }
  return target as readonly AnyExpr[]
}

/** The action that updates the row which is there. */
export function updateAction(
  target: ConflictTarget,
  targetWhere: BooleanExpr | undefined,
  set: unknown,
  options: { readonly where?: unknown },
  model: AnyModel,
): ConflictAction {
  const where = `onConflict().doUpdate() of ${model.tableName}`
  if (target === undefined)
    throw new StatementError(`${where} must say which conflict`, { hint: "write onConflict([User.c.email]) or the constraint's name" })
  const excluded = excludedInfo(model[source])
  const columns = columnMap(excluded.columns)
  const given = (what: unknown): unknown => (typeof what === "function" ? (what as (excluded: unknown) => unknown)(columns) : what)
  const updateWhere = given(options.where)
  if ("where" in options) requireExpressions([updateWhere], "doUpdate where")
  return {
    target,
    targetWhere,
    assignments: assignmentsOf(given(set), model, where),
    updateWhere: updateWhere as BooleanExpr | undefined,
    excluded,
  }
}

function excludedInfo(info: SourceInfo): SourceInfo {
  return { ...aliasInfo(info, "excluded"), from: () => TableNode.create("excluded") }
}

export function lowerConflict(action: ConflictAction, info: SourceInfo, where: string, context: LowerContext): OnConflictNode {
  const target = lowerTarget(action, info, context)
  const { assignments, excluded, updateWhere } = action
  if (assignments === undefined || excluded === undefined) return { ...target, doNothing: true }
  return context.within([info, excluded], new Set(), () => ({
    ...target,
    updates: lowerAssignments(assignments, info, `${where}: onConflict().doUpdate()`, context),
    ...(updateWhere === undefined ? {} : { updateWhere: WhereNode.create(updateWhere.lower(context)) }),
  }))
}

function lowerTarget({ target, targetWhere }: ConflictAction, info: SourceInfo, context: LowerContext): OnConflictNode {
  const node = OnConflictNode.create()
  if (target === undefined) return node
  if (typeof target === "string") {
    if (!context.dialect.conflictOnConstraint) {
      throw new UnsupportedError(`${context.dialect.title} cannot name the constraint "${target}" in ON CONFLICT`, {
        hint: "name its columns: onConflict([User.c.email])",
      })
    }
    return { ...node, constraint: IdentifierNode.create(target) }
  }
  const parts = target.map((part) =>
    part instanceof Column ? ColumnNode.create(part.name) : ParensNode.create(asInIndex(part, info, context)),
  )
  const of = { ...node, columns: parts as unknown as readonly ColumnNode[] }
  return targetWhere === undefined ? of : { ...of, indexWhere: WhereNode.create(asInIndex(targetWhere, info, context)) }
}

/** As the index is written, with its values in the text: with parameters the database could not tell that it is the same. */
function asInIndex(expression: AnyExpr, info: SourceInfo, context: LowerContext): OperationNode {
  // Without table names nobody would see whose columns they are.
  context.within([info], new Set(), () => context.effectOf(() => expression.lower(context)))
  const definition = new LowerContext(context.dialect, { literals: true })
  const node = definition.unqualified(() => expression.lower(definition))
  context.mark(definition.effect)
  return node
}
