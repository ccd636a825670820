import {
  AliasNode,
  type AndNode,
  type BinaryOperationNode,
  type ColumnUpdateNode,
  type DeleteQueryNode,
  IdentifierNode,
  type InsertQueryNode,
  type MergeQueryNode,
  type OperationNode,
  OperationNodeTransformer,
  OperatorNode,
  type PrimitiveValueListNode,
  type QueryId,
  ReferenceNode,
  SelectAllNode,
  SelectionNode,
  type SelectQueryNode,
  type TableNode,
  type UpdateQueryNode,
  ValueListNode,
  type ValueNode,
  ValuesNode,
} from "kysely"
import { UnsupportedError } from "../../errors/index.ts"
import { encodeValue } from "../expression/encode-value.ts"
import type { LowerContext } from "../lowering/lower.ts"
import { readable, written } from "../expression/own-sql.ts"
import { unlimited } from "../types/type.ts"
import { withInsertedValues, withUpdatedValues } from "./client-values.ts"
import { EncodedValue } from "./encoded-value.ts"
import type { KnownColumn, KnownTables } from "./known-columns.ts"
import { literalParameter } from "./literal-parameter.ts"
import { nameOf, type QueryNode, QueryScope } from "./query-scope.ts"

/** Operators whose two sides are of one type. */
export const comparisons: ReadonlySet<string> = new Set([
  "=", "==", "!=", "<>", "<", "<=", ">", ">=", "<=>", "in", "not in", "is", "is not", "is distinct from", "is not distinct from",
  "between", "between symmetric", "@>", "<@", "&&",
]) // prettier-ignore

/** Nodes that a value of a comparison may stand in: lists, and the two ends of `between`. */
const carriers: ReadonlySet<string> = new Set(["ValueNode", "PrimitiveValueListNode", "ValueListNode", "AndNode"])

/** How a query's values leave. */
export interface Encoding {
  readonly context: LowerContext
  readonly tables: KnownTables
  /** The node for an encoded value. */
  readonly makeValue: (encoded: unknown) => OperationNode
  /** The rows of the query are read as they come, so that what a codec reads through SQL of its own is selected through it. */
  readonly isRead: boolean
}

/**
 * Encodes the values of a query of Kysely's: by the column that they meet, else by what they are. In inserts and updates it puts
 * what the application computes for a model's columns.
 */
export class ValueEncoder extends OperationNodeTransformer {
  readonly #encoding: Encoding
  readonly #tables: KnownTables
  #scope: QueryScope | undefined
  #isRoot: boolean
  #expected: KnownColumn | undefined

  constructor(encoding: Encoding) {
    super()
    this.#encoding = encoding
    this.#tables = encoding.tables
    this.#isRoot = encoding.isRead
  }

  protected override transformSelectQuery(node: SelectQueryNode, queryId?: QueryId): SelectQueryNode {
    return this.#inQuery(node, () => super.transformSelectQuery(node, queryId))
  }
  protected override transformDeleteQuery(node: DeleteQueryNode, queryId?: QueryId): DeleteQueryNode {
    return this.#inQuery(node, () => super.transformDeleteQuery(node, queryId))
  }
  protected override transformMergeQuery(node: MergeQueryNode, queryId?: QueryId): MergeQueryNode {
    return this.#inQuery(node, () => super.transformMergeQuery(node, queryId))
  }
  protected override transformUpdateQuery(node: UpdateQueryNode, queryId?: QueryId): UpdateQueryNode {
    return this.#inQuery(node, () => super.transformUpdateQuery(withUpdatedValues(node, this.#tables), queryId))
  }
  protected override transformInsertQuery(node: InsertQueryNode, queryId?: QueryId): InsertQueryNode {
    return this.#inQuery(node, () => {
      const { values, ...rest } = withInsertedValues(node, this.#tables)
      const transformed = super.transformInsertQuery(rest, queryId)
      if (values === undefined) return transformed
      return {
        ...transformed,
        values: ValuesNode.is(values) ? this.#rows(values, rest.columns ?? []) : this.transformNode(values, queryId),
      }
    })
  }

  protected override transformSelection(node: SelectionNode, queryId?: QueryId): SelectionNode {
    const transformed = super.transformSelection(node, queryId)
    const outputs = this.#isRoot ? this.#scope?.outputsOfSelection(node.selection).columns : undefined
    const own = outputs?.find(({ column }) => column?.type?.codec?.fromSql !== undefined)
    if (own === undefined) return transformed
    const { selection } = transformed
    if (SelectAllNode.is(selection) || (ReferenceNode.is(selection) && SelectAllNode.is(selection.column))) {
      throw new UnsupportedError(`${own.column!.label} is read through SQL of its codec's own, which * does not say`, {
        hint: "name the columns that are selected",
      })
    }
    const [inner, alias] = AliasNode.is(selection)
      ? [selection.node, selection.alias]
      : [selection, IdentifierNode.create(own.name ?? own.column!.label)]
    return SelectionNode.create(AliasNode.create(readable(inner, own.column!.type, this.#encoding.context), alias))
  }
  protected override transformColumnUpdate(node: ColumnUpdateNode, queryId?: QueryId): ColumnUpdateNode {
    const column = this.transformNode(node.column, queryId)
    return { kind: "ColumnUpdateNode", column, value: this.#beside(this.#scope?.typeOf(node.column), node.value, queryId) }
  }
  protected override transformBinaryOperation(node: BinaryOperationNode, queryId?: QueryId): BinaryOperationNode {
    const { leftOperand, operator, rightOperand } = node
    const isComparison = OperatorNode.is(operator) && comparisons.has(operator.operator)
    const typeOf = (operand: OperationNode): KnownColumn | undefined => (isComparison ? compared(this.#scope?.typeOf(operand)) : undefined)
    return {
      kind: "BinaryOperationNode",
      leftOperand: this.#beside(typeOf(rightOperand), leftOperand, queryId),
      operator: this.transformNode(operator, queryId),
      rightOperand: this.#beside(typeOf(leftOperand), rightOperand, queryId),
    }
  }
  protected override transformAnd(node: AndNode, queryId?: QueryId): AndNode {
    // The two ends of `between`, or conditions, whose values have columns of their own.
    const expected = this.#expected
    return {
      kind: "AndNode",
      left: this.#beside(expected, node.left, queryId),
      right: this.#beside(expected, node.right, queryId),
    }
  }

  protected override transformValue(node: ValueNode): ValueNode {
    return node.immediate === true ? node : (this.#encode(node.value, this.#expected) as ValueNode)
  }
  protected override transformPrimitiveValueList(node: PrimitiveValueListNode): PrimitiveValueListNode {
    const expected = this.#expected
    return ValueListNode.create(node.values.map((value) => this.#encode(value, expected))) as OperationNode as PrimitiveValueListNode
  }
  protected override transformValueList(node: ValueListNode, queryId?: QueryId): ValueListNode {
    const expected = this.#expected
    return ValueListNode.create(node.values.map((value) => this.#beside(expected, value, queryId)))
  }
  protected override transformTable(node: TableNode, queryId?: QueryId): TableNode {
    const parent = this.nodeStack.at(-2)?.kind
    const schema = this.#tables.get(nameOf(node))?.schema
    const isEntry = this.#scope !== undefined && parent !== "ReferenceNode" && parent !== "CommonTableExpressionNameNode"
    if (!isEntry || schema === undefined || node.table.schema !== undefined || this.#scope!.isCte(nameOf(node)))
      return super.transformTable(node, queryId)
    return { ...node, table: { ...node.table, schema: IdentifierNode.create(schema) } }
  }

  #inQuery<N extends QueryNode>(node: N, transform: () => N): N {
    const [scope, expected, isRoot] = [this.#scope, this.#expected, this.#isRoot]
    this.#isRoot = isRoot && scope === undefined
    this.#scope = new QueryScope(node, this.#tables, scope)
    this.#expected = undefined
    try {
      return transform()
    } finally {
      this.#scope = scope
      this.#expected = expected
      this.#isRoot = isRoot
    }
  }

  #beside(expected: KnownColumn | undefined, node: OperationNode, queryId: QueryId | undefined): OperationNode {
    const before = this.#expected
    this.#expected = carriers.has(node.kind) ? expected : undefined
    try {
      return this.transformNode(node, queryId)
    } finally {
      this.#expected = before
    }
  }

  #rows({ values }: ValuesNode, columns: readonly NonNullable<InsertQueryNode["columns"]>[number][]): ValuesNode {
    const known = columns.map((column) => this.#scope?.typeOf(column))
    return ValuesNode.create(
      values.map((row) =>
        ValueListNode.create(
          row.kind === "PrimitiveValueListNode"
            ? row.values.map((value, index) => this.#encode(value, known[index]))
            : row.values.map((value, index) => this.#beside(known[index], value, undefined)),
        ),
      ),
    )
  }

  #encode(value: unknown, known: KnownColumn | undefined): OperationNode {
    const { context, makeValue } = this.#encoding
    if (value instanceof EncodedValue) return makeValue(value.value)
    if (known?.type === undefined) return makeValue(literalParameter(value, "a value of the Kysely query", context.dialect))
    const node = makeValue(encodeValue(value, known.type, known.label, context.dialect))
    return value === null ? node : written(node, known.type, context)
  }
}

/** A length limits what a column stores, not what it may be compared with. */
function compared(known: KnownColumn | undefined): KnownColumn | undefined {
  return known?.type === undefined ? known : { label: known.label, type: unlimited(known.type), json: known.json }
}
