import { type OperationNode, RawNode } from "kysely"

/** A node for a piece of SQL with nodes inside: `` raw`${value} is null` ``. */
export function raw(fragments: TemplateStringsArray, ...nodes: readonly OperationNode[]): RawNode {
  return RawNode.create([...fragments], [...nodes])
}

/** Nodes joined by commas. */
export function commaList(nodes: readonly OperationNode[]): RawNode {
  return RawNode.create(["", ...nodes.slice(1).map(() => ", "), ""].slice(0, nodes.length + 1), [...nodes])
}

/** Parts of at most `size` items. */
export function chunksOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const chunks: T[][] = []
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size))
  return chunks
}

/** Whether a key of a JSON object may be written as a literal under every setting of every server. */
export function isPlainKey(key: string): boolean {
  return /^[\p{L}\p{N}_ $.-]*$/u.test(key)
}
