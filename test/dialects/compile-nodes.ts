import { createQueryId, type OperationNode, RawNode, ValueNode } from "kysely"
import type { Dialect } from "../../src/dialects/index.ts"
import type { Connection } from "../../src/engine/index.ts"
import type { SqlType } from "../../src/sql/index.ts"

type Part = string | OperationNode | { readonly parameter: unknown } | readonly OperationNode[]

/** SQL with nodes, text, parameters and lists of nodes inside. */
export function node(fragments: TemplateStringsArray, ...parts: readonly Part[]): OperationNode {
  return RawNode.create([...fragments], parts.map(partNode))
}

function partNode(part: Part): OperationNode {
  if (typeof part === "string") return RawNode.createWithSql(part)
  if ("kind" in part) return part
  if ("parameter" in part) return ValueNode.create(part.parameter)
  return RawNode.create(["", ...part.slice(1).map(() => ", "), ""], [...part])
}

export function compileNodes(dialect: Dialect, root: OperationNode): { readonly text: string; readonly parameters: readonly unknown[] } {
  const { sql, parameters } = dialect.createQueryCompiler().compileQuery(RawNode.createWithChild(root), createQueryId())
  return { text: sql, parameters }
}

/** The type itself, where the database has enums. */
export async function createEnum(connection: Connection, type: SqlType): Promise<void> {
  const { dialect } = connection
  if (!dialect.capabilities.enums) return
  const labels = (type.labels ?? []).map((label) => `'${label.replaceAll("'", "''")}'`)
  await connection.exec(`create type ${dialect.typeName(type)} as enum (${labels.join(", ")})`)
}
