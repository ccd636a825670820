import { ArgumentError, DefinitionError } from "../errors/index.ts"
import {
  type AnyExpr,
  type BooleanExpr,
  type Cardinality,
  columnMap,
  combine,
  Expr,
  type JoinEnds,
  type JoinStep,
  type Order,
  type Relation,
  type SourceInfo,
} from "../sql/index.ts"
import { mapperOf, type Mapper } from "./mapper.ts"
import { checkedTarget, ownerOf, sourceOf, startIn } from "./relation-ends.ts"
import { declaredOrder, type RelationOrder, type TargetColumns } from "./relation-order.ts"

/** What a relation by a condition is. */
export interface ViewOptions<From, T> {
  /** The model that declares it. */
  readonly from: () => From
  /** When a row of the other model belongs to one of this: by the columns of this model and of the other. */
  readonly on: (from: TargetColumns<From>, to: TargetColumns<T>) => BooleanExpr
  /** How the rows are ordered when a statement loads them and says nothing else. By the primary key otherwise. */
  readonly orderBy?: RelationOrder<T>
}

/** A relation by a condition, which is read and never written; made by {@link viewMany} and {@link viewOne}. */
export class ViewRelation<out T, out C extends Cardinality> implements Relation<T, C, never> {
  readonly isView = true
  readonly by: undefined
  readonly target: () => T
  readonly cardinality: C
  readonly #options: ViewOptions<any, any>

  constructor(cardinality: C, target: () => T, options: ViewOptions<any, any>) {
    if (typeof options?.on !== "function" || typeof options.from !== "function") {
      throw new DefinitionError("a relation by a condition needs the model that declares it and the condition", {
        hint: "viewMany(() => Post, { from: () => User, on: (user, post) => post.userId.eq(user.id) })",
      })
    }
    this.cardinality = cardinality
    this.target = target
    this.#options = options
  }

  /** The model that it starts at, by whose primary key its rows are found. @throws DefinitionError when there is no primary key */
  get owner(): Mapper {
    const owner = mapperOf(this.#options.from())
    if (owner.keyIndexes.length > 0) return owner
    throw new DefinitionError(`${this.title} starts at ${owner.className}, which has no primary key`, {
      hint: "give the model a primary key, or select from both models by a join",
    })
  }
  get title(): string {
    return `the view of ${mapperOf(this.target()).className}`
  }
  /** @throws DefinitionError when a class that is not the relation's owner declares it */
  requireOwner(declaring: Mapper): void {
    const { owner } = this
    if (owner.accepts(declaring)) return
    throw new DefinitionError(`${this.title} is declared by ${declaring.className} and says from: () => ${owner.className}`, {
      hint: `say from: () => ${declaring.className}`,
    })
  }
  orderIn(entry: SourceInfo): readonly (Order | AnyExpr)[] {
    return declaredOrder(this.#options.orderBy, entry, this.title)
  }
  /** That a row of one entry belongs to one of the other. */
  condition(from: SourceInfo, to: SourceInfo): BooleanExpr {
    const condition: unknown = this.#options.on(columnMap(from.columns), columnMap(to.columns))
    if (condition instanceof Expr) return condition as BooleanExpr
    throw new DefinitionError(`${this.title}: on gave ${String(condition)} instead of a condition`, {
      hint: "compare columns of both models: on: (user, post) => and(post.userId.eq(user.id), post.views.gt(100))",
    })
  }

  joinSteps(present: readonly SourceInfo[], { from, to }: JoinEnds = {}): readonly JoinStep[] {
    const start = from === undefined ? startIn(present, this, this.title) : present[0]!
    this.requireOwner(ownerOf(from ?? start, this, this.title))
    const target = mapperOf(this.target())
    const info = to === undefined ? sourceOf(target) : checkedTarget(target, to, this.title)
    return [{ info, on: combine("and", [this.condition(start, info)]) }]
  }
}

/**
 * The rows of another model that belong to one of this by a condition, whatever the foreign keys are. It is loaded and joined like
 * any relation, and never written: what a list of it gains or loses is not seen.
 * @example
 * static readonly popular = viewMany(() => Post, {
 *   from: () => User,
 *   on: (user, post) => and(post.userId.eq(user.id), post.views.gte(100)),
 *   orderBy: (post) => post.views.desc(),
 * })
 */
export function viewMany<T, From>(target: () => T, options: ViewOptions<From, NoInfer<T>>): ViewRelation<T, "many"> {
  return new ViewRelation("many", target, options)
}
/** As {@link viewMany}, of which the first row is taken, or null where there is none. @example static readonly latest = viewOne(() => Post, { … }) */
export function viewOne<T, From>(target: () => T, options: ViewOptions<From, NoInfer<T>>): ViewRelation<T, "maybe"> {
  return new ViewRelation("maybe", target, options)
}

/** @throws ArgumentError when the property is a relation that is never written */
export function refuseView(mapper: Mapper, key: string): void {
  if (!(mapper.relations.get(key) instanceof ViewRelation)) return
  throw new ArgumentError(`${mapper.className}.${key} is a view, which is read and never written`, {
    hint: "write what the condition looks at: a foreign key, or another relation",
  })
}
