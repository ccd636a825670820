import type { SqlType } from "../../sql/index.ts"
import { postgresCodec } from "./codecs.ts"

/** Built-in types by oid: of the type itself and of its array. */
const builtIn: readonly (readonly [type: SqlType, oid: number, arrayOid: number])[] = [
  [{ kind: "boolean" }, 16, 1000],
  [{ kind: "bytea" }, 17, 1001],
  [{ kind: "bigint" }, 20, 1016],
  [{ kind: "smallint" }, 21, 1005],
  [{ kind: "integer" }, 23, 1007],
  [{ kind: "oid" }, 26, 1028],
  [{ kind: "json" }, 114, 199],
  [{ kind: "real" }, 700, 1021],
  [{ kind: "double" }, 701, 1022],
  [{ kind: "date" }, 1082, 1182],
  [{ kind: "time" }, 1083, 1183],
  [{ kind: "timestamp" }, 1114, 1115],
  [{ kind: "timestamptz" }, 1184, 1185],
  [{ kind: "interval" }, 1186, 1187],
  [{ kind: "numeric" }, 1700, 1231],
  [{ kind: "uuid" }, 2950, 2951],
  [{ kind: "jsonb" }, 3802, 3807],
  ...rangeTypes({ kind: "integer" }, "int4", 3904, 4451, 6150),
  ...rangeTypes({ kind: "numeric" }, "num", 3906, 4532, 6151),
  ...rangeTypes({ kind: "timestamp" }, "ts", 3908, 4533, 6152),
  ...rangeTypes({ kind: "timestamptz" }, "tstz", 3910, 4534, 6153),
  ...rangeTypes({ kind: "date" }, "date", 3912, 4535, 6155),
  ...rangeTypes({ kind: "bigint" }, "int8", 3926, 4536, 6157),
  [{ kind: "xid" }, 28, 1011],
  [{ kind: "inet" }, 869, 1041],
  [{ kind: "cidr" }, 650, 651],
  [{ kind: "macaddr" }, 829, 1040],
  [{ kind: "macaddr8" }, 774, 775],
  [{ kind: "bit" }, 1560, 1561],
  [{ kind: "varbit" }, 1562, 1563],
  [{ kind: "timetz" }, 1266, 1270],
  [{ kind: "tsvector" }, 3614, 3643],
  [{ kind: "tsquery" }, 3615, 3645],
  [{ kind: "point" }, 600, 1017],
  [{ kind: "lseg" }, 601, 1018],
  [{ kind: "path" }, 602, 1019],
  [{ kind: "box" }, 603, 1020],
  [{ kind: "polygon" }, 604, 1027],
  [{ kind: "line" }, 628, 629],
  [{ kind: "circle" }, 718, 719],
  [{ kind: "money" }, 790, 791],
  [{ kind: "xml" }, 142, 143],
  [{ kind: "char" }, 1042, 1014],
  // name, text, varchar
  [{ kind: "text" }, 19, 1003],
  [{ kind: "text" }, 25, 1009],
  [{ kind: "text" }, 1043, 1015],
]

/** The array of a range type has the number after it. */
function rangeTypes(
  element: SqlType,
  name: string,
  oid: number,
  multirangeOid: number,
  multirangeArrayOid: number,
): readonly (readonly [type: SqlType, oid: number, arrayOid: number])[] {
  return [
    [{ kind: "range", sqlName: `${name}range`, element }, oid, oid + 1],
    [{ kind: "multirange", sqlName: `${name}multirange`, element }, multirangeOid, multirangeArrayOid],
  ]
}

const types = new Map<number, SqlType>(
  builtIn.flatMap(([type, oid, arrayOid]): [number, SqlType][] => [
    [oid, type],
    [arrayOid, { kind: "array", element: type }],
  ]),
)

const asItIs = (raw: unknown): unknown => raw

/**
 * How a result's column is read when only the server's type is known: built-in types as their Rebis types in their default
 * mode (int8 is a bigint), every other type (enums, extensions) as the server's text.
 */
export function decoderOf(typeId: number | string | undefined): (raw: unknown) => unknown {
  const type = types.get(Number(typeId))
  if (type === undefined) return asItIs
  const codec = postgresCodec(type)
  return (raw) => (raw === null ? null : codec.decode(raw))
}
