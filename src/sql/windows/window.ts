import { IdentifierNode, PartitionByItemNode, PartitionByNode, RawNode, type OperationNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import { type AnyExpr, Order } from "../expression/expression.ts"
import { Frame, lowerFrame } from "./frame.ts"
import type { LowerContext } from "../lowering/lower.ts"
import { orderingsOf, orderNode, type Ordering } from "../expression/ordering.ts"
import { requireExpressions } from "../expression/require-expressions.ts"

/** What a window is made of; with nothing, all rows of the result are one partition without an order. */
export interface WindowSpec {
  /** A named window that this one extends by an order or a frame that it does not have. */
  readonly from?: Window
  /** Each of the groups of rows that are equal in these is a partition. */
  readonly partitionBy?: AnyExpr | readonly AnyExpr[]
  readonly orderBy?: Ordering | readonly Ordering[]
  /** Which rows of the partition are seen. Without one: all, or with an order all up to the current one and its equals. */
  readonly frame?: Frame
}
/** What `over()` takes. */
export type WindowArgument = WindowSpec | Window
/** Null where a window may see no row at all: one with a frame. */
export type NullOfFrame<W> = W extends unknown ? ("frame" extends keyof W ? (W["frame"] extends undefined ? never : null) : never) : never
type FrameOf<D> = D extends { readonly frame: infer F extends Frame } ? F : undefined

/** The rows that a window function sees from each row. */
export class Window<out F extends Frame | undefined = Frame | undefined> {
  readonly name: string | undefined
  readonly from: Window | undefined
  readonly partitionBy: readonly AnyExpr[]
  readonly orderBy: readonly Ordering[]
  readonly frame: F

  constructor(name: string | undefined, { from, partitionBy, orderBy, frame }: WindowSpec) {
    this.name = name
    this.from = from
    this.partitionBy =
      partitionBy === undefined ? [] : Array.isArray(partitionBy) ? (partitionBy as readonly AnyExpr[]) : [partitionBy as AnyExpr]
    this.orderBy = orderingsOf(orderBy, "window orderBy")
    this.frame = frame as F
  }
}

/**
 * A window to be used more than once; one with a name is defined once in the statement, in its WINDOW clause.
 *
 * @example
 * const perUser = window("per_user", { partitionBy: Post.c.userId, orderBy: Post.c.id })
 * select({ n: rowNumber().over(perUser), total: sum(Post.c.viewCount).over(perUser) }).from(Post)
 */
export function window<const D extends WindowSpec>(spec: D): Window<FrameOf<D>>
export function window<const D extends WindowSpec>(name: string, spec: D): Window<FrameOf<D>>
export function window(name: string | WindowSpec, spec?: WindowSpec): Window<any> {
  if (typeof name !== "string") return made(undefined, name)
  if (name === "") throw new StatementError("window(): the name of a window is not empty")
  return made(name, spec)
}

const known: ReadonlySet<string> = new Set(["from", "partitionBy", "orderBy", "frame"])

function made(name: string | undefined, spec: WindowSpec | undefined): Window<any> {
  const title = name === undefined ? "a window" : `window "${name}"`
  if (typeof spec !== "object" || spec === null) throw new StatementError(`${title} is made of ${String(spec)}, not of an object`)
  for (const [key, part] of Object.entries(spec)) {
    if (!known.has(key)) throw new StatementError(`${title} has no part "${key}"`, { hint: `a window has ${[...known].join(", ")}` })
    if (part === undefined) throw new StatementError(`${title}: undefined was given for ${key}`, { hint: "leave it out" })
  }
  const result = new Window(name, spec)
  requireExpressions(result.partitionBy, `${title}, partitionBy`)
  requireFrame(result, title)
  if (result.from !== undefined) requireBase(result, result.from, title)
  return result
}

function requireFrame({ frame, orderBy, from }: Window, title: string): void {
  if (frame === undefined) return
  if (!(frame instanceof Frame))
    throw new StatementError(`${title}: the frame is no frame`, { hint: "use rowsBetween(), rangeBetween() or groupsBetween()" })
  const orders = orderBy.length + (from?.orderBy.length ?? 0)
  if (frame.isRangeWithOffset && orders !== 1)
    throw new StatementError(`${title}: a range with an offset needs exactly one expression to order by, not ${orders}`)
  if (frame.mode === "groups" && orders === 0) throw new StatementError(`${title}: a frame of groups needs an order`)
}

function requireBase(extending: Window, base: unknown, title: string): void {
  if (!(base instanceof Window) || base.name === undefined)
    throw new StatementError(`${title} can only extend a window with a name`, { hint: 'window("w", { … })' })
  if (extending.partitionBy.length > 0) throw new StatementError(`${title} extends "${base.name}", whose partitions it cannot change`)
  if (extending.orderBy.length > 0 && base.orderBy.length > 0)
    throw new StatementError(`${title} extends "${base.name}", which has an order already`)
  if (base.frame !== undefined) throw new StatementError(`${title} cannot extend "${base.name}", which has a frame`)
}

/** The window of an `over()`. @throws StatementError for what is none */
export function windowFrom(given: WindowArgument | undefined): Window {
  if (given === undefined) return made(undefined, {})
  return given instanceof Window ? given : made(undefined, given)
}

/** `over (…)`, or `over "name"` where the statement has a WINDOW clause. */
export function lowerOver(window: Window, context: LowerContext): OperationNode {
  if (window.name === undefined || !hasWindowClause(context)) return lowerDefinition(window, context, "over ")
  return RawNode.create(["over ", ""], [namedWindow(window, window.name, context)])
}

/** Text, and queries of Kysely's own, have no clause where we could define a window. */
function hasWindowClause(context: LowerContext): boolean {
  return !context.calls.standsInText
}

function namedWindow(window: Window, name: string, context: LowerContext): OperationNode {
  const { windows } = context.level!
  const existing = windows.get(name)
  if (existing === undefined) windows.set(name, { window, node: lowerDefinition(window, context) })
  else if (existing.window !== window)
    throw new StatementError(`two windows of one statement are called "${name}"`, { hint: "use the same window value, or another name" })
  return IdentifierNode.create(name)
}

function lowerDefinition(window: Window, context: LowerContext, before = ""): OperationNode {
  const { from, frame } = window
  const nodes: OperationNode[] = []
  let { partitionBy, orderBy } = window
  if (from !== undefined && hasWindowClause(context)) nodes.push(namedWindow(from, from.name!, context))
  else if (from !== undefined) {
    const base = flattened(from)
    partitionBy = base.partitionBy
    orderBy = [...base.orderBy, ...orderBy]
  }
  if (partitionBy.length > 0)
    nodes.push(PartitionByNode.create(partitionBy.map((each) => PartitionByItemNode.create(each.lower(context) as never))))
  const order = orderNode(orderBy, context)
  if (order !== undefined) nodes.push(order)
  if (frame !== undefined) nodes.push(lowerFrame(frame, orderedType(window), context))
  if (nodes.length === 0) return RawNode.createWithSql(`${before}()`)
  return RawNode.create([`${before}(`, ...nodes.slice(1).map(() => " "), ")"], nodes)
}

/** What a window and those that it extends say together. */
function flattened(window: Window): { readonly partitionBy: readonly AnyExpr[]; readonly orderBy: readonly Ordering[] } {
  if (window.from === undefined) return window
  const base = flattened(window.from)
  return { partitionBy: base.partitionBy, orderBy: [...base.orderBy, ...window.orderBy] }
}

function orderedType(window: Window): AnyExpr["type"] {
  const [first] = flattened(window).orderBy
  return first instanceof Order ? first.expression.type : first?.type
}
