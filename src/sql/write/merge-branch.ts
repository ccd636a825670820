import {
  AndNode,
  ColumnNode,
  MatchedNode,
  RawNode,
  ValueListNode,
  ValuesNode,
  type InsertQueryNode,
  type OperationNode,
  type UpdateQueryNode,
  type WhenNode,
} from "kysely"
import { StatementError } from "../../errors/index.ts"
import { type Assignment, lowerAssignments } from "./assignments.ts"
import { type BooleanExpr, Condition } from "../expression/expression.ts"
import type { LowerContext } from "../lowering/lower.ts"
import { operandNode } from "../expression/operand.ts"
import { tight } from "../expression/operators.ts"
import type { SourceInfo } from "../from/source.ts"

/** Which rows a branch of a MERGE is for: pairs, rows of the source alone, rows of the target alone. */
export type MergeCase = "matched" | "not matched" | "not matched by source"

/** What is done with them. */
export type MergeAction =
  | { readonly kind: "update"; readonly assignments: readonly Assignment[] }
  | { readonly kind: "insert"; readonly assignments: readonly Assignment[] }
  | { readonly kind: "delete" }
  | { readonly kind: "do nothing" }

export interface MergeBranch {
  readonly case: MergeCase
  readonly condition: BooleanExpr | undefined
  readonly action: MergeAction
}

/** `when matched and … then update set …`; with the columns of its rows in reach, and no others. */
export function lowerBranch(branch: MergeBranch, target: SourceInfo, beside: SourceInfo, title: string, context: LowerContext): WhenNode {
  const entries = { matched: [target, beside], "not matched": [beside], "not matched by source": [target] }[branch.case]
  return context.within(entries, nothing, () => ({
    kind: "WhenNode",
    condition: lowerCondition(branch, context),
    result: lowerAction(branch.action, target, title, context),
  }))
}

const nothing: ReadonlySet<object> = new Set()

function lowerCondition({ case: which, condition }: MergeBranch, context: LowerContext): OperationNode {
  const matched = MatchedNode.create(which !== "matched", which === "not matched by source")
  if (condition === undefined) return matched
  return AndNode.create(matched, condition instanceof Condition ? condition.lower(context) : tight(condition, context))
}

function lowerAction(action: MergeAction, target: SourceInfo, title: string, context: LowerContext): OperationNode {
  switch (action.kind) {
    case "update": {
      const node: UpdateQueryNode = {
        kind: "UpdateQueryNode",
        updates: lowerAssignments(action.assignments, target, `${title}: thenUpdate()`, context),
      }
      return node
    }
    case "insert":
      return lowerInsert(action.assignments, context)
    default:
      return RawNode.createWithSql(action.kind)
  }
}

function lowerInsert(assignments: readonly Assignment[], context: LowerContext): OperationNode {
  if (assignments.length === 0) {
    const node: InsertQueryNode = { kind: "InsertQueryNode", defaultValues: true }
    return node
  }
  const row = assignments.map(({ column, value }) => operandNode(value, column.type, column.label, context))
  const node: InsertQueryNode = {
    kind: "InsertQueryNode",
    columns: assignments.map(({ column }) => ColumnNode.create(column.name)),
    values: ValuesNode.create([ValueListNode.create(row)]),
  }
  return node
}

/** @throws StatementError for a MERGE without branches, and for a branch behind one that takes all of its rows */
export function requireBranches(branches: readonly MergeBranch[], title: string): void {
  if (branches.length === 0) {
    throw new StatementError(`${title} does nothing`, {
      hint: "say what happens: whenMatched().thenUpdate(…), whenNotMatched().thenInsert(…)",
    })
  }
  const taken = new Set<MergeCase>()
  for (const branch of branches) {
    if (taken.has(branch.case)) {
      throw new StatementError(`${title}: a branch for rows that are ${branch.case} follows one that takes all of them`, {
        hint: "the one without a condition comes last",
      })
    }
    if (branch.condition === undefined) taken.add(branch.case)
  }
}
