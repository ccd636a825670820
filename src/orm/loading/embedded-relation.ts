import { StatementError, UnsupportedError } from "../../errors/index.ts"
import { type Mapper, mapperOf, ModelRelation } from "../../schema/index.ts"
import {
  type EntityShape,
  hasOwnSql,
  type LoadRequest,
  type LoadStrategy,
  type SelectEntity,
  type Source,
  source,
  type SourceInfo,
} from "../../sql/index.ts"
import type { Dialect } from "../dialect.ts"
import { type LoadPath, loadPath } from "./load-path.ts"
import { isLimitedPerKey, RelatedSelect } from "./related-statement.ts"

/** Loads of one level: those that are part of the statement, and those that take statements of their own. */
export interface Loads {
  readonly embedded: readonly EmbeddedRelation[]
  readonly later: readonly LoadRequest[]
}

/** A relation that is loaded by the statement that finds its owners. */
export interface EmbeddedRelation extends Loads {
  readonly name: string
  readonly isMany: boolean
  /** Whether there may be several rows for one of its owner, even where only the first of them counts. */
  readonly mayMultiply: boolean
  readonly request: LoadRequest
  readonly path: LoadPath
  readonly strategy: "joined" | "json"
  /** What its rows are called in the statement, and those of its owners. */
  readonly alias: string
  readonly owner: string
  readonly select: RelatedSelect
  readonly target: SourceInfo
}

/** What a statement loads, by strategies; nothing is embedded unless it was asked for. */
export class LoadTree {
  readonly #dialect: Dialect
  #aliases = 0

  constructor(dialect: Dialect) {
    this.#dialect = dialect
  }

  loadsOf({ model, loads }: SelectEntity<any, any>, owner: string, inherited: LoadStrategy): Loads {
    const mapper = mapperOf((model as Source)[source].entity!.entityClass)
    const embedded: EmbeddedRelation[] = []
    const later: LoadRequest[] = []
    for (const request of loads) {
      const strategy = inherited === "json" && request.strategy === "joined" ? "json" : (request.strategy ?? inherited)
      if (strategy === "selectin") later.push(request)
      else embedded.push(this.#embed(request, mapper, owner, strategy))
    }
    return { embedded, later }
  }

  #embed(request: LoadRequest, mapper: Mapper, owner: string, strategy: "joined" | "json"): EmbeddedRelation {
    const { name, relation, query } = request
    const path = loadPath(request, mapper)
    const target = (query.model as Source)[source]
    const isMany = relation.cardinality === "many"
    requireEmbeddable(request, target, strategy)
    const alias = `rebis_${++this.#aliases}`
    return {
      name,
      isMany,
      mayMultiply: !(relation instanceof ModelRelation && relation.kind === "manyToOne"),
      request,
      path,
      strategy,
      alias,
      owner,
      target,
      select: new RelatedSelect(request, path, this.#dialect, true),
      ...this.loadsOf(query, alias, strategy),
    }
  }
}

/** The shape of the entities of a relation, whose columns begin at `offset`. */
export function shapeAt({ target }: EmbeddedRelation, offset: number): EntityShape {
  return { kind: "entity", offset, entity: target.entity!, optional: false }
}

function requireEmbeddable({ name, query }: LoadRequest, target: SourceInfo, strategy: "joined" | "json"): void {
  if (strategy === "json") {
    const wrapped = target.columns.find(({ type }) => hasOwnSql(type))
    if (wrapped === undefined) return
    throw new UnsupportedError(`with("${name}"): ${target.name}.${wrapped.name} has a codec with SQL of its own, which JSON cannot carry`, {
      hint: "load the relation by a statement of its own: leave the strategy out",
    })
  }
  if (isLimitedPerKey(query.state)) {
    throw new StatementError(`with("${name}"): a join cannot limit the rows of each parent`, {
      hint: 'use the strategy "json", or "selectin", the default',
    })
  }
  if (target.entity!.keyIndexes.length === 0) {
    throw new StatementError(`with("${name}"): ${target.name} has no primary key, by which joined rows are told apart`, {
      hint: 'use the strategy "json", or "selectin", the default',
    })
  }
}
