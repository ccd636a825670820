import type { OperationNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import type { Effect } from "../lowering/compiled.ts"
import { isLowerable, type LowerContext } from "../lowering/lower.ts"
import { operandNode } from "../expression/operand.ts"
import { entryColumns, type RowColumn } from "./row-columns.ts"
import type { Lateral, SourceInfo } from "./source.ts"
import { requireEntryName, subquerySource, type SubquerySource } from "./subquery.ts"
import type { DeclaredColumns, DeclaredRow } from "../text/text-statement.ts"
import type { SqlType } from "../types/type.ts"
import { declaredColumns } from "./values-list.ts"

/** Where a table function stands: under which name, and with which number of rows. */
export interface TableFunctionEntry {
  readonly alias: string
  readonly ordinality: string | undefined
}

interface TableFunctionState {
  /** For messages. */
  readonly name: string
  /** Less the ordinality. */
  readonly columns: readonly RowColumn[]
  readonly effect: Effect
  readonly ordinality: string | undefined
  lower(entry: TableFunctionEntry, context: LowerContext): OperationNode
}

/** An argument: an expression, or a value. */
export interface FunctionArgument {
  readonly type: SqlType | undefined
  lower(context: LowerContext): OperationNode
}

const ordinalityType: SqlType<number> = { kind: "bigint", mode: "number" }

/**
 * A function that gives rows, on its way into FROM. Its arguments may look at the entries before it, so it is joined without
 * a condition too.
 */
export class TableFunction<out R> {
  declare readonly $row: R
  readonly #state: TableFunctionState

  constructor(state: TableFunctionState) {
    this.#state = state
  }

  /** Adds a column that numbers the rows from 1. */
  withOrdinality<const N extends string>(name: N): TableFunction<R & { readonly [K in N]: number }> {
    const { columns, name: title } = this.#state
    requireEntryName(name, `${title}(): withOrdinality()`, "a column")
    if (columns.some((column) => column.name === name)) throw new StatementError(`${title}() has a column "${name}" already`)
    return new TableFunction({ ...this.#state, ordinality: name })
  }

  /** The function as a FROM entry. */
  as<const A extends string>(alias: A): SubquerySource<{ -readonly [K in keyof R]: R[K] }, A> & Lateral {
    const state = this.#state
    const { columns, ordinality, name } = state
    requireEntryName(alias, `${name}(): as()`, "a table function")
    const info: SourceInfo = {
      id: {},
      name: alias,
      lateral: "function",
      from: (context) => {
        context.mark(state.effect)
        return state.lower({ alias, ordinality }, context)
      },
      columns: [],
      entity: undefined,
    }
    const all: readonly RowColumn[] =
      ordinality === undefined
        ? columns
        : [...columns, { key: ordinality, name: ordinality, type: ordinalityType, json: undefined, nullable: false }]
    Object.assign(info, { columns: entryColumns(info, all) })
    return subquerySource(info) as never
  }
}

/** A call of a function by PostgreSQL's name of it. */
export function calledFunction(
  name: string,
  args: readonly FunctionArgument[],
  columns: readonly RowColumn[],
  { defined = false, effect = "pure" }: { readonly defined?: boolean; readonly effect?: Effect } = {},
): TableFunction<any> {
  return new TableFunction({
    name,
    columns,
    effect,
    ordinality: undefined,
    lower: (entry, context) => {
      const { result, used } = context.using(() => args.map((argument) => argument.lower(context)))
      const types = args.map(({ type }) => type)
      return context.dialect.queries.tableFunction({ ...entry, name, args: result, types, columns, defined, correlated: used.size > 0 })
    },
  })
}

/** What `tableFunction()` may be told. */
export interface TableFunctionOptions {
  /** It returns `record`, so that its columns are defined where it is called, and found by their names. */
  readonly defined?: boolean
  /** It does nothing but compute: a statement with it stays a pure read. */
  readonly pure?: boolean
}

const functionPattern = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)?$/

/**
 * A function of the database that gives rows and that Rebis has no word for. Its columns are named here, in their order.
 *
 * @example tableFunction("pg_timezone_names", [], { name: text(), abbrev: text(), utcOffset: interval(), isDst: boolean() }).as("zone")
 * @throws StatementError when the name is not that of a function
 */
export function tableFunction<C extends DeclaredColumns>(
  name: string,
  args: readonly unknown[],
  columns: C,
  options: TableFunctionOptions = {},
): TableFunction<DeclaredRow<C>> {
  if (typeof name !== "string" || !functionPattern.test(name)) {
    throw new StatementError(`tableFunction(): ${JSON.stringify(name)} is not the name of a function`, {
      hint: "letters, digits and underscores, after a schema's name and a dot if need be",
    })
  }
  if (!Array.isArray(args)) throw new StatementError(`tableFunction("${name}") takes a list of arguments, not ${String(args)}`)
  return calledFunction(
    name,
    args.map((argument: unknown, index) => functionArgument(argument, undefined, `argument ${index + 1} of ${name}()`)),
    declaredColumns(columns, `${name}()`),
    { defined: options.defined ?? false, effect: options.pure === true ? "pure" : "read" },
  )
}

/** An argument: an expression, or a value of the type. */
export function functionArgument(given: unknown, type: SqlType | undefined, label: string): FunctionArgument {
  if (given === undefined || given === null) throw new StatementError(`${String(given)} was given for ${label}`)
  const own = isLowerable(given) && "type" in given ? (given.type as SqlType | undefined) : type
  return { type: own, lower: (context) => operandNode(given, type, label, context) }
}
