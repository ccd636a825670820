import { FunctionNode, type OperationNode, RawNode } from "kysely"
import { UnsupportedError } from "../../errors/index.ts"
import type { ExpressionSpelling } from "../../sql/index.ts"

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
  ["trunc", (of, digits) => (digits === undefined ? FunctionNode.create("trunc", [of]) : cannotTruncate())],
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
])

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
    return typeof spelled === "string" ? FunctionNode.create(spelled, args) : spelled(...args)
  },
}
