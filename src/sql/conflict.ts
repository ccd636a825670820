import { ColumnNode, IdentifierNode, OnConflictNode, TableNode, WhereNode, type OperationNode } from "kysely"
import { StatementError, UnsupportedError } from "../errors/index.ts"
import { assignmentsOf, lowerAssignments, type Assignment } from "./assignments.ts"
import type { BooleanExpr } from "./expression.ts"
import { LowerContext } from "./lower.ts"
import type { AnyModel, ColumnsOf } from "./result.ts"
import { requireExpressions } from "./select-state.ts"
import { aliasInfo, Column, columnMap, source, type SourceInfo } from "./source.ts"

/** What a conflict is about: the columns of a unique constraint or index, the name of a constraint, or any. */
export type ConflictTarget = readonly Column<any, any, any>[] | string | undefined

export interface ConflictOptions {
  /** The condition of the partial index that the columns mean. */
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
  for (const column of target) {
    if (!(column instanceof Column) || column.owner.id !== model[source].id) {
      throw new StatementError(
        `${where}: onConflict() takes columns of ${model.tableName}, not ${column instanceof Column ? column.label : String(column)}`,
      )
    }
  }
  return target as readonly Column<any, any, any>[]
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
  const target = lowerTarget(action, context)
  const { assignments, excluded, updateWhere } = action
  if (assignments === undefined || excluded === undefined) return { ...target, doNothing: true }
  return context.within([info, excluded], new Set(), () => ({
    ...target,
    updates: lowerAssignments(assignments, info, `${where}: onConflict().doUpdate()`, context),
    ...(updateWhere === undefined ? {} : { updateWhere: WhereNode.create(updateWhere.lower(context)) }),
  }))
}

function lowerTarget({ target, targetWhere }: ConflictAction, context: LowerContext): OnConflictNode {
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
  const columns = target.map((column) => ColumnNode.create(column.name))
  if (targetWhere === undefined) return { ...node, columns }
  return { ...node, columns, indexWhere: WhereNode.create(indexCondition(targetWhere, context)) }
}

/** As the index is written, with its values in the text: with parameters the database could not tell that it is the same. */
function indexCondition(condition: BooleanExpr, context: LowerContext): OperationNode {
  const definition = new LowerContext(context.dialect, { literals: true })
  const node = definition.unqualified(() => condition.lower(definition))
  context.mark(definition.effect)
  return node
}
