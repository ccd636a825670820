export { Aggregate } from "./aggregate.ts"
export {
  anyValue,
  arrayAgg,
  avg,
  bitAnd,
  bitOr,
  bitXor,
  boolAnd,
  boolOr,
  count,
  countDistinct,
  every,
  max,
  min,
  stringAgg,
  sum,
} from "./aggregates.ts"
export { type Alias, aliased } from "./aliased.ts"
export { type ArrayColumn, type ArrayRows, arrayRows, arrayRowsQuery, listCast } from "./array-rows.ts"
export type { Given, InsertValues, UpdateValues } from "./assignments.ts"
export { Case, CaseOf, caseOf, caseWhen, type Outcome } from "./case.ts"
export { cast } from "./cast.ts"
export type { ChangedRow } from "./changed-row.ts"
export type { Codec } from "./codec.ts"
export type { CompiledStatement, Effect } from "./compiled.ts"
export type { ConflictOptions, Excluded } from "./conflict.ts"
export { declaredType, type DeclaredType, type DeclaredValue } from "./declared-type.ts"
export { Delete, type DeleteDraft, deleteFrom } from "./delete.ts"
export type { AggregateCall, MomentKind, SqlDialect, WriteSpelling } from "./dialect.ts"
export {
  type AnyExpr,
  type BooleanExpr,
  combine,
  type Comparand,
  type Comparison,
  Computed,
  Condition,
  Expr,
  type NullOf,
  type Operand,
  Order,
  type SourceOf,
  type Subquery,
} from "./expression.ts"
export {
  currentRow,
  following,
  Frame,
  type FrameBound,
  type FrameExclusion,
  type FrameMode,
  type FrameOffset,
  groupsBetween,
  preceding,
  rangeBetween,
  rowsBetween,
  unboundedFollowing,
  unboundedPreceding,
} from "./frame.ts"
export { fn, type FunctionTag } from "./function-call.ts"
export { cube, grouping, Grouping, groupingSets, type GroupKey, rollup } from "./grouping.ts"
export { setKyselyContext } from "./kysely-context.ts"
export { Insert, insert, type InsertDraft, OnConflict } from "./insert.ts"
export { type IntervalParts, parseIsoDuration, type Span } from "./interval-span.ts"
export { intervalValue, makeInterval } from "./interval.ts"
export type { IsoDate, IsoDateTime, IsoDuration, IsoTime } from "./iso-text.ts"
export {
  jsonAgg,
  type JsonAggOptions,
  jsonArray,
  jsonBuildObject,
  type JsonList,
  type JsonObject,
  jsonObjectAgg,
  rowToJson,
  type JsonRecord,
  type JsonTuple,
} from "./json.ts"
export { nullOf, value } from "./literal.ts"
export type { Literal, Widened } from "./literal-type.ts"
export { and, not, or } from "./logic.ts"
export { isLowerable, type Lowerable, LowerContext, type ParameterValues, type ScopeEntry } from "./lower.ts"
export { Merge, merge, type MergeDraft, type MatchedBranch, type MergedAs, type MergedRow, type UnmatchedBranch } from "./merge.ts"
export { clockTimestamp, currentDate, localTime, localTimestamp, now, statementTimestamp } from "./moments.ts"
export {
  age,
  dateBin,
  dateTrunc,
  extract,
  isFinite,
  justifyDays,
  justifyHours,
  justifyInterval,
  makeDate,
  makeTime,
  makeTimestamp,
  overlaps,
  type Period,
} from "./date-functions.ts"
export { coalesce, greatest, least, nullable, nullif, numNonnulls, numNulls } from "./null-functions.ts"
export { acos, asin, atan, atan2, cbrt, cos, degrees, exp, ln, log, pi, radians, random, sin, tan } from "./math-functions.ts"
export { abs, ceil, div, floor, gcd, lcm, mod, power, round, scale, sign, sqrt, trimScale, trunc, widthBucket } from "./number-functions.ts"
export { encodeParameter, parameterNode, valueNode } from "./operand.ts"
export { hasOwnSql, readable, written } from "./own-sql.ts"
export { sqlWrapper } from "./sql-wrapper.ts"
export { aggregate } from "./named-aggregate.ts"
export { tight } from "./operators.ts"
export { all, any, type Quantifiable } from "./quantifiers.ts"
export { rangeAgg, rangeIntersectAgg } from "./range-aggregates.ts"
export { emptyRange, type Range, range, type RangeBounds } from "./range.ts"
export { param, Parameter } from "./parameter.ts"
export { Quantified } from "./quantified.ts"
export { cumeDist, denseRank, mode, type Ordered, OrderedSet, percentileCont, percentileDisc, percentRank, rank } from "./ordered-set.ts"
export type { Ordering } from "./ordering.ts"
export { isAbsent, jsonReader, needsColumns, rowReader, type EntityReader, type RowReaderOptions } from "./reader.ts"
export {
  type Cardinality,
  isRelation,
  type JoinEnds,
  type JoinStep,
  type Loaded,
  type RelatedValues,
  type Relation,
  type RelationKeys,
  type TargetOf,
} from "./relation.ts"
export type { AnyModel, ColumnsOf, Item, ItemObject, JsonItem, ResultOf, ResultRow, RowOf } from "./result.ts"
export { exists, type LoadRequest, Select, select, SelectEntity } from "./select.ts"
export type { JoinKind, SelectJoin } from "./from-clause.ts"
export { Compound, type EntryOf, Query, type QueryOf } from "./query.ts"
export type { CommonTableOptions, InWith } from "./cte.ts"
export type { QuerySpelling, SeriesCall, TableFunctionCall } from "./query-spelling.ts"
export { recursive, type RecursiveOptions } from "./recursive.ts"
export type { LimitOptions, RowCount } from "./row-count.ts"
export type { LockOptions } from "./row-lock.ts"
export { generateSeries } from "./generate-series.ts"
export { tableFunction, TableFunction, type TableFunctionOptions } from "./table-function.ts"
export {
  jsonArrayElements,
  jsonbArrayElements,
  jsonbArrayElementsText,
  jsonbEach,
  jsonbToRecord,
  jsonbToRecordset,
  jsonEach,
  jsonToRecord,
  jsonToRecordset,
  regexpSplitToTable,
  unnest,
} from "./table-functions.ts"
export { tablesample, type SampleMethod, type SampleOptions } from "./tablesample.ts"
export { valuesList, type ValuesRow } from "./values-list.ts"
export { isUnrefined, type SelectState } from "./select-state.ts"
export type { EntityProperty, EntityShape, EntitySource, JsonShape, ObjectShape, Shape, ValueShape } from "./shape.ts"
export {
  BoundStatement,
  givenParameters,
  prepared,
  type ParametersOf,
  type ParameterTypes,
  type Prepared,
  type ValuesOf,
} from "./prepared.ts"
export { aliasInfo, Column, columnMap, type ColumnTraits, isSource, type Lateral, source, type Source, type SourceInfo } from "./source.ts"
export type {
  ArithmeticOperand,
  ArithmeticOperator,
  DateField,
  DateUnit,
  ExpressionSpelling,
  QuantifiedComparison,
  RowColumn,
} from "./spelling.ts"
export {
  corr,
  covarPop,
  covarSamp,
  type PairAggregate,
  regrAvgX,
  regrAvgY,
  regrCount,
  regrIntercept,
  regrR2,
  regrSlope,
  regrSxx,
  regrSxy,
  regrSyy,
  type Spread,
  stddev,
  stddevPop,
  stddevSamp,
  variance,
  varPop,
  varSamp,
} from "./statistics.ts"
export { compile, expressionText, isStatement, Statement } from "./statement.ts"
export type { SubquerySource } from "./subquery.ts"
export { type SqlTag, sql, SqlText } from "./template.ts"
export {
  concat,
  concatWs,
  initcap,
  left,
  length,
  lower,
  lpad,
  overlay,
  repeat,
  replace,
  reverse,
  right,
  rpad,
  splitPart,
  stringToArray,
  strpos,
  substring,
  translate,
  trim,
  trimEnd,
  trimStart,
  upper,
} from "./text-functions.ts"
export { regexpCount, regexpMatch, type RegexpOptions, regexpReplace, regexpSplitToArray, regexpSubstr } from "./regular-expressions.ts"
export type { MatchOptions } from "./patterns.ts"
export {
  ascii,
  type BytesFormat,
  chr,
  decode,
  encode,
  format,
  md5,
  quoteIdent,
  quoteLiteral,
  sha256,
  toChar,
  toDate,
  toNumber,
  toTimestamp,
} from "./format-functions.ts"
export { tuple, Tuple, type TupleOperand } from "./tuple.ts"
export type { TypeSource } from "./type-source.ts"
export { Update, update, type UpdateDraft } from "./update.ts"
export type { ResultColumn } from "./text-rows.ts"
export { type DeclaredColumns, type DeclaredRow, type DeclaredRows, TextRows } from "./text-statement.ts"
export {
  type CompositeField,
  type CustomCodec,
  type SqlType,
  type SqlWrapper,
  travellingType,
  type TypeKind,
  type TypeMode,
  typeKey,
  unmodified,
} from "./type.ts"
export {
  firstValue,
  type FrameFunction,
  lag,
  lastValue,
  lead,
  nthValue,
  ntile,
  rowNumber,
  type WindowFunction,
} from "./window-functions.ts"
export { Window, window, type WindowArgument, type WindowSpec } from "./window.ts"
export type { RowReader } from "./value-reader.ts"
export { fromKysely, type KyselyQuery, KyselyRows } from "./from-kysely.ts"
export type { KnownTable, KnownTables } from "./kysely/known-columns.ts"
export { OwnExpressions } from "./kysely/own-expressions.ts"
export { isQueryNode, QueryScope } from "./kysely/query-scope.ts"
export { ValueEncoder } from "./kysely/value-encoder.ts"
export { toKysely } from "./to-kysely.ts"
export { tightNode } from "./tight-node.ts"
