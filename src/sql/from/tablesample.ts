import { AliasNode, RawNode, TableNode } from "kysely"
import { StatementError, UnsupportedError } from "../../errors/index.ts"
import type { AnyExpr } from "../expression/expression.ts"
import { isLowerable, type LowerContext } from "../lowering/lower.ts"
import { operandNode } from "../expression/operand.ts"
import type { AnyModel } from "../select/result.ts"
import { isSource, source, type SourceInfo } from "./source.ts"
import type { SqlType } from "../types/type.ts"

/** `bernoulli` looks at every row, `system` at whole pages of the table: faster, and less evenly spread. */
export type SampleMethod = "bernoulli" | "system"

/** What `tablesample()` may be told. */
export interface SampleOptions {
  /** The same number gives the same rows, as long as the table does not change. */
  readonly repeatable?: number | AnyExpr<number>
}

const methods: ReadonlySet<unknown> = new Set<SampleMethod>(["bernoulli", "system"])
const realType: SqlType<number> = { kind: "real" }
const doubleType: SqlType<number> = { kind: "double" }

/**
 * A random part of a model's table as a FROM entry: the model itself otherwise, with its columns, relations and entities. PostgreSQL only.
 *
 * @param percent how much of it, from 0 to 100
 * @example select(tablesample(Post, "bernoulli", 10, { repeatable: 1 })).where(Post.c.viewCount.gt(0))
 */
export function tablesample<M extends AnyModel>(
  model: M,
  method: SampleMethod,
  percent: number | AnyExpr<number>,
  options: SampleOptions = {},
): M {
  if (!isSource(model)) throw new StatementError(`tablesample() takes a model, not ${String(model)}`)
  const original = model[source]
  const title = `tablesample of ${original.name}`
  if (!methods.has(method))
    throw new StatementError(`${title}: ${JSON.stringify(method)} is not a method`, { hint: "use bernoulli or system" })
  if (!isLowerable(percent) && !(typeof percent === "number" && percent >= 0 && percent <= 100))
    throw new StatementError(`${title}: ${String(percent)} is no percentage from 0 to 100`)
  const { repeatable } = options
  if (repeatable !== undefined && !isLowerable(repeatable) && !Number.isFinite(repeatable))
    throw new StatementError(`${title}: repeatable takes a number, not ${String(repeatable)}`)
  const from: SourceInfo["from"] = (context) => {
    requireTablesample(title, context)
    const node = original.from(context)
    if (original.inWith === true || !TableNode.is(AliasNode.is(node) ? node.node : node))
      throw new StatementError(`${title}: it is no table`, { hint: "take the sample inside of it" })
    const parts = [node, operandNode(percent, realType, `the percentage of ${title}`, context)]
    if (repeatable === undefined) return RawNode.create(["", ` tablesample ${method}(`, ")"], parts)
    return RawNode.create(
      ["", ` tablesample ${method}(`, ") repeatable (", ")"],
      [...parts, operandNode(repeatable, doubleType, `the seed of ${title}`, context)],
    )
  }
  return Object.create(model, { [source]: { value: { ...original, from } satisfies SourceInfo } }) as M
}

function requireTablesample(title: string, { dialect }: LowerContext): void {
  if (dialect.queries.tablesample) return
  throw new UnsupportedError(`${title}: ${dialect.title} has no samples`, {
    hint: 'order by random() and limit the rows: orderBy(fn("random", bigint())).limit(10)',
  })
}
