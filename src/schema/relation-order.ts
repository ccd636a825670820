import { DefinitionError } from "../errors/index.ts"
import { type AnyExpr, columnMap, Expr, Order, type SourceInfo } from "../sql/index.ts"

/** The columns of what a relation leads to. */
export type TargetColumns<T> = T extends { readonly c: infer C } ? C : never

type OrderItem = Order | AnyExpr

/** How a list is ordered, by the columns of what is in it. */
export type RelationOrder<T> = (columns: TargetColumns<T>) => OrderItem | readonly OrderItem[]

/** The order of the rows of an entry, as a relation declares it. @throws DefinitionError when it is none */
export function declaredOrder(orderBy: RelationOrder<any> | undefined, entry: SourceInfo, title: string): readonly OrderItem[] {
  if (orderBy === undefined) return none
  const given: unknown = orderBy(columnMap(entry.columns) as never)
  const items: readonly unknown[] = Array.isArray(given) ? given : [given]
  if (items.every((item): item is OrderItem => item instanceof Order || item instanceof Expr)) return items
  throw new DefinitionError(`${title}: orderBy gave something that nothing can be ordered by`, {
    hint: "give a column, an expression, or a list of them: orderBy: (post) => [post.createdAt.desc(), post.id]",
  })
}

const none: readonly never[] = Object.freeze([])
