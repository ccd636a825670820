import {
  CommonTableExpressionNameNode,
  RawNode,
  TableNode,
  type CommonTableExpressionNode,
  type OperationNode,
  type RootOperationNode,
  type WithNode,
} from "kysely"
import { StatementError } from "../../errors/index.ts"

/** A statement that stands in WITH, by its name. */
export interface CommonTable {
  readonly name: string
  /** It refers to itself. */
  readonly recursive: boolean
}

/**
 * The common table expressions that the parts of one statement use. Wherever they are used, they stand once in the WITH of the
 * outermost statement, each after those that it uses itself.
 */
export class CommonTables {
  /** Tables that statements read or write by names without a schema. */
  readonly tableNames: string[] = []
  // Most statements have none.
  #byName: Map<string, CommonTable> | undefined
  readonly #nodes: OperationNode[] = []
  #recursive = false

  /** `lower` gives what stands in WITH; it is called when the table is met for the first time. @throws StatementError for two of one name */
  add(table: CommonTable, lower: () => OperationNode): void {
    this.#byName ??= new Map()
    const known = this.#byName.get(table.name)
    if (known === table) return
    if (known !== undefined) {
      throw new StatementError(`two common table expressions of one statement are called ${table.name}`, {
        hint: "they all stand in one WITH: give one of them another name",
      })
    }
    this.#byName.set(table.name, table)
    this.#recursive ||= table.recursive
    this.#nodes.push(lower())
  }

  /** The statement with its WITH. @throws StatementError where that would change what a name means */
  attach<N extends RootOperationNode>(node: N): RootOperationNode {
    if (this.#byName === undefined) return node
    for (const name of this.#byName.keys()) {
      if (!this.tableNames.includes(name)) continue
      throw new StatementError(`the common table expression ${name} would hide the table ${name}, which the statement uses too`, {
        hint: "give the common table expression another name",
      })
    }
    const list: WithNode = {
      kind: "WithNode",
      expressions: this.#nodes as unknown as readonly CommonTableExpressionNode[],
      ...(this.#recursive ? { recursive: true } : {}),
    }
    switch (node.kind) {
      case "SelectQueryNode":
      case "InsertQueryNode":
      case "UpdateQueryNode":
      case "DeleteQueryNode":
      case "MergeQueryNode":
        return { ...node, with: list }
      default:
        return beforeText(list, node)
    }
  }
}

function beforeText(list: WithNode, node: RootOperationNode): RawNode {
  if (RawNode.is(node) && /^\s*with\b/i.test(node.sqlFragments[0] ?? "")) {
    throw new StatementError("the text of a statement begins with its own WITH, and uses a common table expression beside it", {
      hint: "write all of them in the text, or none",
    })
  }
  return RawNode.create(["", " ", ""], [list, node])
}

/** `"name" as materialized (…)` */
export function commonTableNode(name: string, body: OperationNode, materialized: boolean | undefined): CommonTableExpressionNode {
  return {
    kind: "CommonTableExpressionNode",
    name: CommonTableExpressionNameNode.create(name),
    expression: body,
    ...(materialized === undefined ? {} : { materialized }),
  }
}

/** The name, as FROM takes it. */
export function commonTableReference(name: string): TableNode {
  return TableNode.create(name)
}
