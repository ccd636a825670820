import { RawNode, type OperationNode } from "kysely"
import { ArgumentError, StatementError } from "../../errors/index.ts"
import type { AnyExpr } from "../expression/expression.ts"
import { isLowerable, type LowerContext } from "../lowering/lower.ts"
import { operandNode } from "../expression/operand.ts"
import { typedOperand } from "../expression/operators.ts"
import type { SqlType } from "../types/type.ts"

/** How far a bound is from the current row: a number of rows or groups, or for a range what is added to the value ordered by. */
export type FrameOffset = number | bigint | string | AnyExpr

/** Where a frame starts or ends. */
export interface FrameBound {
  readonly kind: keyof typeof boundTexts
  readonly offset?: FrameOffset
}

const boundTexts = {
  "unbounded preceding": "unbounded preceding",
  preceding: " preceding",
  "current row": "current row",
  following: " following",
  "unbounded following": "unbounded following",
} as const
/** In the order of the rows: a frame never ends before it starts. */
const boundOrder: readonly string[] = Object.keys(boundTexts)

/** The first row of the partition. */
export const unboundedPreceding: FrameBound = Object.freeze({ kind: "unbounded preceding" })
/** The last row of the partition. */
export const unboundedFollowing: FrameBound = Object.freeze({ kind: "unbounded following" })
/** The current row; in a range or in groups, all rows that are equal in order. */
export const currentRow: FrameBound = Object.freeze({ kind: "current row" })

/** So many rows or groups before the current one; in a range, all whose value is less by no more than `offset`. */
export function preceding(offset: FrameOffset): FrameBound {
  return { kind: "preceding", offset: requireOffset(offset, "preceding()") }
}
/** So many rows or groups after the current one; in a range, all whose value is greater by no more than `offset`. */
export function following(offset: FrameOffset): FrameBound {
  return { kind: "following", offset: requireOffset(offset, "following()") }
}

const modes = { rows: "rows", range: "range", groups: "groups" } as const
export type FrameMode = keyof typeof modes
const exclusions = { "current row": "current row", group: "group", ties: "ties", "no others": "no others" } as const
/** What is left out of a frame: the current row, all that equal it in order, those but not itself, or nothing. */
export type FrameExclusion = keyof typeof exclusions

/** Which rows of a partition a window function sees from each row. */
export class Frame {
  readonly mode: FrameMode
  readonly start: FrameBound
  readonly end: FrameBound
  readonly exclusion: FrameExclusion | undefined

  constructor(mode: FrameMode, start: FrameBound, end: FrameBound, exclusion?: FrameExclusion) {
    this.mode = mode
    this.start = start
    this.end = end
    this.exclusion = exclusion
  }

  /** Leaves rows out. @throws ArgumentError for anything but the four words that SQL has */
  exclude(exclusion: FrameExclusion): Frame {
    if (!Object.hasOwn(exclusions, exclusion)) {
      throw new ArgumentError(`exclude(): ${JSON.stringify(exclusion)} is not what a frame can leave out`, {
        hint: `use one of ${Object.keys(exclusions).join(", ")}`,
      })
    }
    return new Frame(this.mode, this.start, this.end, exclusion)
  }
  /** Whether it needs one expression to order by, to which its offsets are added. */
  get isRangeWithOffset(): boolean {
    return this.mode === "range" && (this.start.offset !== undefined || this.end.offset !== undefined)
  }
}

/** A frame by the number of rows. @example rowsBetween(preceding(6), currentRow) // of seven days, when there is a row a day */
export function rowsBetween(start: FrameBound, end: FrameBound): Frame {
  return frame("rows", start, end)
}
/**
 * A frame by the value that the window is ordered by. Offsets are of that value's type; of dates and times they are intervals.
 * @example rangeBetween(preceding("P7D"), currentRow)
 */
export function rangeBetween(start: FrameBound, end: FrameBound): Frame {
  return frame("range", start, end)
}
/** A frame by the number of groups of rows that are equal in order. */
export function groupsBetween(start: FrameBound, end: FrameBound): Frame {
  return frame("groups", start, end)
}

function frame(mode: FrameMode, start: FrameBound, end: FrameBound): Frame {
  const name = `${mode}Between()`
  for (const [bound, which] of [
    [start, "start"],
    [end, "end"],
  ] as const) {
    if (typeof bound !== "object" || bound === null || !Object.hasOwn(boundTexts, bound.kind)) {
      throw new StatementError(`${name}: the ${which} is ${String(bound)}, not a bound`, {
        hint: "use unboundedPreceding, preceding(n), currentRow, following(n) or unboundedFollowing",
      })
    }
    if (mode !== "range" && bound.offset !== undefined) requireRowOffset(bound.offset, name)
  }
  if (
    start.kind === "unbounded following" ||
    end.kind === "unbounded preceding" ||
    boundOrder.indexOf(start.kind) > boundOrder.indexOf(end.kind)
  )
    throw new StatementError(`${name}: a frame cannot start at ${start.kind} and end at ${end.kind}`)
  return new Frame(mode, start, end)
}

function requireOffset(offset: unknown, where: string): FrameOffset {
  if (isLowerable(offset) || typeof offset === "number" || typeof offset === "bigint" || typeof offset === "string")
    return offset as FrameOffset
  throw new StatementError(`${where} takes a number, an interval or an expression, not ${String(offset)}`)
}

function requireRowOffset(offset: FrameOffset, where: string): void {
  if (isLowerable(offset)) return
  if (
    (typeof offset !== "number" && typeof offset !== "bigint") ||
    offset < 0 ||
    (typeof offset === "number" && !Number.isSafeInteger(offset))
  )
    throw new StatementError(`${where}: an offset is a whole number from 0, not ${String(offset)}`)
}

const rowCount: SqlType<bigint> = { kind: "bigint" }

/** The frame as it stands in a window's definition. `ordered` is the type of the expression that the window is ordered by. */
export function lowerFrame(of: Frame, ordered: SqlType | undefined, context: LowerContext): OperationNode {
  const bound = ({ kind, offset }: FrameBound): OperationNode => {
    const text = RawNode.createWithSql(boundTexts[kind])
    return offset === undefined ? text : RawNode.create(["", "", ""], [lowerOffset(of, offset, ordered, context), text])
  }
  const exclusion = of.exclusion === undefined ? "" : ` exclude ${exclusions[of.exclusion]}`
  return RawNode.create([`${modes[of.mode]} between `, " and ", exclusion], [bound(of.start), bound(of.end)])
}

function lowerOffset(of: Frame, offset: FrameOffset, ordered: SqlType | undefined, context: LowerContext): OperationNode {
  const label = `the offset of a ${of.mode} frame`
  if (of.mode !== "range") return operandNode(typeof offset === "number" ? BigInt(offset) : offset, rowCount, label, context)
  const type = context.dialect.rangeOffsetType(ordered)
  return typedOperand(type.kind === "bigint" && typeof offset === "number" ? BigInt(offset) : offset, type, label, context)
}
