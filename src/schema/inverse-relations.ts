import { classCount, type Mapper, mappersOf } from "./mapper.ts"
import { ModelRelation, type RelationPath } from "./relation.ts"
import type { ForeignKey } from "./table.ts"

/** A relation that a class declares, and its way. */
export interface DeclaredRelation {
  readonly name: string
  readonly relation: ModelRelation<any, any>
  readonly path: RelationPath
}

/** The lists and partners over a foreign key that the classes of the table that it refers to declare. */
export function relationsOver(foreignKey: ForeignKey): readonly DeclaredRelation[] {
  const { id } = foreignKey.referredTable.info
  // Classes come up as a program goes on.
  const classes = classCount(id)
  let known = overKeys.get(foreignKey)
  if (known?.classes !== classes) overKeys.set(foreignKey, (known = { classes, found: listsOver(foreignKey, mappersOf(id)) }))
  return known.found
}

const overKeys = new WeakMap<ForeignKey, { readonly classes: number; readonly found: readonly DeclaredRelation[] }>()

function listsOver(foreignKey: ForeignKey, mappers: readonly Mapper[]): DeclaredRelation[] {
  return mappers
    .flatMap((mapper) => declaredBy(mapper))
    .filter(({ relation, path }) => path.foreignKey === foreignKey && path.through === undefined && relation.kind !== "manyToOne")
}

/** The relations of the other side that stand for the same foreign key, or the same model between. */
export function inverseRelations(path: RelationPath, relation: ModelRelation<any, any>): readonly DeclaredRelation[] {
  let found = inverses.get(path)
  if (found === undefined) inverses.set(path, (found = declaredBy(path.target).filter((other) => isInverse(path, relation, other))))
  return found
}

const inverses = new WeakMap<RelationPath, readonly DeclaredRelation[]>()

function isInverse({ foreignKey, through }: RelationPath, { kind }: ModelRelation<any, any>, other: DeclaredRelation): boolean {
  if (through !== undefined)
    return other.path.through?.targetForeignKey === foreignKey && other.path.foreignKey === through.targetForeignKey
  return (
    other.path.through === undefined &&
    other.path.foreignKey === foreignKey &&
    (other.relation.kind === "manyToOne") !== (kind === "manyToOne")
  )
}

function declaredBy(mapper: Mapper): DeclaredRelation[] {
  return [...mapper.relations].flatMap(([name, relation]) =>
    relation instanceof ModelRelation ? [{ name, relation, path: relation.pathFrom(mapper) }] : [],
  )
}
