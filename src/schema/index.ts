export { camelCase, pascalCase, type SnakeCase, snakeCase } from "./case.ts"
export {
  type AnyColumnBuilder,
  ColumnBuilder,
  type ColumnOptions,
  type ColumnReference,
  type ReferenceOptions,
  type ReferenceTarget,
  type ReferentialAction,
  type ServerDefault,
} from "./column-builder.ts"
export { type Cascade, type CascadeOptions, deletionCascades } from "./cascade.ts"
export { type ConventionFinding, conventionFindings, type ConventionRule } from "./convention-findings.ts"
export type {
  CheckDefinition,
  ColumnDefinition,
  EnumDefinition,
  ForeignKeyDefinition,
  IndexDefinition,
  IndexKeyDefinition,
  KeyDefinition,
  SchemaDefinition,
  TableDefinition,
} from "./definition.ts"
export { schemaDefinition, tableDefinition } from "./define-schema.ts"
export { type MappedProperty, Mapper, mapperOf, mapperOfEntity } from "./mapper.ts"
export { MetaData, type MetaDataOptions, metadataOf } from "./metadata.ts"
export { type DatabasePlace, inModelWords, type ModelPlace } from "./model-words.ts"
export { type BaseOptions, conventionsFor, declarativeBase } from "./model.ts"
export type { Conventional, ConventionalName, Conventions, Violation } from "./conventional.ts"
export type { Identity, Level, LevelTable } from "./inheritance.ts"
export { levelOfRow, placesWithin, rowPlaces } from "./level-rows.ts"
export type { FreeBase, Model, ModelOptions, StrictBase, TableItems } from "./model-types.ts"
export type { ColumnShape, InsertShape, RowShape } from "./row-shape.ts"
export { subtypeColumns, type SubtypeColumns } from "./subtype-columns.ts"
export type { DeclareSubtype, IdentityOf, PolymorphicModel, Subtype, SubtypeMembers, SubtypeOptions } from "./subtype-types.ts"
export {
  type ConstraintKind,
  constraintName,
  defaultNamingConvention,
  type NamedConstraint,
  type NamingConvention,
  type NamingToken,
  shortenName,
} from "./naming.ts"
export { compositeType, type CompositeType, domainType, type DomainType } from "./named-types.ts"
export type { StandardSchema } from "./standard-schema.ts"
export {
  type KeyPair,
  manyToMany,
  type ManyToManyOptions,
  type ManyToOneOptions,
  manyToOne,
  ModelRelation,
  oneToMany,
  oneToOne,
  type RelationKind,
  type RelationOptions,
  type RelationPath,
  type ToManyOptions,
} from "./relation.ts"
export type { RelationOrder } from "./relation-order.ts"
export { refuseView, viewMany, viewOne, type ViewOptions, ViewRelation } from "./view-relation.ts"
export { type DeclaredRelation, inverseRelations, relationsOver } from "./inverse-relations.ts"
export {
  bit,
  box,
  char,
  cidr,
  circle,
  hstore,
  inet,
  line,
  lseg,
  macaddr,
  macaddr8,
  money,
  oid,
  path,
  point,
  polygon,
  timetz,
  tsquery,
  tsvector,
  varbit,
  xmin,
  xml,
} from "./server-types.ts"
export type { VersionKind } from "./version-column.ts"
export { codec, type CodecOptions, type CodecType } from "./codec.ts"
export {
  type CheckConstraint,
  type ForeignKey,
  type PrimaryKey,
  Table,
  type TableColumn,
  type TableIndex,
  type UniqueConstraint,
} from "./table.ts"
export {
  check,
  type CheckItem,
  foreignKey,
  type ForeignKeyItem,
  index,
  IndexItem,
  primaryKey,
  type PrimaryKeyItem,
  type TableItem,
  unique,
  type UniqueItem,
} from "./table-item.ts"
export {
  datemultirange,
  daterange,
  int4multirange,
  int4range,
  int8multirange,
  int8range,
  nummultirange,
  numrange,
  tsmultirange,
  tsrange,
  tstzmultirange,
  tstzrange,
} from "./range-types.ts"
export {
  bigint,
  boolean,
  bytea,
  date,
  double,
  enumType,
  type EnumType,
  integer,
  interval,
  type IsoDate,
  type IsoDateTime,
  type IsoDuration,
  type IsoTime,
  json,
  jsonb,
  type JsonOptions,
  numeric,
  type NumericOptions,
  real,
  smallint,
  text,
  time,
  type TimeOptions,
  timestamp,
  timestamptz,
  uuid,
  varchar,
} from "./types.ts"
