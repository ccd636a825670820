import {
  AndNode, BinaryOperationNode, OperatorNode, OrderByItemNode, OrNode, ParensNode, PrimitiveValueListNode, RawNode, UnaryOperationNode, ValueListNode,
  ValueNode, type OperationNode, type Operator,
} from "kysely"
import { StatementError } from "../errors/index.ts"
import { isLowerable, type Lowerable, type LowerContext } from "./lower.ts"
import { encodeParameter, operandNode, requireOperand } from "./operand.ts"
import type { JsonShape } from "./shape.ts"
import type { SqlType } from "./type.ts"

/** What may stand on the other side of an operator: a value of the type, or an expression that gives one. */
export type Operand<T> = NonNullable<T> | Expr<NonNullable<T>, any> | Expr<T | null, any>

/** Rows of one column: what `in` and scalar comparisons take beside lists and values. */
export interface Subquery<T> extends Lowerable {
  readonly $column: T
}

/**
 * A typed SQL expression: `T` is what it gives in JavaScript (null included when it may be), `S` the names of the FROM
 * entries whose absence in an outer join makes it null.
 *
 * @example
 * Post.c.title.eq("x")                  // a Condition
 * Post.c.viewCount.plus(1).gt(10)
 */
export abstract class Expr<out T = unknown, out S extends string = never> implements Lowerable {
  declare readonly $value: T
  declare readonly $source: S
  /** The SQL type of its value, when it is known: it decides how operands are written and results are read. */
  abstract readonly type: SqlType | undefined
  /** What it is called in messages. */
  abstract readonly label: string
  /** Set when the database builds the value as JSON. */
  get json(): JsonShape | undefined {
    return undefined
  }
  abstract lower(context: LowerContext): OperationNode

  eq(other: Operand<T>): Condition {
    return compare(this, "=", other)
  }
  ne(other: Operand<T>): Condition {
    return compare(this, "!=", other)
  }
  lt(other: Operand<T>): Condition {
    return compare(this, "<", other)
  }
  lte(other: Operand<T>): Condition {
    return compare(this, "<=", other)
  }
  gt(other: Operand<T>): Condition {
    return compare(this, ">", other)
  }
  gte(other: Operand<T>): Condition {
    return compare(this, ">=", other)
  }
  /** Both ends included. */
  between(low: Operand<T>, high: Operand<T>): Condition {
    return this.gte(low).and(this.lte(high))
  }
  /** An empty list is false; the text does not depend on the number of values where the database has array parameters. */
  in(values: readonly NonNullable<T>[] | Subquery<T>): Condition {
    return membership(this, values, false)
  }
  /** An empty list is true. */
  notIn(values: readonly NonNullable<T>[] | Subquery<T>): Condition {
    return membership(this, values, true)
  }
  isNull(): Condition {
    return new Condition((context) => BinaryOperationNode.create(tight(this, context), OperatorNode.create("is"), ValueNode.createImmediate(null)))
  }
  isNotNull(): Condition {
    return new Condition((context) => BinaryOperationNode.create(tight(this, context), OperatorNode.create("is not"), ValueNode.createImmediate(null)))
  }
  /** Equality in which NULL equals NULL and is different from every value. */
  isNotDistinctFrom(other: Operand<T> | null): Condition {
    return new Condition((context) => context.dialect.notDistinct(tight(this, context), operandNode(other, this.type, this.label, context), false))
  }
  isDistinctFrom(other: Operand<T> | null): Condition {
    return new Condition((context) => context.dialect.notDistinct(tight(this, context), operandNode(other, this.type, this.label, context), true))
  }
  /** SQL `LIKE` with `\` as the escape character; for plain text use {@link contains}, {@link startsWith}, {@link endsWith}. */
  like(this: Expr<string | null, any>, pattern: Operand<string>): Condition {
    return like(this, pattern, false)
  }
  notLike(this: Expr<string | null, any>, pattern: Operand<string>): Condition {
    return like(this, pattern, true)
  }
  ilike(this: Expr<string | null, any>, pattern: Operand<string>): Condition {
    requireOperand(pattern, this.label)
    return new Condition((context) => context.dialect.ilike(tight(this, context), operandNode(pattern, this.type, this.label, context), false))
  }
  notIlike(this: Expr<string | null, any>, pattern: Operand<string>): Condition {
    requireOperand(pattern, this.label)
    return new Condition((context) => context.dialect.ilike(tight(this, context), operandNode(pattern, this.type, this.label, context), true))
  }
  /** `text` anywhere in the value; `%` and `_` in it stand for themselves. */
  contains(this: Expr<string | null, any>, text: string): Condition {
    return like(this, `%${escapeLike(text, this.label)}%`, false)
  }
  startsWith(this: Expr<string | null, any>, text: string): Condition {
    return like(this, `${escapeLike(text, this.label)}%`, false)
  }
  endsWith(this: Expr<string | null, any>, text: string): Condition {
    return like(this, `%${escapeLike(text, this.label)}`, false)
  }

  plus(this: Expr<Arithmetic | null, any>, other: Operand<T>): Expr<T, S> {
    return binary<T, S>(this, "+", other)
  }
  minus(this: Expr<Arithmetic | null, any>, other: Operand<T>): Expr<T, S> {
    return binary<T, S>(this, "-", other)
  }
  times(this: Expr<Arithmetic | null, any>, other: Operand<T>): Expr<T, S> {
    return binary<T, S>(this, "*", other)
  }
  dividedBy(this: Expr<Arithmetic | null, any>, other: Operand<T>): Expr<T, S> {
    return binary<T, S>(this, "/", other)
  }
  modulo(this: Expr<Arithmetic | null, any>, other: Operand<T>): Expr<T, S> {
    return binary<T, S>(this, "%", other)
  }
  /** `||`: text joined to text. */
  concat(this: Expr<string | null, any>, other: Operand<string>): Expr<T, S> {
    return binary<T, S>(this, "||", other)
  }

  asc(): Order {
    return new Order(this, "asc")
  }
  desc(): Order {
    return new Order(this, "desc")
  }

  /** The expression as Kysely's own queries take it, in PostgreSQL's spelling. Set by the entry that knows a default dialect. */
  toOperationNode(): OperationNode {
    return this.lower(kyselyContext())
  }
}

type Arithmetic = number | bigint | string

let kyselyContext = (): LowerContext => {
  throw new StatementError("no dialect is known for an expression inside a Kysely query", { hint: "import from \"rebis\", which sets PostgreSQL as the default" })
}
/** Says how expressions are spelled when Kysely asks for them. */
export function setKyselyContext(make: () => LowerContext): void {
  kyselyContext = make
}

/** An expression given by how it lowers. */
export class Computed<T, S extends string = never> extends Expr<T, S> {
  readonly type: SqlType | undefined
  readonly label: string
  readonly #json: JsonShape | undefined
  readonly #lower: (context: LowerContext) => OperationNode

  constructor(label: string, type: SqlType | undefined, lower: (context: LowerContext) => OperationNode, json?: JsonShape) {
    super()
    this.label = label
    this.type = type
    this.#lower = lower
    this.#json = json
  }
  override get json(): JsonShape | undefined {
    return this.#json
  }
  lower(context: LowerContext): OperationNode {
    return this.#lower(context)
  }
}

const booleanType: SqlType<boolean> = { kind: "boolean" }

/** An expression that is true, false or unknown; `and`, `or` and `not` keep their grouping whatever they are put into. */
export class Condition extends Expr<boolean> {
  readonly type: SqlType = booleanType
  readonly label: string = "condition"
  readonly #lower: (context: LowerContext) => OperationNode

  constructor(lower: (context: LowerContext) => OperationNode) {
    super()
    this.#lower = lower
  }
  lower(context: LowerContext): OperationNode {
    return this.#lower(context)
  }
  and(...more: BooleanExpr[]): Condition {
    return combine("and", [this, ...more])
  }
  or(...more: BooleanExpr[]): Condition {
    return combine("or", [this, ...more])
  }
  not(): Condition {
    return new Condition((context) => UnaryOperationNode.create(OperatorNode.create("not"), ParensNode.create(this.lower(context))))
  }
}

/** Anything that `where` takes: a condition or a boolean column. */
export type BooleanExpr = Expr<boolean, any> | Expr<boolean | null, any>

/** All or any of the conditions. @throws StatementError when one is undefined or there are none. */
export function combine(operator: "and" | "or", conditions: readonly BooleanExpr[]): Condition {
  conditions.forEach((condition, index) => {
    if (!isLowerable(condition)) {
      throw new StatementError(`condition ${index + 1} of ${operator} is ${String(condition)}, not a condition`, {
        hint: "build the list first and pass only conditions that exist",
      })
    }
  })
  if (conditions.length === 0) throw new StatementError(`${operator}() was given no condition`, { hint: "use value(true) or value(false) when that is meant" })
  const node = operator === "and" ? AndNode : OrNode
  return new Condition((context) => {
    const nodes = conditions.map((condition) => condition.lower(context))
    if (nodes.length === 1) return nodes[0]!
    return ParensNode.create(nodes.reduce((left, right) => node.create(left, right)))
  })
}

/** A direction of ordering, as `orderBy` and `index` take it. */
export class Order implements Lowerable {
  readonly expression: Expr<any, any>
  readonly direction: "asc" | "desc"
  readonly nulls: "first" | "last" | undefined

  constructor(expression: Expr<any, any>, direction: "asc" | "desc", nulls?: "first" | "last") {
    this.expression = expression
    this.direction = direction
    this.nulls = nulls
  }
  nullsFirst(): Order {
    return new Order(this.expression, this.direction, "first")
  }
  nullsLast(): Order {
    return new Order(this.expression, this.direction, "last")
  }
  lower(context: LowerContext): OrderByItemNode {
    const item = OrderByItemNode.create(tight(this.expression, context), RawNode.createWithSql(this.direction))
    return this.nulls === undefined ? item : OrderByItemNode.cloneWith(item, { nulls: this.nulls })
  }
}

/** Wraps what binds less tightly than an operator around it. */
export function tight(expression: Lowerable, context: LowerContext): OperationNode {
  const node = expression.lower(context)
  return node.kind === "BinaryOperationNode" || node.kind === "UnaryOperationNode" || node.kind === "RawNode" || node.kind === "CaseNode"
    ? ParensNode.create(node)
    : node
}

function tightOperand(operand: unknown, type: SqlType | undefined, label: string, context: LowerContext): OperationNode {
  return isLowerable(operand) ? tight(operand, context) : operandNode(operand, type, label, context)
}

function compare(left: Expr<any, any>, operator: Operator, right: unknown): Condition {
  requireOperand(right, left.label)
  return new Condition((context) =>
    BinaryOperationNode.create(tight(left, context), OperatorNode.create(operator), tightOperand(right, left.type, left.label, context)),
  )
}

function binary<T, S extends string>(left: Expr<any, any>, operator: Operator, right: unknown): Expr<T, S> {
  requireOperand(right, left.label)
  return new Computed<T, S>(`${left.label} ${operator} …`, left.type, (context) =>
    BinaryOperationNode.create(tight(left, context), OperatorNode.create(operator), tightOperand(right, left.type, left.label, context)),
  )
}

function like(left: Expr<any, any>, pattern: unknown, negated: boolean): Condition {
  requireOperand(pattern, left.label)
  return new Condition((context) => {
    const comparison = BinaryOperationNode.create(
      tight(left, context), OperatorNode.create(negated ? "not like" : "like"), tightOperand(pattern, left.type, left.label, context),
    )
    return RawNode.create(["", " escape '\\'"], [comparison])
  })
}

function escapeLike(text: string, label: string): string {
  requireOperand(text, label)
  return text.replace(/[\\%_]/g, "\\$&")
}

function membership(left: Expr<any, any>, values: readonly unknown[] | Lowerable, negated: boolean): Condition {
  requireOperand(values, left.label)
  if (isLowerable(values)) {
    return new Condition((context) =>
      BinaryOperationNode.create(tight(left, context), OperatorNode.create(negated ? "not in" : "in"), values.lower(context)),
    )
  }
  if (!Array.isArray(values)) throw new StatementError(`in() of ${left.label} takes a list or a subquery`)
  for (const item of values) requireOperand(item, `${left.label} in a list`)
  return new Condition((context) => {
    if (values.length === 0) return RawNode.createWithSql(negated ? "1 = 1" : "1 = 0")
    const node = tight(left, context)
    if (context.literals || values.some(isLowerable)) {
      const items = values.map((item) => operandNode(item, left.type, left.label, context))
      return BinaryOperationNode.create(node, OperatorNode.create(negated ? "not in" : "in"), ValueListNode.create(items))
    }
    const encoded = values.map((item) => encodeParameter(item, left.type, left.label, context))
    const any = left.type === undefined ? undefined : context.dialect.anyOf(node, encoded, left.type, negated)
    return any ?? BinaryOperationNode.create(node, OperatorNode.create(negated ? "not in" : "in"), PrimitiveValueListNode.create(encoded))
  })
}
