import { ValueError } from "../../errors/index.ts"
import { type Codec, emptyRange, type Range, range, type RangeBounds, type SqlType } from "../../sql/index.ts"
import { shortestDecimal } from "./decimal.ts"
import { emptyTextRange, parseRange, parseRanges, printRange, printRanges, type TextRange } from "./range-text.ts"
import { cannotHold, unreadable, wrongType } from "./refusal.ts"
import { isSameText } from "./same-text.ts"
import { typeLabel } from "./type-label.ts"
import { elementOf } from "./type-spelling.ts"
import { valueOrder } from "./value-order.ts"

/** A range. What is sent is the canonical form: of whole numbers and days without the upper bound, as PostgreSQL prints it. */
export function rangeCodec(type: SqlType, element: Codec): Codec<Range<unknown>> {
  const rules = new RangeRules(type, element)
  const { label } = rules
  const encode = (value: unknown): string => printRange(rules.canonical(value))
  const parse = (raw: unknown): TextRange => {
    const found = typeof raw === "string" ? parseRange(raw) : undefined
    if (found === undefined) throw unreadable(label, raw)
    return found
  }
  const decode = (raw: unknown): Range<unknown> => rules.value(parse(raw))
  return {
    encode,
    decode,
    decodeJson: decode,
    same: (raw, value) => isSameText(() => [rules.normal(rules.value(parse(raw))), rules.normal(value)]),
  }
}

/** Several ranges as a list. What is sent is sorted, without empty ones and with those joined that touch, as PostgreSQL prints it. */
export function multirangeCodec(type: SqlType, element: Codec): Codec<readonly Range<unknown>[]> {
  const rules = new RangeRules(type, element)
  const { label } = rules
  const canonical = (value: unknown): readonly TextRange[] => {
    if (!Array.isArray(value)) throw wrongType(label, value, "a list of ranges")
    return rules.joined(Array.from(value, (each: unknown) => rules.canonical(each)))
  }
  const decode = (raw: unknown): readonly Range<unknown>[] => {
    const found = typeof raw === "string" ? parseRanges(raw) : undefined
    if (found === undefined) throw unreadable(label, raw)
    return found.map((each) => rules.value(each))
  }
  const normal = (value: unknown): string => printRanges(canonical(value).map((each) => rules.normalText(each)))
  return {
    encode: (value) => printRanges(canonical(value)),
    decode,
    decodeJson: decode,
    same: (raw, value) => isSameText(() => [normal(decode(raw)), normal(value)]),
  }
}

/** What ranges of one type are. */
class RangeRules {
  readonly label: string
  readonly #type: SqlType
  readonly #element: Codec
  readonly #order: ReturnType<typeof valueOrder>

  constructor(type: SqlType, element: Codec) {
    this.label = typeLabel(type)
    this.#type = elementOf(type)
    this.#element = element
    this.#order = valueOrder(this.#type)
  }

  value({ lower, upper, bounds }: TextRange): Range<unknown> {
    if (bounds === "empty") return emptyRange
    return range(this.#decode(lower), this.#decode(upper), bounds)
  }

  /** @throws ValueError for what is no range of the type */
  canonical(value: unknown): TextRange {
    const { lower, upper, bounds } = this.#requireRange(value)
    if (bounds === "empty") return emptyTextRange
    const from = this.#encode(lower, "lower")
    const to = this.#encode(upper, "upper")
    if (from === null || to === null) return this.#discrete(value, { lower: from, upper: to, bounds: openEnds(from, to, bounds) })
    const order = this.#order?.compare(from, to) ?? -1
    if (order > 0) throw cannotHold(this.label, value, "its lower bound is above its upper bound")
    if (order === 0 && bounds !== "[]") return emptyTextRange
    return this.#discrete(value, { lower: from, upper: to, bounds })
  }

  /** A value as text that is the same for every way to write it. */
  normal(value: unknown): string {
    return printRange(this.normalText(this.canonical(value)))
  }
  normalText(each: TextRange): TextRange {
    if (this.#type.kind !== "numeric") return each
    const shortest = (text: string | null) => (text === null ? null : shortestDecimal(text))
    return { ...each, lower: shortest(each.lower), upper: shortest(each.upper) }
  }

  /** Canonical ranges in order, with those joined that overlap or touch. */
  joined(ranges: readonly TextRange[]): readonly TextRange[] {
    const compare = this.#order?.compare
    if (compare === undefined) return ranges
    const joined: TextRange[] = []
    for (const each of ranges.filter(({ bounds }) => bounds !== "empty").toSorted((left, right) => startOrder(left, right, compare))) {
      const last = joined.at(-1)
      if (last === undefined || isApart(last, each, compare)) joined.push(each)
      else joined[joined.length - 1] = union(last, each, compare)
    }
    return joined
  }

  /** Of whole numbers and days `(1,5]` is `[2,6)`. */
  #discrete(value: unknown, { lower, upper, bounds }: TextRange): TextRange {
    const next = this.#order?.next
    if (next === undefined) return { lower, upper, bounds }
    const from = bounds[0] === "(" && lower !== null ? next(lower) : lower
    const to = bounds[1] === "]" && upper !== null ? next(upper) : upper
    if (from === undefined || to === undefined)
      throw cannotHold(this.label, value, "it ends with the last value that there is, which PostgreSQL has no way to keep")
    // Infinity has no neighbour and stays as it was written.
    const moved = `${from === lower ? bounds[0] : "["}${to === upper ? bounds[1] : ")"}` as RangeBounds
    const isEmpty = from !== null && to !== null && moved !== "[]" && this.#order!.compare(from, to) >= 0
    return isEmpty ? emptyTextRange : { lower: from, upper: to, bounds: moved }
  }

  #requireRange(value: unknown): Range<unknown> {
    const isRange =
      typeof value === "object" && value !== null && "lower" in value && "upper" in value && "bounds" in value && known.has(value.bounds)
    if (!isRange) throw wrongType(this.label, value, "a range such as range(1, 5)")
    return value as Range<unknown>
  }

  #encode(bound: unknown, which: string): string | null {
    if (bound === null) return null
    try {
      return String(this.#element.encode(bound))
    } catch (error) {
      if (!(error instanceof ValueError)) throw error
      throw new ValueError(`${this.label}: its ${which} bound: ${error.message}`, { cause: error })
    }
  }
  #decode(text: string | null): unknown {
    return text === null ? null : this.#element.decode(text)
  }
}

const known: ReadonlySet<unknown> = new Set(["[)", "[]", "(]", "()", "empty"])

type Compare = (left: string, right: string) => number

function openEnds(lower: string | null, upper: string | null, bounds: RangeBounds): RangeBounds {
  return `${lower === null ? "(" : bounds[0]}${upper === null ? ")" : bounds[1]}` as RangeBounds
}

function startOrder(left: TextRange, right: TextRange, compare: Compare): number {
  if (left.lower === null || right.lower === null) return Number(right.lower === null) - Number(left.lower === null)
  return compare(left.lower, right.lower) || Number(left.bounds[0] === "(") - Number(right.bounds[0] === "(")
}

/** Whether there is something between two ranges, the first of which does not start after the second. */
function isApart({ upper, bounds }: TextRange, after: TextRange, compare: Compare): boolean {
  if (upper === null || after.lower === null) return false
  const order = compare(upper, after.lower)
  return order < 0 || (order === 0 && bounds[1] === ")" && after.bounds[0] === "(")
}

function union(first: TextRange, second: TextRange, compare: Compare): TextRange {
  const order = first.upper === null ? 1 : second.upper === null ? -1 : compare(first.upper, second.upper)
  const end = order > 0 || (order === 0 && first.bounds[1] === "]") ? first : second
  return { lower: first.lower, upper: end.upper, bounds: `${first.bounds[0]}${end.bounds[1]}` as RangeBounds }
}
