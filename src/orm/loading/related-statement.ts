import { UnsupportedError } from "../../errors/index.ts"
import { ModelRelation, type TableColumn, ViewRelation } from "../../schema/index.ts"
import {
  aliasInfo,
  type Column,
  combine,
  compile,
  type CompiledStatement,
  type Condition,
  givenParameters,
  isUnrefined,
  type Item,
  type LoadRequest,
  type Relation,
  Select,
  type SelectState,
  type Source,
  source,
  type SourceInfo,
  type Statement,
} from "../../sql/index.ts"
import type { Dialect } from "../dialect.ts"
import type { LoadPath } from "./load-path.ts"
import { StatementTemplate } from "../statement-template.ts"
import { isOfKeyAtHand, LateralSelect } from "./lateral-select.ts"
import { isOneOf, isOneOfGiven, keyArrays, keyChunks } from "./key-list.ts"
import { PlacedOrder } from "./placed-order.ts"
import { RankedSelect, type RankRange } from "./ranked-select.ts"

/** The statements that find the related rows of some keys, and where in their rows the key stands. */
export interface RelatedStatements {
  readonly statements: readonly CompiledStatement[]
  /** Indexes of the columns in a row that hold the key which it belongs to. */
  readonly keyAt: readonly number[]
}

/**
 * Statements for the target's rows that belong to the keys, refined as the request says: ordered by the primary key when it
 * does not say how, limited per key.
 */
export function relatedStatements(
  request: LoadRequest,
  path: LoadPath,
  keys: readonly (readonly unknown[])[],
  dialect: Dialect,
): RelatedStatements {
  const { arrayParameters } = dialect.capabilities
  const width = path.pairs.length
  if (arrayParameters && isUnrefined(request.query.state)) {
    const { template, keyAt } = plainTemplate(request, path, dialect)
    return { keyAt, statements: keyChunks(keys, width, dialect).map((chunk) => template.bind(keyArrays(width, chunk, dialect))) }
  }
  const target = new RelatedSelect(request, path, dialect)
  return {
    keyAt: target.keyAt,
    statements: keyChunks(keys, width, dialect).map((chunk) => compile(givenParameters(target.forKeys(chunk), request.values), dialect)),
  }
}

interface PlainTemplate {
  readonly template: StatementTemplate
  readonly keyAt: readonly number[]
}

const templates = new WeakMap<LoadPath, WeakMap<Dialect, PlainTemplate>>()

/** What is loaded without refinement is the same text every time. */
function plainTemplate(request: LoadRequest, path: LoadPath, dialect: Dialect): PlainTemplate {
  let ofPath = templates.get(path)
  if (ofPath === undefined) templates.set(path, (ofPath = new WeakMap()))
  let found = ofPath.get(dialect)
  if (found === undefined) {
    const target = new RelatedSelect(request, path, dialect)
    found = { template: new StatementTemplate(target.where(isOneOfGiven(target.keyColumns, dialect)), dialect), keyAt: target.keyAt }
    ofPath.set(dialect, found)
  }
  return found
}

/** The target's rows of a relation, to be narrowed to some keys. */
export class RelatedSelect {
  readonly keyColumns: readonly Column<any, any, any>[]
  readonly keyAt: readonly number[]
  readonly #state: SelectState
  readonly #dialect: Dialect
  /** Set where a limit, an offset or DISTINCT ON is one per key. */
  readonly #order: PlacedOrder | undefined
  /** Set where rows are numbered, instead of a statement being run for each key. */
  readonly #range: RankRange | undefined

  /** @param isEmbedded it stands inside another statement, at one key at a time */
  constructor({ query, relation }: LoadRequest, path: LoadPath, dialect: Dialect, isEmbedded = false) {
    this.#dialect = dialect
    const { state, model } = query
    const target: SourceInfo = state.from[0] ?? (model as { readonly [source]: SourceInfo })[source]
    const { joins, keyColumns } =
      path.through === undefined
        ? { joins: [], keyColumns: path.pairs.map(({ right }) => columnIn(target, right)) }
        : joinThrough(path, target, state)
    const isPerKey = isEmbedded || isLimitedPerKey(state)
    const orderBy = orderOf(state, path, target, declaredOrderOf(relation, target), isPerKey ? keyColumns : [])
    this.keyColumns = keyColumns
    this.#order = isPerKey ? new PlacedOrder(orderBy) : undefined
    const isLateral = isPerKey && (isEmbedded || dialect.capabilities.lateralJoins)
    this.#range = isPerKey && !isLateral ? rangeOf(state, dialect) : undefined
    const isOwn = path.through === undefined && !isPerKey
    const width = target.columns.length
    this.keyAt = isOwn
      ? path.pairs.map(({ right }) => target.columns.indexOf(columnIn(target, right)))
      : keyColumns.map((_, position) => width + position)
    const keyItems: Record<string, Item> = Object.fromEntries(keyColumns.map((column, position) => [keyItem(position), column]))
    this.#state = {
      ...state,
      item: isOwn ? state.item : { entity: model as Item, ...keyItems, ...this.#order?.items },
      from: [target],
      joins: [...joins, ...state.joins],
      orderBy: this.#range !== undefined ? [] : (this.#order?.orderBy ?? orderBy),
      distinctOn: state.distinctOn.map((each) => this.#order?.placed(each) ?? each),
      limit: isLateral ? state.limit : undefined,
      offset: isLateral ? state.offset : undefined,
    }
  }

  /** The statement for some keys. */
  forKeys(keys: readonly (readonly unknown[])[]): Statement {
    if (this.#order === undefined || this.#range !== undefined) return this.where(isOneOf(this.keyColumns, keys, this.#dialect))
    return new LateralSelect(this.#select(isOfKeyAtHand(this.keyColumns)), this.#order, this.keyColumns, keys, this.#dialect)
  }

  where(condition: Condition): Statement {
    const select = this.#select(condition)
    if (this.#order === undefined || this.#range === undefined) return select
    const parents = this.keyColumns.map((_, position) => keyItem(position))
    return new RankedSelect(select, this.#order, parents, this.#range)
  }

  /** The order of its rows, which they hold as columns. */
  get order(): PlacedOrder {
    return this.#order!
  }
  /** Its rows inside another statement, at the key for which the condition holds. */
  atKey(condition: Condition): Select<any, any> {
    return this.#select(condition)
  }
  /** Its rows inside another statement, which joins them by their keys and orders them. */
  get joinable(): Select<any, any> {
    return new Select({ ...this.#state, orderBy: [] })
  }

  #select(condition: Condition): Select<any, any> {
    return new Select({ ...this.#state, where: [...this.#state.where, condition] })
  }
}

/** The name of a column of the key that a row belongs to. */
export function keyItem(position: number): string {
  return `rebis_key_${position}`
}

export function isLimitedPerKey({ limit, offset, distinctOn }: SelectState): boolean {
  return limit !== undefined || offset !== undefined || distinctOn.length > 0
}

function declaredOrderOf(relation: Relation, target: SourceInfo): SelectState["orderBy"] {
  return relation instanceof ModelRelation || relation instanceof ViewRelation ? relation.orderIn(target) : []
}

/**
 * By what the relation declares, and by the primary key, where the statement does not say.
 * @param keyColumns what is left to order by where there is none
 */
function orderOf(
  { orderBy, distinctOn }: SelectState,
  { target: { keyIndexes } }: LoadPath,
  target: SourceInfo,
  declared: SelectState["orderBy"],
  keyColumns: readonly Column<any, any, any>[],
): SelectState["orderBy"] {
  if (orderBy.length > 0) return orderBy
  // Rows of which the first is taken have to be ordered by what makes them alike.
  const own = [...distinctOn, ...declared, ...keyIndexes.map((index) => target.columns[index]!.asc())]
  return own.length > 0 ? own : keyColumns
}

/** The ranks that a limit and an offset stand for, where rows are numbered. */
function rangeOf({ limit, offset = 0, withTies }: SelectState, { title }: Dialect): RankRange {
  if (!withTies) return { limit, offset }
  throw new UnsupportedError(`${title} takes a limit per parent without ties`, { hint: "limit the list after it was loaded" })
}

/** With a model between, its rows say which key a row of the target belongs to. */
function joinThrough(
  path: LoadPath,
  target: SourceInfo,
  state: SelectState,
): { readonly joins: SelectState["joins"]; readonly keyColumns: readonly Column<any, any, any>[] } {
  const through = path.through!
  const { mapper } = through
  const between = (mapper.entityClass as unknown as Source)[source]
  const isTaken = between.name === target.name || state.joins.some(({ info }) => info.name === between.name)
  const middle = isTaken ? aliasInfo(between, "rebis_between") : between
  const on =
    "condition" in through
      ? through.condition(middle, target)
      : combine(
          "and",
          through.targetPairs.map(({ left, right }) => columnIn(middle, left).eq(columnIn(target, right))),
        )
  return { joins: [{ kind: "InnerJoin", info: middle, on }], keyColumns: path.pairs.map(({ right }) => columnIn(middle, right)) }
}

export function columnIn(info: SourceInfo, column: TableColumn): Column<any, any, any> {
  return info.columns.find(({ key }) => key === column.key)!
}
