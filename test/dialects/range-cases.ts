import fc from "fast-check"
import { emptyRange, type Range, range, type RangeBounds, type SqlType } from "../../src/sql/index.ts"
import type { ValueCase } from "./value-cases.ts"

type Bounds = Exclude<RangeBounds, "empty">

const anyBounds = fc.constantFrom<Bounds>("[)", "[]", "(]", "()")

/** Ranges of numbered values as the database prints them: `at` gives the value of a number, and of equal numbers the same. */
export function canonicalRanges<T>(at: (number: number) => T, isDiscrete: boolean, most: number): fc.Arbitrary<Range<T>> {
  const bound = fc.option(fc.integer({ min: -most, max: most }), { freq: 6 })
  const filled = fc
    .tuple(bound, bound, isDiscrete ? fc.constant<Bounds>("[)") : anyBounds)
    .filter(([low, high]) => low === null || high === null || low !== high)
    .map(([one, other, bounds]) => {
      const [low, high] = one !== null && other !== null && one > other ? [other, one] : [one, other]
      return range(low === null ? null : at(low), high === null ? null : at(high), bounds)
    })
  return fc.oneof({ weight: 9, arbitrary: filled }, { weight: 1, arbitrary: fc.constant(emptyRange) })
}

/** Lists of ranges as the database prints them: in order, none empty, with room between them. */
export function canonicalLists<T>(at: (number: number) => T, isDiscrete: boolean, most: number): fc.Arbitrary<Range<T>[]> {
  const edges = fc.uniqueArray(fc.integer({ min: -most, max: most }), { maxLength: 8 }).map((all) => all.toSorted((a, b) => a - b))
  return fc
    .tuple(edges, fc.array(isDiscrete ? fc.constant<Bounds>("[)") : anyBounds, { minLength: 4, maxLength: 4 }), fc.boolean(), fc.boolean())
    .map(([all, bounds, isOpenBelow, isOpenAbove]) => {
      const count = Math.floor(all.length / 2)
      return Array.from({ length: count }, (_, index) =>
        range(
          isOpenBelow && index === 0 ? null : at(all[2 * index]!),
          isOpenAbove && index === count - 1 ? null : at(all[2 * index + 1]!),
          bounds[index],
        ),
      )
    })
}

/** Any way to write a range, also ones that the database refuses. */
export function writtenRanges<T>(at: (number: number) => T, most: number): fc.Arbitrary<Range<T>> {
  const bound = fc.option(
    fc.integer({ min: -most, max: most }).map((number) => at(number)),
    { freq: 8 },
  )
  return fc.oneof(
    {
      weight: 9,
      arbitrary: fc.tuple(bound, bound, anyBounds).map(([lower, upper, bounds]): Range<T> => ({ lower, upper, bounds })),
    },
    { weight: 1, arbitrary: fc.constant(emptyRange) },
  )
}

const milliseconds = (number: number) => new Date(number * 24_001)
const microseconds = (number: number) => {
  const text = new Date(Math.floor(number / 1000)).toISOString().slice(0, -1)
  return (text + String(((number % 1000) + 1000) % 1000).padStart(3, "0")).replace(/\.?0+$/, "").replace(/T00:00$/, "T00:00:00")
}

/** A day by its number, 0 being 1 January 1 AD. */
function day(number: number): string {
  const at = new Date(0)
  at.setUTCFullYear(1, 0, 1 + number)
  const year = at.getUTCFullYear()
  const printed = `${String(year < 1 ? 1 - year : year).padStart(4, "0")}-${at.toISOString().slice(-19, -14)}`
  return year < 1 ? `${printed} BC` : printed
}

export interface RangeKind {
  readonly name: string
  readonly element: SqlType
  readonly isDiscrete: boolean
  /** Numbers go from `-most` to `most`. */
  readonly most: number
  readonly at: (number: number) => unknown
}

export const rangeKinds: readonly RangeKind[] = [
  { name: "int4", element: { kind: "integer" }, isDiscrete: true, most: 2 ** 31 - 1, at: (number) => number },
  { name: "int8", element: { kind: "bigint" }, isDiscrete: true, most: 2 ** 31, at: (number) => BigInt(number) * 2n ** 31n },
  { name: "int8", element: { kind: "bigint", mode: "number" }, isDiscrete: true, most: 2 ** 31, at: (number) => number * 2 ** 20 },
  {
    name: "num",
    element: { kind: "numeric" },
    isDiscrete: false,
    most: 2 ** 31,
    at: (number) => `${number}${"0".repeat(20)}.${"1".repeat(Math.abs(number) % 7)}2`,
  },
  { name: "num", element: { kind: "numeric", mode: "number" }, isDiscrete: false, most: 2 ** 31, at: (number) => number / 8 },
  { name: "date", element: { kind: "date" }, isDiscrete: true, most: 700_000, at: (number) => day(number + 730_000) },
  { name: "ts", element: { kind: "timestamp" }, isDiscrete: false, most: 2 ** 31, at: microseconds },
  { name: "ts", element: { kind: "timestamp", mode: "date" }, isDiscrete: false, most: 2 ** 31, at: milliseconds },
  { name: "tstz", element: { kind: "timestamptz" }, isDiscrete: false, most: 2 ** 31, at: milliseconds },
  {
    name: "tstz",
    element: { kind: "timestamptz", mode: "string" },
    isDiscrete: false,
    most: 2 ** 31,
    at: (number) => `${microseconds(number)}Z`,
  },
]

export function rangeType({ name, element }: RangeKind): SqlType {
  return { kind: "range", sqlName: `${name}range`, element }
}
export function multirangeType({ name, element }: RangeKind): SqlType {
  return { kind: "multirange", sqlName: `${name}multirange`, element }
}

export const rangeCases: readonly ValueCase[] = rangeKinds.flatMap((kind) => {
  const { element, at, isDiscrete, most } = kind
  const mode = element.mode === undefined ? "" : ` of ${element.mode}s`
  return [
    { name: `${kind.name}range${mode}`, type: rangeType(kind), values: canonicalRanges(at, isDiscrete, most) },
    { name: `${kind.name}multirange${mode}`, type: multirangeType(kind), values: canonicalLists(at, isDiscrete, most) },
  ]
})
