import { mappersOf } from "./mapper.ts"
import { ModelRelation, type RelationPath } from "./relation.ts"
import type { ForeignKey } from "./table.ts"

/** A relation that a class declares, and its way. */
export interface DeclaredRelation {
  readonly name: string
  readonly relation: ModelRelation<any, any>
  readonly path: RelationPath
}

/** The lists and partners over a foreign key that the classes of the table that it refers to declare. */
export function relationsOver(foreignKey: ForeignKey): DeclaredRelation[] {
  return mappersOf(foreignKey.referredTable.info.id).flatMap((mapper) =>
    [...mapper.relations].flatMap(([name, relation]) => {
      if (!(relation instanceof ModelRelation) || (relation.kind !== "oneToMany" && relation.kind !== "oneToOne")) return []
      const path = relation.pathFrom(mapper)
      return path.foreignKey === foreignKey ? [{ name, relation, path }] : []
    }),
  )
}
