import type { OperationNode, SelectQueryNode, ValueNode } from "kysely"

/**
 * Makes the keys of groups, and what is selected of distinct rows, the same nodes wherever they stand in what is computed of
 * them. PostgreSQL takes `upper(substring(phone, $1))` of groups by `substring(phone, $1)`, and not `upper(substring(phone, $2))`:
 * whatever the values, two parameters are two. Its compiler prints one {@link ValueNode} as one parameter.
 */
export function shareKeys(node: SelectQueryNode, keys: readonly OperationNode[]): SelectQueryNode {
  const withValues = keys.filter(holdsValue)
  if (withValues.length === 0) return node
  const parts = Object.entries(node).map(([part, value]) => [part, beforeGroups.has(part) ? value : shareIn(value, withValues)])
  return Object.fromEntries(parts) as SelectQueryNode
}

/** The parts that see rows and no groups of them. */
const beforeGroups: ReadonlySet<string> = new Set<keyof SelectQueryNode>(["kind", "with", "from", "joins", "where"])

/** What nodes are made of: other nodes, lists of them, and plain values. */
const partsOf = (value: object): readonly (readonly [part: string, value: unknown])[] => Object.entries(value)

function shareIn(value: unknown, keys: readonly OperationNode[]): unknown {
  if (typeof value !== "object" || value === null || isOwnQuery(value)) return value
  const key = keys.find((each) => isSame(each, value))
  if (key !== undefined) return key
  if (Array.isArray(value)) {
    const items = value.map((item) => shareIn(item, keys))
    return items.some((item, index) => item !== value[index]) ? items : value
  }
  if (!("kind" in value) || value.kind === "ValueNode") return value
  const changed = partsOf(value)
    .map(([part, inner]) => [part, shareIn(inner, keys), inner] as const)
    .filter(([, now, before]) => now !== before)
  return changed.length === 0 ? value : { ...value, ...Object.fromEntries(changed) }
}

/** Groups are those of one query: in another one inside of it the database knows their columns only. */
function isOwnQuery(value: object): boolean {
  return "kind" in value && (value.kind === "SelectQueryNode" || value.kind === "WithNode")
}

function holdsValue(node: unknown): boolean {
  if (typeof node !== "object" || node === null) return false
  if ("kind" in node && node.kind === "ValueNode") return !(node as ValueNode).immediate
  return partsOf(node).some(([, inner]) => holdsValue(inner))
}

/** The same structure, and the same values. */
function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false
  if (!isPlain(one) || !isPlain(other)) return false
  const [parts, others] = [partsOf(one), partsOf(other)]
  return parts.length === others.length && parts.every(([part, value]) => part in other && isSame(value, Reflect.get(other, part)))
}

/** Nodes and lists, and not the values of parameters, which may be objects of any kind. */
function isPlain(value: object): boolean {
  return Array.isArray(value) || "kind" in value
}
