import { RawNode, type OperationNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import { type AnyExpr, Computed, type Expr, type NullOf, type SourceOf } from "./expression.ts"
import { durationOf, durationText, type IntervalParts, intervalUnits, parseIsoDuration, type Span } from "../types/interval-span.ts"
import type { IsoDuration } from "../types/iso-text.ts"
import { isLowerable, type LowerContext } from "../lowering/lower.ts"
import { typedOperand } from "./operators.ts"
import type { SqlType } from "../types/type.ts"

const intervalType: SqlType<string> = { kind: "interval" }
const integerType: SqlType<number> = { kind: "integer" }
const doubleType: SqlType<number> = { kind: "double" }

/** A span of time whose parts are known. */
class IntervalLiteral extends Computed<IsoDuration> {
  readonly span: Span

  constructor(text: string, span: Span) {
    super("interval", intervalType, (context) => typedOperand(text, intervalType, "interval()", context))
    this.span = span
  }
}

/** A span of time as an expression, of `P1M2DT3H` or `1 month, 2 days, 3 hours`. @throws StatementError for other text */
export function intervalValue(written: string): Expr<IsoDuration> {
  const text = durationText(written)
  return new IntervalLiteral(text, parseIsoDuration(text)!)
}

type Part = number | AnyExpr<number | null>

/**
 * A span of time from its parts, of which each may be an expression.
 * Months, days and time stay apart: a month is not 30 days, a day not 24 hours.
 *
 * @example
 * Post.c.createdAt.plus(makeInterval({ months: 3 }))
 * Job.c.startedAt.plus(makeInterval({ seconds: Job.c.timeout }))
 */
export function makeInterval<const P extends IntervalParts<Part>>(parts: P): Expr<IsoDuration | NullOf<P[keyof P]>, SourceOf<P[keyof P]>> {
  const entries = Object.entries(parts as Record<string, unknown>)
  for (const [unit, value] of entries) {
    if (!intervalUnits.includes(unit as never)) {
      throw new StatementError(`makeInterval(): there is no unit ${JSON.stringify(unit)}`, { hint: `use ${intervalUnits.join(", ")}` })
    }
    if (value === undefined) throw new StatementError(`makeInterval(): ${unit} is undefined`, { hint: "leave it out" })
  }
  if (entries.some(([, value]) => isLowerable(value))) {
    return new Computed<any, any>("makeInterval()", intervalType, (context) => computed(entries, context))
  }
  const text = durationOf(parts as IntervalParts)
  return new IntervalLiteral(text, parseIsoDuration(text)!)
}

/** PostgreSQL calls the parts by their names, of which two are short. */
const argumentNames: Readonly<Record<string, string>> = { minutes: "mins", seconds: "secs" }

function computed(entries: readonly (readonly [unit: string, value: unknown])[], context: LowerContext): OperationNode {
  const args = entries.map(([unit, value]) => {
    const node = typedOperand(value, unit === "seconds" ? doubleType : integerType, `the ${unit} of makeInterval()`, context)
    return RawNode.create([`${argumentNames[unit] ?? unit} => `, ""], [node])
  })
  return context.dialect.call("make_interval", args)
}
