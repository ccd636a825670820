import { DefinitionError } from "../errors/index.ts"
import {
  aliasInfo,
  type AnyExpr,
  combine,
  type Cardinality,
  type Column,
  type Condition,
  type JoinEnds,
  type JoinStep,
  type Order,
  type Relation,
  type SourceInfo,
} from "../sql/index.ts"
import { type Cascade, type CascadeOptions, relationTraits, type RelationTraits } from "./cascade.ts"
import { mapperOf, type Mapper } from "./mapper.ts"
import { checkedTarget, ownerOf, sourceOf, startIn } from "./relation-ends.ts"
import { declaredOrder, type RelationOrder } from "./relation-order.ts"
import type { ForeignKey, Table, TableColumn } from "./table.ts"

export interface RelationOptions<By extends string = string> {
  /**
   * The properties of the foreign key to follow, where there is more than one between the two models: of this model for
   * `manyToOne`, of the other one for `oneToMany` and `oneToOne`.
   */
  readonly by?: By | readonly By[]
  /** What a session does to the related entities when it adds, deletes, merges or expunges one. */
  readonly cascade?: CascadeOptions
}

/** What `oneToMany` and `oneToOne` may be told. */
export interface ToManyOptions<By extends string = string, T = any> extends RelationOptions<By> {
  /** How the list is ordered when a statement loads it and says nothing else; of `oneToOne`, which row is taken. By the primary key otherwise. */
  readonly orderBy?: RelationOrder<T>
  /** When an entity is deleted, the database deletes what belongs to it, by `onDelete: "cascade"` of the foreign key: nothing is loaded for it. */
  readonly passiveDeletes?: boolean
}

/** What `manyToOne` may be told. */
export interface ManyToOneOptions<By extends string = string> extends RelationOptions<By> {
  /** No two entities refer to the same one, which `deleteOrphan` needs; a unique foreign key says it too. */
  readonly singleParent?: boolean
}

/** What `manyToMany` may be told. */
export interface ManyToManyOptions<T = any> {
  /** How the list is ordered when a statement loads it and says nothing else. By the primary key otherwise. */
  readonly orderBy?: RelationOrder<T>
  /** The model between the two, whose foreign keys refer to both. */
  readonly through: () => unknown
  /** Where the model between has more than one foreign key to this model (`by`) or to the other one (`targetBy`). */
  readonly by?: string | readonly string[]
  readonly targetBy?: string | readonly string[]
  /** What a session does to the related entities when it adds, deletes, merges or expunges one. */
  readonly cascade?: CascadeOptions
  /** No two entities have the same one in their lists, which `deleteOrphan` needs. */
  readonly singleParent?: boolean
}

/** Which side of a relation holds the foreign key: this model, the other one, or a model between. */
export type RelationKind = "manyToOne" | "oneToMany" | "oneToOne" | "manyToMany"

/** Pairs of columns that are equal in related rows. */
export interface KeyPair {
  readonly left: TableColumn
  readonly right: TableColumn
}

/** How rows of two models are found from each other. */
export interface RelationPath {
  readonly owner: Mapper
  readonly target: Mapper
  /** Without a model between: `left` is a column of the owner, `right` of the target. */
  readonly pairs: readonly KeyPair[]
  /** The foreign key that the pairs stem from, with a model between the one to the owner. */
  readonly foreignKey: ForeignKey
  /** With a model between: owner to it (`pairs`), and it to the target (`targetPairs`). */
  readonly through: { readonly mapper: Mapper; readonly targetPairs: readonly KeyPair[]; readonly targetForeignKey: ForeignKey } | undefined
}

/** A relation as sessions work with it; made by {@link manyToOne}, {@link oneToMany}, {@link oneToOne} and {@link manyToMany}. */
export class ModelRelation<out T, out C extends Cardinality, out By extends string = string> implements Relation<T, C, By> {
  readonly kind: RelationKind
  readonly target: () => T
  readonly cardinality: C
  readonly by: readonly By[] | undefined
  readonly #traits: RelationTraits
  readonly #through: ManyToManyOptions | undefined
  readonly #orderBy: RelationOrder<any> | undefined
  readonly #paths = new WeakMap<Mapper, RelationPath>()

  constructor(
    kind: RelationKind,
    cardinality: C,
    target: () => T,
    by: readonly By[] | undefined,
    options?: ToManyOptions | ManyToOneOptions | ManyToManyOptions,
  ) {
    this.kind = kind
    this.cardinality = cardinality
    this.target = target
    this.by = by
    this.#traits = relationTraits(`the ${kind} relation`, options)
    this.#through = options !== undefined && "through" in options ? options : undefined
    this.#orderBy = options !== undefined && "orderBy" in options ? options.orderBy : undefined
    if (this.#orderBy !== undefined && typeof this.#orderBy !== "function") {
      throw new DefinitionError(`the ${kind} relation: orderBy is a function of the columns that it orders by`, {
        hint: "orderBy: (post) => post.createdAt.desc()",
      })
    }
  }

  /** What a session does along it. */
  get cascade(): Cascade {
    return this.#traits.cascade
  }
  /** Whether the database deletes what belongs to a deleted entity. */
  get passiveDeletes(): boolean {
    return this.#traits.passiveDeletes
  }
  /** Whether a related entity has at most one that holds it. */
  get singleParent(): boolean {
    return this.#traits.singleParent
  }

  /** How the rows of an entry of the target are ordered where a statement does not say; empty where that was not declared. */
  orderIn(entry: SourceInfo): readonly (Order | AnyExpr)[] {
    return declaredOrder(this.#orderBy, entry, this.#title)
  }

  /** How to get from the owner to the target. @throws DefinitionError when there is no such foreign key, or more than one. */
  pathFrom(owner: Mapper): RelationPath {
    let path = this.#paths.get(owner)
    if (path === undefined) {
      path = this.#pathOf(owner)
      this.#requireCascade(path)
      this.#paths.set(owner, path)
    }
    return path
  }
  /** A subtype inherits the path of the class that declares the relation: foreign keys of its own are not looked at. */
  #pathOf(owner: Mapper): RelationPath {
    const declaring = owner.declaring(this)
    return declaring === owner ? this.#findPath(owner) : { ...this.pathFrom(declaring), owner }
  }

  joinSteps(present: readonly SourceInfo[], { from, to }: JoinEnds = {}): readonly JoinStep[] {
    const start = from === undefined ? startIn(present, this, this.#title) : present[0]!
    const path = this.pathFrom(ownerOf(from ?? start, this, this.#title))
    const targetInfo = to === undefined ? sourceOf(path.target) : checkedTarget(path.target, to, this.#title)
    if (path.through === undefined) return [{ info: targetInfo, on: equalities(start, targetInfo, path.pairs) }]
    const between = sourceOf(path.through.mapper)
    const middle = present.some((info) => info.name === between.name)
      ? aliasInfo(between, `${between.name}_of_${(to ?? start).name}`)
      : between
    return [
      { info: middle, on: equalities(start, middle, path.pairs) },
      { info: targetInfo, on: equalities(middle, targetInfo, path.through.targetPairs) },
    ]
  }

  /** @throws DefinitionError when what is to be deleted along the path cannot be */
  #requireCascade({ owner, foreignKey }: RelationPath): void {
    const { cascade, passiveDeletes, singleParent } = this.#traits
    const where = `${owner.className}.${owner.relationName(this) ?? "relation"}`
    if (passiveDeletes && foreignKey.options.onDelete !== "cascade") {
      throw new DefinitionError(`${where}: passiveDeletes trusts the database, whose foreign key ${foreignKey.name} does not delete`, {
        hint: 'declare the foreign key with { onDelete: "cascade" }, or drop passiveDeletes',
      })
    }
    if (!cascade.deleteOrphan || singleParent || this.kind === "oneToMany" || this.kind === "oneToOne") return
    if (this.kind === "manyToOne" && isUnique(owner.table, foreignKey.columns)) return
    throw new DefinitionError(`${where}: deleteOrphan would delete what others may still refer to`, {
      hint:
        this.kind === "manyToOne"
          ? "make the foreign key unique(), or say singleParent: true where no two entities share one"
          : "say singleParent: true where no two entities share one",
    })
  }

  get #title(): string {
    return `the ${this.kind} relation to ${targetName(this)}`
  }

  #findPath(owner: Mapper): RelationPath {
    const target = mapperOf(this.target())
    if (this.#through !== undefined) return this.#pathThrough(owner, target, this.#through)
    const ownsKey = this.kind === "manyToOne"
    const holder = ownsKey ? owner : target
    const foreignKey = this.#chooseKey(owner, holder, ownsKey ? target : owner, this.by)
    return { owner, target, foreignKey, pairs: pairsOf(foreignKey, ownsKey), through: undefined }
  }

  #pathThrough(owner: Mapper, target: Mapper, options: ManyToManyOptions): RelationPath {
    const mapper = mapperOf(options.through())
    const foreignKey = this.#chooseKey(owner, mapper, owner, list(options.by))
    const others =
      owner.root === target.root || owner.table === target.table
        ? mapper.foreignKeys.filter((key) => key !== foreignKey)
        : mapper.foreignKeys
    const targetForeignKey = this.#chooseKey(owner, mapper, target, list(options.targetBy), others)
    return {
      owner,
      target,
      foreignKey,
      pairs: pairsOf(foreignKey, false),
      through: { mapper, targetPairs: pairsOf(targetForeignKey, true), targetForeignKey },
    }
  }

  #chooseKey(
    owner: Mapper,
    from: Mapper,
    referredBy: Mapper,
    by: readonly string[] | undefined,
    keys: readonly ForeignKey[] = from.foreignKeys,
  ): ForeignKey {
    const where = `${owner.className}.${owner.relationName(this) ?? "relation"}`
    const { table: referred } = referredBy
    const { table: holder } = from
    const candidates = candidatesAmong(keys, referredBy, by)
    if (candidates.length === 1) return candidates[0]!
    if (candidates.length === 0) {
      const wanted = by === undefined ? "" : ` (${by.join(", ")})`
      throw new DefinitionError(`${where}: ${holder.fullName} has no foreign key${wanted} to ${referred.fullName}`, {
        hint: "declare one with references(…) or foreignKey(…)",
      })
    }
    throw new DefinitionError(
      `${where} is ambiguous: ${holder.fullName} refers to ${referred.fullName} by ${candidates.map((key) => `(${key.columns.map((column) => column.key).join(", ")})`).join(" and ")}`,
      {
        hint: `say which: { by: "${candidates[0]!.columns.map((column) => column.key).join('", "')}" }`,
      },
    )
  }
}

/**
 * Many of this model belong to one of the other: this model has the foreign key. Null where the foreign key may be.
 * @example static readonly author = manyToOne(() => User)
 */
export function manyToOne<T, const By extends string = string>(
  target: () => T,
  options: ManyToOneOptions<By> = {},
): ModelRelation<T, "one", By> {
  return new ModelRelation("manyToOne", "one", target, list(options.by), options)
}
/** The other model has a foreign key to this one. @example static readonly posts = oneToMany(() => Post) */
export function oneToMany<T, const By extends string = string>(
  target: () => T,
  options: ToManyOptions<By, NoInfer<T>> = {},
): ModelRelation<T, "many", By> {
  return new ModelRelation("oneToMany", "many", target, list(options.by), options)
}
/** As {@link oneToMany}, with at most one row on the other side. */
export function oneToOne<T, const By extends string = string>(
  target: () => T,
  options: ToManyOptions<By, NoInfer<T>> = {},
): ModelRelation<T, "maybe", By> {
  return new ModelRelation("oneToOne", "maybe", target, list(options.by), options)
}
/** Each of this model has many of the other, by rows of a model between. @example static readonly tags = manyToMany(() => Tag, { through: () => PostTag }) */
export function manyToMany<T>(target: () => T, options: ManyToManyOptions<NoInfer<T>>): ModelRelation<T, "many"> {
  return new ModelRelation("manyToMany", "many", target, undefined, options)
}

function list<By extends string>(by: By | readonly By[] | undefined): readonly By[] | undefined {
  return by === undefined ? undefined : typeof by === "string" ? [by] : by
}

/** The foreign keys to a table of a mapper: of a subtype to its own, or else to the nearest one above. */
function candidatesAmong(keys: readonly ForeignKey[], { table, level }: Mapper, by: readonly string[] | undefined): readonly ForeignKey[] {
  const tables = level?.tables.map((each) => each.table).toReversed() ?? [table]
  for (const referred of tables) {
    const found = keys.filter((key) => key.referredTable === referred && (by === undefined || sameColumns(key.columns, by)))
    if (found.length > 0) return found
  }
  return []
}

function isUnique({ primaryKey, uniques }: Table, columns: readonly TableColumn[]): boolean {
  return [...(primaryKey === undefined ? [] : [primaryKey]), ...uniques].some((key) =>
    key.columns.every((column) => columns.includes(column)),
  )
}

function sameColumns(columns: readonly TableColumn[], by: readonly string[]): boolean {
  return columns.length === by.length && columns.every((column) => by.includes(column.key) || by.includes(column.name))
}

function pairsOf(foreignKey: ForeignKey, fromHolder: boolean): KeyPair[] {
  return foreignKey.columns.map((column, index) => {
    const referred = foreignKey.referredColumns[index]!
    return fromHolder ? { left: column, right: referred } : { left: referred, right: column }
  })
}

function targetName(relation: ModelRelation<any, any, any>): string {
  return mapperOf(relation.target()).className
}

function equalities(left: SourceInfo, right: SourceInfo, pairs: readonly KeyPair[]): Condition {
  return combine(
    "and",
    pairs.map((pair) => columnOf(left, pair.left).eq(columnOf(right, pair.right) as never)),
  )
}

function columnOf(info: SourceInfo, column: TableColumn): Column<any, any, any> {
  return info.columns.find((candidate) => candidate.key === column.key)!
}
