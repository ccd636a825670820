import type { OperationNode, OrderByNode, QueryCompiler } from "kysely"
import type { Codec } from "./codec.ts"
import type { QuerySpelling } from "./query-spelling.ts"
import type { ExpressionSpelling } from "./spelling.ts"
import type { SqlType } from "../types/type.ts"

/** Where databases differ in INSERT, UPDATE and DELETE. */
export interface WriteSpelling {
  /** A statement that writes may stand in the WITH of another one. */
  readonly inWith: boolean
  /** ON CONFLICT after a SELECT takes a WHERE between the two, since it could be the ON of a join. */
  readonly conflictNeedsWhere: boolean
  /** DELETE takes further entries by USING; where it does not, they stand in a subquery. */
  readonly deleteUsing: boolean
  /** RETURNING knows the table by its alias. */
  readonly returningKnowsAliases: boolean
  /** RETURNING gives columns of the entries beside the table too. */
  readonly returningOtherEntries: boolean
  /** The server's version from which on RETURNING gives the row as it was before too; undefined: none does. */
  readonly returningOldAndNew: number | undefined
  /** The server's versions from which on there is MERGE, its RETURNING, and WHEN NOT MATCHED BY SOURCE; undefined: never. */
  readonly merge: { readonly from: number; readonly returning: number; readonly bySource: number } | undefined
}

/** The current moment and its kin, which each database spells its own way. */
export type MomentKind = "timestamptz" | "timestamp" | "date" | "time"

/** An aggregate or a window function, its parts lowered. */
export interface AggregateCall {
  /** PostgreSQL's name of it, or `named`: one that the user knows. */
  readonly name: string
  readonly named?: true
  readonly args: readonly OperationNode[]
  /** The type of the first argument, where it is known. */
  readonly type?: SqlType | undefined
  readonly distinct?: boolean
  readonly orderBy?: OrderByNode | undefined
  readonly withinGroup?: OrderByNode | undefined
  /** A condition. */
  readonly filter?: OperationNode | undefined
  /** `over (…)` */
  readonly over?: OperationNode | undefined
}

/**
 * What turning statements into text needs to know of a database. Everything else that differs is in a dialect's capabilities.
 * The methods that take and give Kysely nodes are the only places where the same expression becomes different SQL.
 */
export interface SqlDialect extends ExpressionSpelling {
  /** For messages: `PostgreSQL`, `SQLite`. */
  readonly title: string
  readonly capabilities: {
    /** The most parameters that one statement may have. */
    readonly maxParameters: number
    /** `lateral`: a subquery in FROM may refer to the entries before it. */
    readonly lateralJoins: boolean
    /** Arrays as parameters: `= any($1)` and `unnest($1)` keep a statement's text the same for any number of values. */
    readonly arrayParameters: boolean
  }
  /**
   * One parameter for an array of encoded values, to stand before a cast to the array's type.
   * @throws UnsupportedError without the capability `arrayParameters`
   */
  arrayParameter(values: readonly unknown[]): unknown
  /** Cached: the same codec for equal types. */
  codec<T>(type: SqlType<T>): Codec<T>
  /** The type as DDL and CAST spell it: `integer`, `varchar(20)`, `"mood"`, `timestamptz[]`. Identifiers are quoted. */
  typeName(type: SqlType): string
  createQueryCompiler(): QueryCompiler
  readonly queries: QuerySpelling
  /** OFFSET is only allowed after a LIMIT. */
  readonly offsetNeedsLimit: boolean
  /** DEFAULT may stand for a value in the rows of an INSERT. */
  readonly defaultInValues: boolean
  /** A parameter takes its type from what it stands beside, so that one which stands alone is cast. */
  readonly castsParameters: boolean
  /** JSON documents come before each other, by what they say. */
  readonly ordersJson: boolean
  /** ON CONFLICT takes the name of a constraint. */
  readonly conflictOnConstraint: boolean
  readonly writes: WriteSpelling
  /** GROUP BY takes ROLLUP, CUBE and GROUPING SETS. */
  readonly groupingSets: boolean
  /** The version from which the server has an aggregate for any value of a group; 0 where all have one. */
  readonly anyValueSince: number
  /** A function by the name that this database has for it: `greatest` is `max` on SQLite. Names without a difference come back as they are. */
  functionName(name: string): string

  /** An aggregate or window function. @throws UnsupportedError where the database has no such function */
  aggregate(call: AggregateCall): OperationNode
  /** The type of what is added to a value of `type` to find the bounds of a RANGE frame. @throws UnsupportedError where nothing can be */
  rangeOffsetType(type: SqlType | undefined): SqlType

  /** `json_build_object(k, v, …)`; any number of pairs (PostgreSQL takes 50 at once). */
  jsonObject(pairs: readonly (readonly [key: string, value: OperationNode])[]): OperationNode
  /** A JSON array of a fixed number of values. */
  jsonArray(values: readonly OperationNode[]): OperationNode
  /** `json_agg(value order by …) filter (where …)`, an empty array instead of null over no rows. `orderBy` is an OrderByNode, `filter` a condition. */
  jsonAggregate(value: OperationNode, options: Pick<AggregateCall, "orderBy" | "filter" | "distinct" | "over">): OperationNode
  /** `json_object_agg(key, value)`, an empty object instead of null over no rows. */
  jsonObjectAggregate(key: OperationNode, value: OperationNode, options: Pick<AggregateCall, "orderBy" | "filter" | "over">): OperationNode
  /** How an expression of a type enters JSON so that nothing is lost: int8 and numeric as text, bytes as hex, stored JSON as its text, whose `null` is not NULL. */
  jsonValue(value: OperationNode, type: SqlType | undefined): OperationNode
  /** How JSON that the database built before, such as the column of a subquery, enters further JSON. */
  jsonDocument(value: OperationNode): OperationNode
  now(kind: MomentKind): OperationNode
  /** Bytes written into the text, as DDL needs them. */
  bytesLiteral(bytes: Uint8Array): OperationNode
  /** The decoder of a result column that no expression of ours describes (raw SQL), by the driver's type of it. */
  decoderOf(typeId: number | string | undefined): (raw: unknown) => unknown
  /** Case-insensitive LIKE with `\` as the escape character. */
  ilike(value: OperationNode, pattern: OperationNode, negated: boolean): OperationNode
  /**
   * `value = any(array)` as the database can with a text that does not depend on the number of values, or `undefined`
   * where it cannot: then the values are listed. `values` are encoded parameters.
   */
  anyOf(value: OperationNode, values: readonly unknown[], type: SqlType, negated: boolean): OperationNode | undefined
  /** `is not distinct from` (negated: `is distinct from`). */
  notDistinct(left: OperationNode, right: OperationNode, negated: boolean): OperationNode
}
