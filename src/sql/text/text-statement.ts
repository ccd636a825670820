import type { RootOperationNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import { type Alias, aliasTarget } from "../from/aliased.ts"
import type { Effect } from "../lowering/compiled.ts"
import { declaredType, type DeclaredType, type DeclaredValue } from "../types/declared-type.ts"
import type { Lowerable, LowerContext } from "../lowering/lower.ts"
import type { AnyModel } from "../select/result.ts"
import type { RowColumn } from "../from/row-columns.ts"
import type { DeclaredShape, Shape } from "../lowering/shape.ts"
import { requireReadable } from "../expression/own-sql.ts"
import { isSource, source, type Source } from "../from/source.ts"
import { Statement } from "../statement.ts"
import { subqueryInfo, subquerySource, type SubquerySource } from "../from/subquery.ts"

/** The columns of rows, by name. */
export type DeclaredColumns = Readonly<Record<string, DeclaredType>>
/** The columns of rows, by name or, as a list, by place. */
export type DeclaredRows = DeclaredColumns | readonly [DeclaredType, ...DeclaredType[]]
/** A row of them: an object, or a list. */
export type DeclaredRow<C> = { -readonly [K in keyof C]: DeclaredValue<C[K]> }

interface RootLowerable {
  lower(context: LowerContext): RootOperationNode
}

/** Text as a statement, or a query that was built by others, whose columns its author declares. */
export class TextRows<out O> extends Statement<O> {
  readonly effect: Effect = "unknown"
  readonly #text: RootLowerable
  readonly #shape: DeclaredShape

  constructor(text: RootLowerable, columns: DeclaredRows) {
    super()
    this.#text = text
    this.#shape = declaredShape(columns)
  }
  override build(context: LowerContext): { readonly node: RootOperationNode; readonly shape: Shape } {
    for (const { name, type } of this.#shape.columns) requireReadable(type, `rows(): ${name}`)
    return { node: this.#text.lower(context), shape: this.#shape }
  }
}

function declaredShape(columns: DeclaredRows): DeclaredShape {
  if (typeof columns !== "object" || columns === null) throw new StatementError(`rows() takes the types of columns, not ${String(columns)}`)
  const by = Array.isArray(columns) ? "place" : "name"
  const entries = Object.entries<DeclaredType>(columns as DeclaredColumns)
  if (entries.length === 0) throw new StatementError("rows() was given no columns")
  return {
    kind: "declared",
    by,
    columns: entries.map(([key, type]) => {
      const name = by === "place" ? `column ${Number(key) + 1}` : key
      return { name, ...declaredType(type, `rows(): ${name}`) }
    }),
  }
}

/** Text as a FROM entry: its columns are those that are declared, or those of a model, whose rows it then gives. */
export function textSource(
  text: Lowerable,
  alias: string,
  columns: AnyModel | DeclaredColumns,
): Alias<AnyModel, any> | SubquerySource<any, any> {
  if (isSource(columns)) return modelSource(text, alias, columns)
  if (typeof columns !== "object" || columns === null) {
    throw new StatementError(`as("${alias}") of text takes a model or the types of columns, not ${String(columns)}`, {
      hint: `write sql\`…\`.as("${alias}", { id: integer() })`,
    })
  }
  const declared = declaredShape(columns).columns
  const rowColumns = declared.map(({ name, type, nullable }): RowColumn => ({ key: name, name, type, json: undefined, nullable }))
  return subquerySource(subqueryInfo({ lower: (context) => text.lower(context), rowColumns: () => rowColumns }, alias, "as"))
}

function modelSource(text: Lowerable, alias: string, model: Source): Alias<AnyModel, any> {
  const { columns, entity } = model[source]
  const rowColumns = columns.map(({ key, name, type, json, traits }): RowColumn => ({ key, name, type, json, nullable: traits.nullable }))
  const info = subqueryInfo({ lower: (context) => text.lower(context), rowColumns: () => rowColumns }, alias, "as")
  return aliasTarget(model, alias, { ...info, entity }) as Alias<AnyModel, any>
}
