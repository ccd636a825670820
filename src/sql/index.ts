export { Aggregate } from "./aggregates/aggregate.ts"
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
} from "./aggregates/aggregates.ts"
export { type Alias, aliased } from "./from/aliased.ts"
export { type ArrayColumn, type ArrayRows, arrayRows, arrayRowsQuery, listCast } from "./write/array-rows.ts"
export type { Given, InsertValues, UpdateValues } from "./write/assignments.ts"
export { Case, CaseOf, caseOf, caseWhen, type Outcome } from "./expression/case.ts"
export { cast } from "./expression/cast.ts"
export type { ChangedRow } from "./write/changed-row.ts"
export type { Codec } from "./dialect/codec.ts"
export type { CompiledStatement, Effect } from "./lowering/compiled.ts"
export type { ConflictOptions, Excluded } from "./write/conflict.ts"
export { declaredType, type DeclaredType, type DeclaredValue } from "./types/declared-type.ts"
export { Delete, type DeleteDraft, deleteFrom } from "./write/delete.ts"
export type { AggregateCall, MomentKind, SqlDialect, WriteSpelling } from "./dialect/dialect.ts"
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
} from "./expression/expression.ts"
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
} from "./windows/frame.ts"
export { fn, type FunctionTag } from "./functions/function-call.ts"
export { cube, grouping, Grouping, groupingSets, type GroupKey, rollup } from "./select/grouping.ts"
export { setKyselyContext } from "./kysely/kysely-context.ts"
export { Insert, insert, type InsertDraft, OnConflict } from "./write/insert.ts"
export { type IntervalParts, parseIsoDuration, type Span } from "./types/interval-span.ts"
export { intervalValue, makeInterval } from "./expression/interval.ts"
export type { IsoDate, IsoDateTime, IsoDuration, IsoTime } from "./types/iso-text.ts"
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
} from "./json/json.ts"
export { nullOf, value } from "./expression/literal.ts"
export type { Literal, Widened } from "./types/literal-type.ts"
export { and, not, or } from "./expression/logic.ts"
export { isLowerable, type Lowerable, LowerContext, type ParameterValues, type ScopeEntry } from "./lowering/lower.ts"
export { Merge, merge, type MergeDraft, type MatchedBranch, type MergedAs, type MergedRow, type UnmatchedBranch } from "./write/merge.ts"
export { clockTimestamp, currentDate, localTime, localTimestamp, now, statementTimestamp } from "./functions/moments.ts"
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
} from "./functions/date-functions.ts"
export { coalesce, greatest, least, nullable, nullif, numNonnulls, numNulls } from "./functions/null-functions.ts"
export { acos, asin, atan, atan2, cbrt, cos, degrees, exp, ln, log, pi, radians, random, sin, tan } from "./functions/math-functions.ts"
export {
  abs,
  ceil,
  div,
  floor,
  gcd,
  lcm,
  mod,
  power,
  round,
  scale,
  sign,
  sqrt,
  trimScale,
  trunc,
  widthBucket,
} from "./functions/number-functions.ts"
export { encodeParameter, parameterNode, valueNode } from "./expression/operand.ts"
export { hasOwnSql, readable, written } from "./expression/own-sql.ts"
export { sqlWrapper } from "./expression/sql-wrapper.ts"
export { aggregate } from "./aggregates/named-aggregate.ts"
export { tight } from "./expression/operators.ts"
export { all, any, type Quantifiable } from "./expression/quantifiers.ts"
export { rangeAgg, rangeIntersectAgg } from "./aggregates/range-aggregates.ts"
export { emptyRange, type Range, range, type RangeBounds } from "./types/range.ts"
export { param, Parameter } from "./expression/parameter.ts"
export { Quantified } from "./expression/quantified.ts"
export {
  cumeDist,
  denseRank,
  mode,
  type Ordered,
  OrderedSet,
  percentileCont,
  percentileDisc,
  percentRank,
  rank,
} from "./aggregates/ordered-set.ts"
export type { Ordering } from "./expression/ordering.ts"
export { isAbsent, jsonReader, needsColumns, rowReader, type EntityReader, type RowReaderOptions } from "./lowering/reader.ts"
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
} from "./from/relation.ts"
export type { AnyModel, ColumnsOf, Item, ItemObject, JsonItem, ResultOf, ResultRow, RowOf } from "./select/result.ts"
export { exists, type LoadOptions, type LoadRequest, type LoadStrategy, Select, select, SelectEntity } from "./select/select.ts"
export type { JoinKind, SelectJoin } from "./from/from-clause.ts"
export { Compound, type EntryOf, Query, type QueryOf } from "./select/query.ts"
export type { CommonTableOptions, InWith } from "./from/cte.ts"
export type { QuerySpelling, SeriesCall, TableFunctionCall } from "./dialect/query-spelling.ts"
export { recursive, type RecursiveOptions } from "./from/recursive.ts"
export type { LimitOptions, RowCount } from "./select/row-count.ts"
export type { LockOptions } from "./select/row-lock.ts"
export { generateSeries } from "./from/generate-series.ts"
export { tableFunction, TableFunction, type TableFunctionOptions } from "./from/table-function.ts"
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
} from "./from/table-functions.ts"
export { tablesample, type SampleMethod, type SampleOptions } from "./from/tablesample.ts"
export { valuesList, type ValuesRow } from "./from/values-list.ts"
export { isUnrefined, type SelectState } from "./select/select-state.ts"
export { WriteStatement, type WrittenRows } from "./write/write-statement.ts"
export type { EntityProperty, EntityShape, EntitySource, JsonShape, ObjectShape, Shape, ValueShape } from "./lowering/shape.ts"
export {
  BoundStatement,
  givenParameters,
  prepared,
  type ParametersOf,
  type ParameterTypes,
  type Prepared,
  type ValuesOf,
} from "./prepared.ts"
export {
  aliasInfo,
  Column,
  columnMap,
  type ColumnTraits,
  isSource,
  type Lateral,
  source,
  type Source,
  type SourceInfo,
  type WriteTarget,
} from "./from/source.ts"
export type {
  ArithmeticOperand,
  ArithmeticOperator,
  DateField,
  DateUnit,
  ExpressionSpelling,
  QuantifiedComparison,
  RowColumn,
} from "./dialect/spelling.ts"
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
} from "./aggregates/statistics.ts"
export { compile, expressionText, isStatement, Statement } from "./statement.ts"
export type { SubquerySource } from "./from/subquery.ts"
export { type SqlTag, sql, SqlText } from "./text/template.ts"
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
} from "./functions/text-functions.ts"
export {
  regexpCount,
  regexpMatch,
  type RegexpOptions,
  regexpReplace,
  regexpSplitToArray,
  regexpSubstr,
} from "./functions/regular-expressions.ts"
export type { MatchOptions } from "./expression/patterns.ts"
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
} from "./functions/format-functions.ts"
export { tuple, Tuple, type TupleOperand } from "./expression/tuple.ts"
export type { TypeSource } from "./types/type-source.ts"
export { Update, update, type UpdateDraft } from "./write/update.ts"
export type { ResultColumn } from "./text/text-rows.ts"
export { type DeclaredColumns, type DeclaredRow, type DeclaredRows, TextRows } from "./text/text-statement.ts"
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
} from "./types/type.ts"
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
} from "./windows/window-functions.ts"
export { Window, window, type WindowArgument, type WindowSpec } from "./windows/window.ts"
export type { RowReader } from "./lowering/value-reader.ts"
export { fromKysely, type KyselyQuery, KyselyRows } from "./kysely/from-kysely.ts"
export type { KnownTable, KnownTables } from "./kysely/known-columns.ts"
export { OwnExpressions } from "./kysely/own-expressions.ts"
export { isQueryNode, QueryScope } from "./kysely/query-scope.ts"
export { ValueEncoder } from "./kysely/value-encoder.ts"
export { toKysely } from "./kysely/to-kysely.ts"
export { tightNode } from "./lowering/tight-node.ts"
export { binaryColumns } from "./lowering/binary-columns.ts"
export { type JsonNull, jsonNull } from "./types/json-null.ts"
export {
  array,
  arrayAppend,
  arrayLength,
  arrayPosition,
  arrayPositions,
  arrayPrepend,
  arrayRemove,
  arrayReplace,
  arrayToString,
  cardinality,
  trimArray,
} from "./functions/array-functions.ts"
export {
  jsonArrayLength,
  jsonbDelete,
  jsonbHasAllKeys,
  jsonbHasAnyKey,
  jsonbHasKey,
  jsonbInsert,
  jsonbPathExists,
  jsonbPathMatch,
  jsonbPathQueryArray,
  jsonbPathQueryFirst,
  jsonbPretty,
  jsonbSet,
  jsonbStripNulls,
  type JsonKind,
  type JsonPathOptions,
  jsonTypeof,
  toJsonb,
} from "./functions/json-functions.ts"
export {
  isAdjacentTo,
  isEmpty,
  isLeftOf,
  isRightOf,
  lowerBound,
  lowerIncluded,
  lowerUnbounded,
  notLeftOf,
  notRightOf,
  rangeDifference,
  rangeIntersection,
  rangeMerge,
  rangeOf,
  rangeUnion,
  upperBound,
  upperIncluded,
  upperUnbounded,
} from "./functions/range-functions.ts"
export {
  type HeadlineOptions,
  phrasetoTsquery,
  plaintoTsquery,
  type RankOptions,
  type SearchConfig,
  setweight,
  toTsquery,
  toTsvector,
  tsHeadline,
  tsqueryAnd,
  tsqueryNot,
  tsqueryOr,
  tsqueryPhrase,
  tsRank,
  tsRankCd,
  websearchToTsquery,
} from "./functions/search-functions.ts"
