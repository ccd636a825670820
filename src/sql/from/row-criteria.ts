import { AliasNode, IdentifierNode, ParensNode, RawNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import type { BooleanExpr } from "../expression/expression.ts"
import type { SourceInfo } from "./source.ts"

interface Joined {
  readonly kind: string
  readonly info: SourceInfo
}

/** The condition on the rows of an entry that are its own, where not all of its table are. */
export function criterionOf(info: SourceInfo): BooleanExpr | undefined {
  return info.criterion?.(info)
}

/** Whether rows may stay for which the entries before a join have none: a condition in WHERE would leave them out. */
export function keepsUnmatched(joins: readonly Joined[]): boolean {
  return joins.some(({ kind }) => kind === "RightJoin" || kind === "FullJoin")
}

/** What WHERE has to say of the entries of FROM. Of an entry that an outer join may leave empty the join itself says it. */
export function rowCriteria(roots: readonly SourceInfo[], joins: readonly Joined[]): readonly BooleanExpr[] {
  let found: BooleanExpr[] | undefined
  const add = (info: SourceInfo): void => {
    if (info.criterion !== undefined) (found ??= []).push(info.criterion(info))
  }
  for (const root of roots) add(root)
  for (const { kind, info } of joins) if (kind === "InnerJoin" || kind === "CrossJoin") add(info)
  return found === undefined || keepsUnmatched(joins) ? none : found
}

const none: readonly never[] = Object.freeze([])

/** An entry that has only its own rows from the beginning: `(select * from t where …) as t`. */
export function onlyItsRows(info: SourceInfo): SourceInfo {
  if (info.criterion === undefined) return info
  const { criterion } = info
  return {
    ...info,
    from: (context) => {
      const condition = context.within([info], new Set(), () => criterion(info).lower(context))
      const from = info.from(context)
      if (ParensNode.is(from)) {
        throw new StatementError(`${info.name} stands in several tables and cannot be in a right or full join`, {
          hint: "join a subquery of its entities: select(Model).as(…)",
        })
      }
      const query = RawNode.create(["select * from ", " where ", ""], [from, condition])
      return AliasNode.create(ParensNode.create(query), IdentifierNode.create(info.name))
    },
  }
}
