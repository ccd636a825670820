import type { OperationNode } from "kysely"
import { StatementError } from "../../errors/index.ts"
import { isLowerable, type LowerContext } from "../lowering/lower.ts"
import { isRange, rangeOfMultirange, rangeTypeOf } from "../types/range-kinds.ts"
import type { SqlType, TypeKind } from "../types/type.ts"
import { requireOperand } from "./operand.ts"
import { castNode, comparable, lowerBinary, tight, tightOperand, typedOperand, type Typed } from "./operators.ts"
import { literalText, lowerLike } from "./patterns.ts"

type Lowering = (context: LowerContext) => OperationNode
export type ContainmentOperator = "@>" | "<@" | "&&"

const textKinds: ReadonlySet<TypeKind> = new Set(["text", "varchar", "char", "custom", "enum", "xml"])
/** Addresses have operators of their own for what others call containing. */
const networkOperators = { "@>": ">>=", "<@": "<<=", "&&": "&&" } as const
const jsonbType: SqlType = { kind: "jsonb" }

/** Text in text, elements in an array, a value or range in a range, a part in a document. */
export function containing(left: Typed, item: unknown): Lowering {
  requireOperand(item, left.label)
  const kind = left.type?.kind
  return kind === undefined || textKinds.has(kind) ? containingText(left, item) : containment(left, "@>", item)
}

function containingText(left: Typed, item: unknown): Lowering {
  if (!isLowerable(item)) {
    const pattern = `%${literalText(item, left)}%`
    return (context) => lowerLike(left, pattern, false, context)
  }
  const position: Typed = {
    type: { kind: "integer" },
    label: left.label,
    lower: (context) => context.dialect.call("strpos", [left.lower(context), item.lower(context)]),
  }
  return (context) => lowerBinary(position, ">", 0, context)
}

const containers: ReadonlySet<TypeKind> = new Set(["array", "range", "multirange", "json", "jsonb", "hstore", "inet", "cidr", "tsquery"])

/** A value of any kind may lie within a range. */
function mayStandBefore(operator: ContainmentOperator, kind: TypeKind, right: unknown): boolean {
  return containers.has(kind) || (operator === "<@" && (isRange(right) || isLowerable(right)))
}

/** One of the operators by which arrays, ranges, documents and networks are held against each other. */
export function containment(left: Typed, operator: ContainmentOperator, right: unknown): Lowering {
  requireOperand(right, left.label)
  const { type, label } = left
  if (type === undefined || !mayStandBefore(operator, type.kind, right)) {
    throw new StatementError(`${label}: ${type?.kind ?? "what is of no known type"} has no ${operator}`, {
      hint: "it is for arrays, ranges, JSON documents and network addresses",
    })
  }
  if (type.kind === "inet" || type.kind === "cidr") return infix(left, networkOperators[operator], right, { kind: "inet" })
  if (type.kind === "json") {
    const document: Typed = { label, type: jsonbType, lower: (context) => castNode(left.lower(context), jsonbType, context) }
    return infix(document, operator, right, jsonbType)
  }
  const beside = typeBeside(type, right)
  if (beside === undefined) return infix(left, operator, right, comparable(type))
  return (context) => context.dialect.infix(operator, tight(left, context), typedOperand(right, beside, label, context))
}

/** The type of a value that is not of the left side's: a bound beside a range, a range beside a bound or a multirange. */
function typeBeside(type: SqlType, right: unknown): SqlType | undefined {
  if (isLowerable(right)) return undefined
  switch (type.kind) {
    case "range":
      return isRange(right) || Array.isArray(right) ? undefined : type.element
    case "multirange":
      return Array.isArray(right) ? undefined : isRange(right) ? rangeOfMultirange(type) : type.element
    default:
      return isRange(right) ? rangeTypeOf(type) : undefined
  }
}

function infix(left: Typed, operator: string, right: unknown, type: SqlType | undefined): Lowering {
  return (context) => context.dialect.infix(operator, tight(left, context), tightOperand(right, type, left.label, context))
}

const joinedKinds: ReadonlySet<TypeKind> = new Set(["array", "jsonb", "bytea", "hstore", "tsvector", "bit", "varbit"])

/** Whether `||` joins two of a kind, rather than their texts. */
export function joinsItsKind(type: SqlType | undefined): boolean {
  return type !== undefined && joinedKinds.has(type.kind)
}
