import { createQueryId, IdentifierNode, type OperationNode, RawNode, ValueNode } from "kysely"
import { type CompiledStatement, type Effect, listCast, LowerContext, type SqlType } from "../sql/index.ts"
import type { Dialect } from "./dialect.ts"
import type { EntityPlan } from "./entity-plan.ts"

/** SQL as words of its own and nodes: what comes from a model or from outside is always a node. */
export type SqlPart = string | OperationNode

export function sqlNode(parts: readonly SqlPart[]): RawNode {
  const fragments: string[] = [""]
  const nodes: OperationNode[] = []
  for (const part of parts) {
    if (typeof part === "string") fragments[fragments.length - 1] += part
    else {
      nodes.push(part)
      fragments.push("")
    }
  }
  return RawNode.create(fragments, nodes)
}

/** Parts with a separator between them. */
export function separated(items: readonly (readonly SqlPart[])[], separator: string): SqlPart[] {
  return items.flatMap((item, index) => (index === 0 ? item : [separator, ...item]))
}

export function identifier(name: string): OperationNode {
  return IdentifierNode.create(name)
}

/** A place for a parameter; which one is said when the statement is run. */
export function parameter(): OperationNode {
  return ValueNode.create(null)
}

/** An encoded value as a parameter of the statement. */
export function parameterOf(value: unknown): OperationNode {
  return ValueNode.create(value)
}

export function tableNode({ mapper, dialect }: EntityPlan): OperationNode {
  return mapper.table.info.from(new LowerContext(dialect))
}

export function textOf(parts: readonly SqlPart[], dialect: Dialect): string {
  return dialect.createQueryCompiler().compileQuery(sqlNode(parts), createQueryId()).sql
}

const texts = new WeakMap<EntityPlan, Map<string, string>>()

/** The text of a statement that is always the same for a model, made when it is first needed. */
export function cachedText(plan: EntityPlan, key: string, parts: () => readonly SqlPart[]): string {
  let ofPlan = texts.get(plan)
  if (ofPlan === undefined) texts.set(plan, (ofPlan = new Map()))
  let text = ofPlan.get(key)
  if (text === undefined) ofPlan.set(key, (text = textOf(parts(), plan.dialect)))
  return text
}

/** A statement whose parameters are in its nodes; its effect is what `context` has seen. */
export function compileParts(parts: readonly SqlPart[], context: LowerContext, dialect: Dialect): CompiledStatement {
  const { sql, parameters } = dialect.createQueryCompiler().compileQuery(sqlNode(parts), createQueryId())
  return { text: sql, parameters, effect: context.effect, shape: undefined }
}

export function statement(text: string, parameters: readonly unknown[], effect: Effect): CompiledStatement {
  return { text, parameters, effect, shape: undefined }
}

/** A place for a list of a column's values. */
export function arrayParameterOf(type: SqlType, dialect: Dialect): SqlPart[] {
  return [parameter(), listCast(type, dialect)]
}
