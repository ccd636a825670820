import { type CompiledQuery, PostgresQueryCompiler, type QueryId, type RootOperationNode, type ValueNode } from "kysely"

/** Prints a value that stands in several places, being one node in all of them, as one parameter. */
export class SharingQueryCompiler extends PostgresQueryCompiler {
  readonly #places = new Map<ValueNode, number>()

  override compileQuery(node: RootOperationNode, queryId: QueryId): CompiledQuery {
    try {
      return super.compileQuery(node, queryId)
    } finally {
      this.#places.clear()
    }
  }
  protected override visitValue(node: ValueNode): void {
    const place = this.#places.get(node)
    if (place !== undefined) return this.append(`$${place}`)
    if (node.immediate !== true) this.#places.set(node, this.numParameters + 1)
    super.visitValue(node)
  }
}
