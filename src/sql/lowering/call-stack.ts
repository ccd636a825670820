import { StatementError } from "../../errors/index.ts"
import type { Clause, ColumnUse, QueryLevel } from "./query-level.ts"

interface UseAt {
  readonly depth: number
  readonly use: ColumnUse
}

interface AggregateAt {
  readonly depth: number
  readonly label: string
}

/** A call whose arguments are being lowered. Text may hold any call: what is used inside of it is not looked at. */
interface Call {
  readonly kind: "aggregate" | "window" | "text"
  readonly label: string
  /** The query in which it stands. */
  readonly depth: number
  readonly uses: UseAt[]
  readonly aggregates: AggregateAt[]
  hasText: boolean
}

const places: Readonly<Record<Clause, string | undefined>> = {
  select: undefined,
  having: undefined,
  "order by": undefined,
  from: "FROM",
  on: "the condition of a join",
  where: "where()",
  "group by": "groupBy()",
  write: "a statement that writes",
  text: undefined,
}

/**
 * The aggregates, window functions and pieces of text around what is being lowered. By it is known which columns are used
 * outside of aggregates, and which aggregate belongs to which query: as in SQL, one belongs to the innermost query of whose
 * columns it is made, and to the query in which it stands when it is made of none.
 */
export class CallStack {
  readonly #levels: readonly QueryLevel[]
  readonly #calls: Call[] = []

  /** `levels` are the queries around, the outermost first; they change while statements are lowered. */
  constructor(levels: readonly QueryLevel[]) {
    this.#levels = levels
  }

  /** A column of the query at `depth` is used. */
  use(depth: number, use: ColumnUse): void {
    const level = this.#levels[depth]!
    if (level.clause === "group by") level.keyColumns.push(use)
    const call = this.#around(depth)
    if (call === undefined) level.use(use)
    else call.uses.push({ depth, use })
  }

  /** Runs `body`, which lowers the arguments of an aggregate. @throws StatementError where no aggregate may stand */
  aggregate<R>(label: string, body: () => R): R {
    const { result, call } = this.#inside("aggregate", label, body)
    if (!call.hasText && this.#levels.length > 0) this.#place(call)
    return result
  }

  /** Runs `body`, which lowers a call over a window. @throws StatementError where no window function may stand */
  window<R>(label: string, body: () => R): R {
    this.#requireWindowPlace(label)
    const { result, call } = this.#inside("window", label, body)
    this.#pass(call, call.depth + 1)
    return result
  }

  /** Runs `body`, which lowers what may hold any aggregate: a call of any function, or text. */
  opaque<R>(kind: "call" | "text", body: () => R): R {
    if (kind === "text") {
      const level = this.#levels.at(-1)
      if (level?.clause === "group by") level.hasTextKeys = true
    }
    const { result } = this.#inside("text", kind, body)
    for (const call of this.#calls) call.hasText = true
    return result
  }

  /** Whether what is being lowered stands directly in text, which may begin a query of its own. */
  get standsInText(): boolean {
    return this.#levels.length === 0 || this.#levels.at(-1)!.clause === "text" || this.#isInText(this.#levels.length - 1)
  }

  #inside<R>(kind: Call["kind"], label: string, body: () => R): { readonly result: R; readonly call: Call } {
    const call: Call = { kind, label, depth: this.#levels.length - 1, uses: [], aggregates: [], hasText: false }
    this.#calls.push(call)
    try {
      return { result: body(), call }
    } finally {
      this.#calls.pop()
    }
  }

  /** The innermost call that stands in the query at `depth` or further inside. */
  #around(depth: number): Call | undefined {
    const call = this.#calls.at(-1)
    return call !== undefined && call.depth >= depth ? call : undefined
  }

  #isInText(depth: number): boolean {
    return this.#calls.some((call) => call.kind === "text" && call.depth >= depth)
  }

  /** Finds the query that an aggregate belongs to. */
  #place(call: Call): void {
    const depth = Math.max(-1, ...call.uses.map((each) => each.depth), ...call.aggregates.map((each) => each.depth))
    const own = depth < 0 ? call.depth : depth
    if (!this.#isInText(own)) {
      const nested = call.aggregates.find((each) => each.depth === own)
      if (nested !== undefined) {
        throw new StatementError(`${nested.label} stands inside ${call.label}: aggregates are not nested`, {
          hint: "compute the inner one in a subquery, select({ n: count() }).from(…).groupBy(…).as(…), and aggregate its column",
        })
      }
      const level = this.#levels[own]!
      requireAggregatePlace(call.label, level.clause)
      level.aggregate ??= call.label
    }
    this.#pass(call, own)
    this.#around(own)?.aggregates.push({ depth: own, label: call.label })
  }

  /** What a call does not account for counts for what is around it: the uses and aggregates of queries outside of `depth`. */
  #pass(call: Call, depth: number): void {
    for (const each of call.uses) if (each.depth < depth) this.#again(each)
    for (const each of call.aggregates) if (each.depth < depth) this.#around(each.depth)?.aggregates.push(each)
  }

  #again({ depth, use }: UseAt): void {
    const call = this.#around(depth)
    if (call === undefined) this.#levels[depth]!.use(use)
    else call.uses.push({ depth, use })
  }

  #requireWindowPlace(label: string): void {
    const depth = this.#levels.length - 1
    if (depth < 0 || this.#isInText(depth)) return
    const around = this.#around(depth)
    if (around !== undefined) {
      throw new StatementError(`${label} stands inside ${around.label}: window functions come after aggregates and are not nested`, {
        hint: "compute it in a subquery, select({ n: rowNumber().over(…) }).from(…).as(…), and use its column",
      })
    }
    const { clause } = this.#levels[depth]!
    const place = clause === "having" ? "having()" : places[clause]
    if (place !== undefined) {
      throw new StatementError(`${label} stands in ${place}: window functions are computed after it`, {
        hint: 'select it in a subquery and use its column there: select({ n: rowNumber().over(…), … }).from(…).as("numbered")',
      })
    }
  }
}

function requireAggregatePlace(label: string, clause: Clause): void {
  const place = places[clause]
  if (place === undefined) return
  throw new StatementError(`${label} stands in ${place}: aggregates are computed after the rows are chosen and grouped`, {
    hint: "use having() for groups, or a subquery: select(max(…)).from(…).asScalar()",
  })
}
