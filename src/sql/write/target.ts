import { AliasNode, ReturningNode, TableNode, type OperationNode } from "kysely"
import { ArgumentError, StatementError, UnsupportedError } from "../../errors/index.ts"
import type { Returned, ReturnedItem } from "./changed-row.ts"
import type { LowerContext } from "../lowering/lower.ts"
import { Expr } from "../expression/expression.ts"
import { type AnyModel, type Item, itemsOf } from "../select/result.ts"
import { selectionOf, type Selection } from "../select/selection.ts"
import type { Shape } from "../lowering/shape.ts"
import { isSource, source, type SourceInfo } from "../from/source.ts"

/** @throws ArgumentError when it is not a model. */
export function requireModel(model: unknown, where: string): AnyModel {
  if (typeof model === "function" && isSource(model)) return model as AnyModel
  throw new ArgumentError(`${where} takes a model, not ${isSource(model) ? `the subquery ${model.tableName}` : String(model)}`)
}

/** The table that a statement writes to, under its alias. @throws StatementError for what cannot be written to. */
export function targetNode(info: SourceInfo, where: string, context: LowerContext): OperationNode {
  if (info.inWith === true)
    throw new StatementError(`${where}: ${info.name} is a common table expression`, { hint: "write to the model itself" })
  const node = info.target === undefined ? info.from(context) : info.target.from(context, where)
  if (TableNode.is(AliasNode.is(node) ? node.node : node)) return node
  throw new StatementError(`${where}: ${info.name} is a subquery`, { hint: "write to the model itself" })
}

/** As {@link targetNode}, where no alias may be. */
export function tableNode(info: SourceInfo, where: string, context: LowerContext): TableNode {
  const node = targetNode(info, where, context)
  if (TableNode.is(node)) return node
  throw new StatementError(`${where}: ${info.name} is an alias`, { hint: "write to the model itself" })
}

export interface Returning {
  readonly returning?: ReturningNode
  readonly shape: Shape | undefined
}

/**
 * RETURNING, inside the scope of the statement.
 * @throws UnsupportedError for another entry than the table itself where the database returns nothing else
 */
export function lowerReturning(
  returned: Returned,
  info: SourceInfo,
  target: OperationNode,
  title: string,
  context: LowerContext,
): Returning {
  if (returned === undefined) return { shape: undefined }
  requireWholeRows(returned.item, title)
  const { dialect } = context
  const lower = () => context.using(() => lowerItem(returned, title, context))
  const name = AliasNode.is(target) && !dialect.writes.returningKnowsAliases ? tableNameOf(target.node) : undefined
  const { result, used } = name === undefined ? lower() : context.renaming(info, name, lower)
  const other = dialect.writes.returningOtherEntries ? undefined : [...used].find(({ id }) => id !== info.id)
  if (other !== undefined) {
    throw new UnsupportedError(`${title}: ${dialect.title} returns columns of ${info.name} only, not of ${other.name}`, {
      hint: `take what is wanted of ${other.name} by a scalar subquery in returning(), or select it afterwards`,
    })
  }
  return { returning: ReturningNode.create(result.nodes), shape: result.shape }
}

/** @throws StatementError for entities whose rows stand in further tables than the one that is written */
function requireWholeRows(item: Item, title: string): void {
  if (item instanceof Expr) return
  if (!isSource(item)) {
    for (const [, inner] of itemsOf(item)) requireWholeRows(inner, title)
    return
  }
  const { name, target } = item[source]
  if (target?.isPartial !== true) return
  throw new StatementError(`${title}: returning() cannot give whole rows of ${name}, which stand in several tables`, {
    hint: "return columns of the table that is written, and select the rows afterwards",
  })
}

function lowerItem({ item, forms, absent }: ReturnedItem, title: string, context: LowerContext): Selection {
  if (forms.length === 0) return selectionOf(item, context, context.optional)
  context.requireFeature(context.dialect.writes.returningOldAndNew, `${title}: old and new rows in returning()`, {
    hint: "select the rows in the same transaction before they are changed",
  })
  const optional = new Set([...context.optional, ...absent.map(({ id }) => id)])
  return context.within(forms, optional, () => selectionOf(item, context, optional))
}

function tableNameOf(node: OperationNode): string | undefined {
  return TableNode.is(node) ? node.table.identifier.name : undefined
}
