import { StatementError } from "../../errors/index.ts"
import { type KeyPair, type Mapper, mapperOf, ModelRelation, type RelationPath, ViewRelation } from "../../schema/index.ts"
import type { BooleanExpr, LoadRequest, SourceInfo } from "../../sql/index.ts"

/** How the rows of a relation by a condition are found: by the owner's rows, joined once more. */
export interface ViewPath {
  readonly owner: Mapper
  readonly target: Mapper
  /** The owner's primary key, in both places. */
  readonly pairs: readonly KeyPair[]
  readonly through: { readonly mapper: Mapper; readonly condition: (owner: SourceInfo, target: SourceInfo) => BooleanExpr }
}

/** How the rows of a relation are found when it is loaded. */
export type LoadPath = RelationPath | ViewPath

const viewPaths = new WeakMap<ViewRelation<any, any>, ViewPath>()

/** How the rows of a relation are found from entities of a class. @throws StatementError for a relation that was made elsewhere */
export function loadPath({ relation, name }: LoadRequest, owner: Mapper): LoadPath {
  if (relation instanceof ViewRelation) return viewPath(relation, owner)
  if (relation instanceof ModelRelation) return relation.pathFrom(owner)
  throw new StatementError(`with("${name}"): the relation was not made by manyToOne, oneToMany, oneToOne, manyToMany, viewMany or viewOne`)
}

/** The path of a relation by a condition that a class declares; always the same one. */
function viewPath(relation: ViewRelation<any, any>, declaring: Mapper): ViewPath {
  relation.requireOwner(declaring)
  let path = viewPaths.get(relation)
  if (path === undefined) {
    const { owner } = relation
    const target = mapperOf(relation.target())
    const pairs = owner.keyIndexes.map((index) => ({ left: owner.columns[index]!, right: owner.columns[index]! }))
    const condition = (from: SourceInfo, to: SourceInfo) => relation.condition(from, to)
    viewPaths.set(relation, (path = { owner, target, pairs, through: { mapper: owner, condition } }))
  }
  return path
}
