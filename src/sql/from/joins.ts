import { StatementError } from "../../errors/index.ts"
import { type BooleanExpr, combine } from "../expression/expression.ts"
import type { JoinKind, SelectJoin } from "./from-clause.ts"
import { isRelation, type JoinStep, type Relation } from "./relation.ts"
import { requireExpressions } from "../select/select-state.ts"
import { isSource, source, type SourceInfo } from "./source.ts"

const methods: Record<JoinKind, string> = {
  InnerJoin: "join",
  LeftJoin: "leftJoin",
  RightJoin: "rightJoin",
  FullJoin: "fullJoin",
  CrossJoin: "crossJoin",
}

/** The joins that a call stands for. @param starts the entries that a relation may start at */
export function joinsOf(
  kind: JoinKind,
  target: unknown,
  on: BooleanExpr | Relation | undefined,
  starts: () => readonly SourceInfo[],
): readonly SelectJoin[] {
  const method = methods[kind]
  if (isRelation(target)) {
    if (kind === "CrossJoin")
      throw new StatementError("crossJoin() takes a model, an alias or a subquery", { hint: "join a relation by join()" })
    const steps = target.joinSteps(starts())
    if (on === undefined) return steps.map((step) => ({ kind, ...step }))
    return withCondition(steps, on, kind)
  }
  if (!isSource(target)) throw new StatementError(`${method}: ${String(target)} is neither a relation nor a model, alias or subquery`)
  const info = target[source]
  if (kind === "CrossJoin") return [{ kind, info, on: undefined }]
  if (info.lateral === "subquery" && (kind === "RightJoin" || kind === "FullJoin")) {
    throw new StatementError(`${method} of ${info.name}: a lateral subquery cannot be the side that always stays`, {
      hint: "use join() or leftJoin(), or a subquery made by as()",
    })
  }
  if (on === undefined) {
    if (info.lateral !== undefined && (kind === "InnerJoin" || kind === "LeftJoin")) return [{ kind, info, on }]
    throw new StatementError(`${method} of ${info.name} has no condition`, {
      hint: "pass the condition as the second argument, join by a relation, or say crossJoin()",
    })
  }
  if (isRelation(on)) return on.joinSteps(starts(), { to: info }).map((step) => ({ kind, ...step }))
  requireExpressions([on], `${method} of ${info.name}`)
  return [{ kind, info, on }]
}

/** A relation's joins with a condition of the statement's own. */
function withCondition(steps: readonly JoinStep[], more: BooleanExpr | Relation, kind: JoinKind): readonly SelectJoin[] {
  const { info, on } = steps.at(-1)!
  requireExpressions([more], `${methods[kind]} of ${info.name}`)
  // The rows between would stay where the condition does not hold, each with nothing behind it.
  if (steps.length > 1 && kind !== "InnerJoin") {
    throw new StatementError(`${methods[kind]} of ${info.name} through ${steps[0]!.info.name} takes no condition of its own`, {
      hint: `join a subquery of the rows between and of ${info.name}, which has the condition inside`,
    })
  }
  return [...steps.slice(0, -1), { info, on: combine("and", [on, more as BooleanExpr]) }].map((step) => ({ kind, ...step }))
}
