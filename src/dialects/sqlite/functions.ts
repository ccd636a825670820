import { FunctionNode, type OperationNode, RawNode, ValueNode } from "kysely"
import { UnsupportedError } from "../../errors/index.ts"
import { type ExpressionSpelling, tightNode } from "../../sql/index.ts"
import { raw } from "../raw-node.ts"

type Spelled = string | ((...args: OperationNode[]) => OperationNode)

/** SQLite's word for a function of PostgreSQL, where it means the same. */
const spellings: ReadonlyMap<string, Spelled> = new Map<string, Spelled>([
  ["abs", "abs"],
  ["floor", "floor"],
  ["ceil", "ceil"],
  ["sign", "sign"],
  ["sqrt", "sqrt"],
  ["round", "round"],
  ["power", "power"],
  ["trunc", (of, digits?: OperationNode) => (digits === undefined ? FunctionNode.create("trunc", [of]) : cannotTruncate())],
  ["row", cannotTakeRow],
  ["exp", "exp"],
  ["ln", "ln"],
  ["log", "log"],
  ["pi", "pi"],
  ["degrees", "degrees"],
  ["radians", "radians"],
  ["sin", "sin"],
  ["cos", "cos"],
  ["tan", "tan"],
  ["asin", "asin"],
  ["acos", "acos"],
  ["atan", "atan"],
  ["atan2", "atan2"],
  // SQLite's own is a whole number of 64 bits: 53 of them are the fraction of a double.
  ["random", () => RawNode.createWithSql("(random() & 9007199254740991) / 9007199254740992.0")],
  ["lower", "lower"],
  ["upper", "upper"],
  ["btrim", "trim"],
  ["ltrim", "ltrim"],
  ["rtrim", "rtrim"],
  ["length", "length"],
  ["substring", "substring"],
  ["replace", "replace"],
  ["strpos", "instr"],
  ["concat", "concat"],
  ["concat_ws", "concat_ws"],
  ["make_date", (year, month, day) => raw`format('%04d-%02d-%02d', ${year}, ${month}, ${day})`],
  ["isfinite", (of) => raw`${of} not in ('infinity', '-infinity')`],
  ["num_nulls", (...of) => sumOf(of.map((each) => raw`(${each} is null)`))],
  ["num_nonnulls", (...of) => sumOf(of.map((each) => raw`(${each} is not null)`))],
  ["ascii", "unicode"],
  ["chr", "char"],
  ["left", (of, count) => raw`substr(${of}, 1, iif(${count} < 0, max(length(${of}) + ${count}, 0), ${count}))`],
  ["right", (of, count) => raw`substr(${of}, iif(${count} < 0, 1 - ${count}, max(length(${of}) - ${count}, 0) + 1))`],
  ["repeat", (of, count) => raw`replace(hex(zeroblob(${count})), '00', ${of})`],
  [
    "overlay",
    (of, put, start, count?: OperationNode) =>
      raw`substr(${of}, 1, ${start} - 1) || ${put} || substr(${of}, ${start} + ${count ?? raw`length(${put})`})`,
  ],
  ["json_get", (document, ...path) => raw`${tightNode(document)} -> ${jsonPath(path)}`],
  ["json_get_text", jsonText],
  ["jsonb_typeof", jsonKind],
  ["json_typeof", jsonKind],
  ["jsonb_array_length", (document) => raw`json_array_length(${document})`],
  ["json_array_length", (document) => raw`json_array_length(${document})`],
  ["cardinality", (array) => raw`json_array_length(${array})`],
  ["encode", (of, format) => raw`lower(hex(${hexOnly(of, format)}))`],
  ["decode", (of, format) => raw`unhex(${hexOnly(of, format)})`],
])

function sumOf(nodes: readonly OperationNode[]): RawNode {
  return RawNode.create(["", ...nodes.slice(1).map(() => " + "), ""], nodes)
}

/** Names and indexes as one path of SQLite's, which counts from the end by `#-1`. */
function jsonPath(keys: readonly OperationNode[]): OperationNode {
  const parts = keys.map((key) => {
    const value = ValueNode.is(key) ? key.value : undefined
    if (typeof value === "number") return value < 0 ? `[#${value}]` : `[${value}]`
    if (typeof value === "string" && !/["\\]/.test(value)) return `."${value}"`
    throw new UnsupportedError(`SQLite has no path to ${JSON.stringify(value)}: a name with a quote or a backslash`, {
      hint: "rename the property, or run this on PostgreSQL",
    })
  })
  const path = `$${parts.join("")}`
  return keys.every((key) => ValueNode.is(key) && key.immediate === true) ? ValueNode.createImmediate(path) : ValueNode.create(path)
}

/** The words that JSON has for true and false, where SQLite gives numbers. */
function jsonText(document: OperationNode, ...keys: OperationNode[]): OperationNode {
  const path = jsonPath(keys)
  return raw`case json_type(${document}, ${path}) when 'true' then 'true' when 'false' then 'false' else cast(${tightNode(document)} ->> ${path} as text) end`
}

/** PostgreSQL's names of what JSON can be. */
function jsonKind(document: OperationNode): OperationNode {
  return raw`case json_type(${document}) when 'text' then 'string' when 'integer' then 'number' when 'real' then 'number' when 'true' then 'boolean' when 'false' then 'boolean' else json_type(${document}) end`
}

function hexOnly(of: OperationNode, format: OperationNode): OperationNode {
  if (ValueNode.is(format) && format.value === "hex") return of
  throw new UnsupportedError("SQLite knows bytes as text in hexadecimal digits only", { hint: 'use the format "hex"' })
}

/** SQLite compares rows, but no function takes one. */
function cannotTakeRow(): never {
  throw new UnsupportedError("SQLite counts the different values of one expression, not those of several", {
    hint: "select the expressions with distinct() in a subquery, and count() its rows",
  })
}

/** A double has no exact place to cut at. */
function cannotTruncate(): never {
  throw new UnsupportedError("SQLite cannot cut a number at a digit", { hint: "trunc(x) takes the whole part; round(x, digits) rounds" })
}

export const sqliteFunctions: Pick<ExpressionSpelling, "call"> = {
  call(name, args) {
    const spelled = spellings.get(name)
    if (spelled === undefined) {
      throw new UnsupportedError(`SQLite has no function ${name}()`, { hint: "compute it in the application, or run this on PostgreSQL" })
    }
    return typeof spelled === "string" ? FunctionNode.create(spelled, args) : spelled(...args.map(tightNode))
  },
}
