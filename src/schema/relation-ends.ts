import { StatementError } from "../errors/index.ts"
import { type Relation, source, type SourceInfo } from "../sql/index.ts"
import { mapperDeclaring, mapperOf, type Mapper } from "./mapper.ts"

/** The entry that a relation starts at: the model that declares it, or its only alias. @throws StatementError when that is none or several */
export function startIn(present: readonly SourceInfo[], relation: Relation, title: string): SourceInfo {
  const owners = present.filter((info) => declares(info, relation))
  if (owners.length === 1) return owners[0]!
  const own = owners.filter(isModel)
  if (own.length === 1) return own[0]!
  if (owners.length === 0) {
    throw new StatementError(`${title} cannot be joined: the model that declares it is not in FROM`, {
      hint: `in FROM are: ${present.map((info) => info.name).join(", ") || "nothing"}`,
    })
  }
  throw new StatementError(`${title} can start at ${owners.map((info) => info.name).join(" or ")}`, {
    hint: 'join from the alias: aliased(Model, "name").relation',
  })
}

/** The mapper at which a relation starts in an entry. */
export function ownerOf(info: SourceInfo, relation: Relation, title: string): Mapper {
  const mapper = info.entity === undefined ? mapperDeclaring(relation, info.id) : mapperOf(info.entity.entityClass)
  if (mapper === undefined) throw new StatementError(`${title} cannot start at the subquery ${info.name}`)
  return mapper
}

/** What is joined in place of the target. @throws StatementError when it has other rows */
export function checkedTarget(target: Mapper, to: SourceInfo, title: string): SourceInfo {
  if (to.entity !== undefined && target.accepts(mapperOf(to.entity.entityClass))) return to
  throw new StatementError(`${to.name} cannot be joined as ${title}: it has other rows`, {
    hint: `use aliased(${target.className}, "…") or a subquery of select(${target.className})`,
  })
}

/** The FROM entry of a model. */
export function sourceOf({ entityClass }: Mapper): SourceInfo {
  return (entityClass as unknown as { readonly [source]: SourceInfo })[source]
}

/** Whether an entry is a model, and not an alias of one. */
function isModel(info: SourceInfo): boolean {
  return info.entity !== undefined && sourceOf(mapperOf(info.entity.entityClass)).id === info.id
}

function declares(info: SourceInfo, relation: Relation): boolean {
  if (info.entity === undefined) return mapperDeclaring(relation, info.id) !== undefined
  return mapperOf(info.entity.entityClass).relationName(relation) !== undefined
}
