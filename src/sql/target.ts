import { AliasNode, ReturningNode, TableNode, type OperationNode } from "kysely"
import { ArgumentError, StatementError } from "../errors/index.ts"
import type { LowerContext } from "./lower.ts"
import type { AnyModel, Item } from "./result.ts"
import { selectionOf } from "./selection.ts"
import type { Shape } from "./shape.ts"
import { isSource, source, type SourceInfo } from "./source.ts"

/** @throws ArgumentError when it is not a model. */
export function requireModel(model: unknown, where: string): AnyModel {
  if (typeof model === "function" && isSource(model)) return model as AnyModel
  throw new ArgumentError(`${where} takes a model, not ${isSource(model) ? `the subquery ${model.tableName}` : String(model)}`)
}

/** The table that a statement writes to, under its alias. @throws StatementError for what cannot be written to. */
export function targetNode(info: SourceInfo, where: string, context: LowerContext): OperationNode {
  const node = info.from(context)
  if (TableNode.is(AliasNode.is(node) ? node.node : node)) return node
  throw new StatementError(`${where}: ${info.name} is a subquery`, { hint: "write to the model itself" })
}

/** As {@link targetNode}, where no alias may be. */
export function tableNode(info: SourceInfo, where: string, context: LowerContext): TableNode {
  const node = targetNode(info, where, context)
  if (TableNode.is(node)) return node
  throw new StatementError(`${where}: ${info.name} is an alias`, { hint: "write to the model itself" })
}

const nothing: ReadonlySet<object> = new Set()

/** What RETURNING gives: nothing, the model's rows, or an item. */
export type Returned = Item | undefined

export function lowerReturning(
  item: Returned,
  target: OperationNode,
  context: LowerContext,
): { readonly returning?: ReturningNode; readonly shape: Shape | undefined } {
  if (item === undefined) return { shape: undefined }
  // SQLite knows no alias of the table in RETURNING.
  const { nodes, shape } = AliasNode.is(target)
    ? context.unqualified(() => selectionOf(item, context, nothing))
    : selectionOf(item, context, nothing)
  return { returning: ReturningNode.create(nodes), shape }
}

/** The scope of a statement that writes to one table. */
export function withinTarget<R>(model: AnyModel, context: LowerContext, body: (info: SourceInfo) => R): R {
  const info = model[source]
  return context.within([info], nothing, () => body(info))
}
