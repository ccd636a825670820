import { DefinitionError } from "../errors/index.ts"

/** What a session does to related entities along a relation, as it is declared. What is not said is as the default says. */
export interface CascadeOptions {
  /** New entities that the relation reaches are added with the one that holds them. Default `true`. */
  readonly saveUpdate?: boolean
  /** `db.merge` goes on with what the relation holds. Default `true`. */
  readonly merge?: boolean
  /** `db.expunge` takes what the relation holds out of the session too. Default `false`. */
  readonly expunge?: boolean
  /** What the relation leads to is deleted with the entity that holds it. Default `false`, with `deleteOrphan` `true`. */
  readonly delete?: boolean
  /** What leaves the relation, and goes to no other parent, is deleted. Default `false`. */
  readonly deleteOrphan?: boolean
}

/** What a session does to related entities along a relation. */
export type Cascade = Required<CascadeOptions>

/** What a relation says beside the models that it ties together. */
export interface RelationTraits {
  readonly cascade: Cascade
  /** Related rows that are not loaded are left to ON DELETE of the database when the entity is deleted. */
  readonly passiveDeletes: boolean
  /** A related entity has at most one that holds it. */
  readonly singleParent: boolean
}

const defaults: Cascade = { saveUpdate: true, merge: true, expunge: false, delete: false, deleteOrphan: false }
const plainTraits: RelationTraits = { cascade: defaults, passiveDeletes: false, singleParent: false }

let deleting = false

/** Whether some relation of the program deletes along itself: where none does, nobody has to look. */
export function deletionCascades(): boolean {
  return deleting
}

/** @throws DefinitionError for what cannot be meant together */
export function relationTraits(
  what: string,
  given: { readonly cascade?: CascadeOptions; readonly passiveDeletes?: boolean; readonly singleParent?: boolean } | undefined,
): RelationTraits {
  if (given === undefined || (given.cascade === undefined && given.passiveDeletes === undefined && given.singleParent === undefined))
    return plainTraits
  const { cascade: asked = {}, passiveDeletes = false, singleParent = false } = given
  const unknown = Object.keys(asked).find((key) => !Object.hasOwn(defaults, key))
  if (unknown !== undefined) {
    throw new DefinitionError(`${what}: a relation does not cascade "${unknown}"`, {
      hint: `it can cascade ${Object.keys(defaults).join(", ")}`,
    })
  }
  if (asked.deleteOrphan === true && asked.delete === false) {
    throw new DefinitionError(`${what}: deleteOrphan without delete would leave orphans where the parent itself is deleted`, {
      hint: "leave delete out, or drop deleteOrphan",
    })
  }
  const said = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined))
  const cascade: Cascade = { ...defaults, delete: asked.deleteOrphan === true, ...said }
  if (passiveDeletes && !cascade.delete) {
    throw new DefinitionError(`${what}: passiveDeletes says who deletes, and nothing is deleted along the relation`, {
      hint: "add cascade: { delete: true }",
    })
  }
  if (cascade.delete) deleting = true
  return { cascade, passiveDeletes, singleParent }
}
