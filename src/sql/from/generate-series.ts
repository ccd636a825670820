import { StatementError } from "../../errors/index.ts"
import { type AnyExpr, Expr, type Operand } from "../expression/expression.ts"
import { parseIsoDuration, type Span } from "../types/interval-span.ts"
import type { IsoDuration } from "../types/iso-text.ts"
import { literalType, type Widened } from "../types/literal-type.ts"
import type { LowerContext } from "../lowering/lower.ts"
import { requireOperand } from "../expression/operand.ts"
import { typedOperand } from "../expression/operators.ts"
import type { SeriesStep } from "../dialect/query-spelling.ts"
import { TableFunction } from "./table-function.ts"
import { unmodified, type SqlType } from "../types/type.ts"

const intervalType: SqlType<IsoDuration> = { kind: "interval" }

/**
 * The values from one to another, both included, as rows of one column, `value`. Steps of numbers are one unless they are said;
 * of dates one day; of other moments they have to be said. Dates stay dates.
 *
 * @example
 * const n = generateSeries(1, 10).as("n")
 * const day = generateSeries(value("2025-01-01", date()), "2025-01-31").as("day")
 * select({ day: day.c.value, posts: count(Post.c.id) }).from(day).leftJoin(Post, Post.c.publishedDate.eq(day.c.value)).groupBy(day.c.value)
 */
export function generateSeries<T extends number | bigint>(
  from: T | AnyExpr<T | null>,
  to: NoInfer<Widened<T>> | AnyExpr<Widened<T> | null>,
  step?: NoInfer<Widened<T>> | AnyExpr<Widened<T>>,
): TableFunction<{ value: Widened<T> }>
export function generateSeries<T>(
  from: AnyExpr<T>,
  to: Operand<NoInfer<T>>,
  step?: Operand<IsoDuration> | Operand<NoInfer<T>>,
): TableFunction<{ value: NonNullable<T> }>
export function generateSeries(from: unknown, to: unknown, step?: unknown): TableFunction<any> {
  for (const operand of [from, to]) requireOperand(operand, "generateSeries()")
  const type = seriesType(from, to)
  const needed = stepType(type)
  if (step === null || (step === undefined && type.kind !== "date" && needed === intervalType)) {
    throw new StatementError(`generateSeries() of ${type.kind} needs a step`, { hint: 'say the interval between two values: "PT1H"' })
  }
  requireStep(step, needed)
  return new TableFunction({
    name: "generate_series",
    columns: [{ key: "value", name: "value", type, json: undefined, nullable: false }],
    effect: "pure",
    ordinality: undefined,
    lower: (entry, context) => {
      const { result, used } = context.using(() => ({
        from: typedOperand(from, type, "the start of generateSeries()", context),
        to: typedOperand(to, type, "the end of generateSeries()", context),
        step: step === undefined ? undefined : lowerStep(step, needed, context),
      }))
      return context.dialect.queries.series({ ...result, ...entry, type, column: "value", correlated: used.size > 0 })
    },
  })
}

function seriesType(from: unknown, to: unknown): SqlType {
  const [one, other] = [from, to].map((operand) => (operand instanceof Expr ? operand.type : literalType(operand, "generateSeries()")))
  // Of two numbers the wider one; an expression knows its type better than a number.
  const type = from instanceof Expr ? one : to instanceof Expr ? other : one?.kind === "integer" ? other : one
  if (type === undefined)
    throw new StatementError("generateSeries(): the type of its start is not known", { hint: "give it one: sql`…`.returns(integer())" })
  return unmodified(type)
}

function stepType(type: SqlType): SqlType {
  switch (type.kind) {
    case "smallint":
    case "integer":
    case "bigint":
    case "numeric":
      return type
    case "date":
    case "timestamp":
    case "timestamptz":
      return intervalType
    default:
      throw new StatementError(`generateSeries() has no values of ${type.kind}`, {
        hint: "it takes whole numbers, numeric, dates and timestamps",
      })
  }
}

/** The span of an interval that is known without asking the database. */
function spanOf(step: unknown): Span | undefined {
  if (typeof step === "string") return parseIsoDuration(step)
  return step instanceof Expr && "span" in step ? (step.span as Span) : undefined
}

function requireStep(step: unknown, type: SqlType): void {
  const span = type === intervalType ? spanOf(step) : undefined
  if (span === undefined && (type === intervalType || step === undefined || step instanceof Expr)) return
  const isZero = span === undefined ? Number(step) === 0 : span.months === 0 && span.days === 0 && span.microseconds === 0n
  if (isZero) throw new StatementError("generateSeries(): a step of nothing never comes to an end")
}

function lowerStep(step: unknown, type: SqlType, context: LowerContext): SeriesStep {
  const node = typedOperand(step, type, "the step of generateSeries()", context)
  const known = step instanceof Expr ? (step.type ?? type) : type
  if (typeof step === "number" || typeof step === "bigint") return { node, type: known, amount: step }
  return { node, type: known, span: type === intervalType ? spanOf(step) : undefined }
}
