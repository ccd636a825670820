import { Aggregate, lowerFilter } from "./aggregate.ts"
import type { SourceOf } from "../expression/expression.ts"
import { namedArguments, requireFunctionName } from "../functions/function-call.ts"
import { orderNode } from "../expression/ordering.ts"
import { typeFrom, type TypeSource } from "../types/type-source.ts"

/**
 * An aggregate of the database that Rebis has no word for, null over nothing; over a window it may be any window function too.
 * It is not known to be free of side effects, so a statement with it is never taken for a pure read.
 *
 * @example aggregate("median", double(), Post.c.viewCount).filter(Post.c.viewCount.gt(0)) // SQLite's own
 * @throws StatementError when the name is not that of a function
 */
export function aggregate<T, const A extends readonly unknown[]>(
  name: string,
  type: TypeSource<T>,
  ...args: A
): Aggregate<T | null, SourceOf<A[number]>> {
  requireFunctionName(name, "aggregate()")
  const known = typeFrom(type, `aggregate("${name}")`)
  const lowered = namedArguments(name, args)
  return new Aggregate<T | null, SourceOf<A[number]>>({
    label: `${name}(…)`,
    type: known,
    lower({ distinct, orderBy, filter }, context, over) {
      context.mark("read")
      return context.dialect.aggregate({
        name,
        named: true,
        args: lowered.map((argument) => argument(context)),
        distinct,
        orderBy: orderNode(orderBy, context),
        filter: lowerFilter(filter, context),
        over,
      })
    },
  })
}
