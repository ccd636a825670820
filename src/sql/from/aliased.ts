import { StatementError } from "../../errors/index.ts"
import { isRelation, type JoinEnds, type JoinStep, type Relation, type RelationKeys } from "./relation.ts"
import type { AnyModel, ColumnsOf, RowOf } from "../select/result.ts"
import { subquerySource, type SubquerySource } from "./subquery.ts"
import { aliasInfo, type Column, columnMap, source, type Source, type SourceInfo } from "./source.ts"

/** A model under another name, so that it can stand in FROM beside itself. Its relations start from the alias. */
export type Alias<M extends Source, A extends string> = AliasSource<M, A> & { readonly [K in RelationKeys<M>]: M[K] } & (abstract new (
    ...args: any
  ) => RowOf<M>)

interface AliasSource<M extends Source, A extends string> extends Source<A> {
  readonly c: M["c"] extends ColumnsOf<infer R, any> ? ColumnsOf<R, A> : never
}

/**
 * @example
 * const editor = aliased(User, "editor")
 * select({ id: Post.c.id, by: editor.c.name }).from(Post).leftJoin(editor, editor.c.id.eq(Post.c.editorId))
 */
export function aliased<M extends AnyModel, const A extends string>(model: M, alias: A): Alias<M, A>
export function aliased<R, const A extends string>(subquery: SubquerySource<R, any>, alias: A): SubquerySource<R, A>
export function aliased(entry: Source, alias: string): unknown {
  if (typeof alias !== "string" || alias === "") throw new StatementError(`aliased(${entry.tableName}): the alias must be a name`)
  const info = aliasInfo(entry[source], alias)
  return info.entity === undefined ? subquerySource(info) : aliasTarget(entry, alias, info)
}

/**
 * A FROM entry that stands for a model: its columns and relations are the model's, bound to `info`.
 * @param added columns beside those of its rows
 */
export function aliasTarget(model: Source, alias: string, info: SourceInfo, added: readonly Column<any, any, any>[] = []): unknown {
  // A function, as a model is one: what takes models takes its aliases.
  const target = function (): never {
    throw new StatementError(`${alias} is an alias in statements and cannot be constructed`, {
      hint: `construct ${model.tableName}'s own class`,
    })
  }
  Object.defineProperties(target, {
    tableName: { value: alias, enumerable: true },
    c: { value: columnMap([...info.columns, ...added]), enumerable: true },
    [source]: { value: info },
  })
  for (const [key, relation] of relationsOf(model)) {
    Object.defineProperty(target, key, { value: fromAlias(relation, model[source], info), enumerable: true, configurable: true })
  }
  return target
}

/** The relations of a model and of the classes that it extends. */
function relationsOf(model: object): Map<string, Relation> {
  const found = new Map<string, Relation>()
  for (
    let level: object | null = model;
    level !== null && level !== Function.prototype;
    level = Object.getPrototypeOf(level) as object | null
  ) {
    for (const key of Object.getOwnPropertyNames(level)) {
      const value: unknown = Object.getOwnPropertyDescriptor(level, key)?.value
      if (!found.has(key) && isRelation(value)) found.set(key, value)
    }
  }
  return found
}

/** A relation whose joins start at the alias wherever they would start at the model itself. */
function fromAlias(relation: Relation, original: SourceInfo, alias: SourceInfo): Relation {
  return {
    target: relation.target,
    by: relation.by,
    cardinality: relation.cardinality,
    joinSteps: (present: readonly SourceInfo[], ends?: JoinEnds): readonly JoinStep[] => {
      if (ends?.from?.id === alias.id) return relation.joinSteps(present, { ...ends, from: original })
      if (!present.some((info) => info.id === alias.id)) throw new StatementError(`the alias ${alias.name} is not in FROM`)
      return relation.joinSteps([alias], { ...ends, from: original })
    },
  }
}
