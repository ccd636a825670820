import { ArgumentError } from "../../errors/index.ts"
import { type Mapper, mapperOf, ModelRelation } from "../../schema/index.ts"
import {
  type AnyModel,
  BoundStatement,
  type LoadRequest,
  type ParameterValues,
  select,
  SelectEntity,
  type Source,
  source,
  type Statement,
} from "../../sql/index.ts"
import type { SessionState } from "../session-state.ts"
import type { TransactionScope } from "../transaction-scope.ts"
import { loadManyToOne } from "./load-many-to-one.ts"
import { loadPath } from "./load-path.ts"
import { loadToMany } from "./load-to-many.ts"
import type { RelationLoad } from "./relation-load.ts"

/** A relation to load for entities of one model. */
export interface LoadTask {
  readonly entities: Iterable<object>
  readonly mapper: Mapper
  readonly request: LoadRequest
  /** What named parameters in the request are given. */
  readonly values: ParameterValues | undefined
}

/**
 * Loads the relations that a statement asks for onto the entities that it found: one statement a relation, and those of one
 * level in one round trip where the driver can.
 */
export async function loadRelations(
  rows: readonly unknown[],
  statement: Statement,
  session: SessionState,
  scope: TransactionScope,
): Promise<void> {
  const [loading, values] = statement instanceof BoundStatement ? [statement.statement, statement.values] : [statement, undefined]
  if (!(loading instanceof SelectEntity) || loading.loads.length === 0) return
  await runTasks(tasksFor(new Set(rows as readonly object[]), loading, values), session, scope)
}

/** Runs tasks and those that follow from them. */
export async function runTasks(first: LoadTask[], session: SessionState, scope: TransactionScope): Promise<void> {
  let tasks = first
  while (tasks.length > 0) {
    const loads = tasks.map((task) => startLoad(task, session))
    const statements = loads.flatMap((load) => load.statements)
    const results = statements.length === 0 ? [] : await scope.runAll(statements)
    const next: LoadTask[] = []
    let start = 0
    for (const [index, load] of loads.entries()) {
      const end = start + load.statements.length
      const targets = load.place(results.slice(start, end))
      start = end
      next.push(...tasksFor(targets, tasks[index]!.request.query, tasks[index]!.values))
    }
    tasks = next
  }
}

/** The relations to load for entities that a query found. */
export function tasksFor(
  entities: Iterable<object>,
  { loads, model }: Pick<SelectEntity<any, any>, "loads" | "model">,
  values: ParameterValues | undefined,
): LoadTask[] {
  if (loads.length === 0) return []
  const [first] = entities
  if (first === undefined) return []
  // Not the class of the first entity, which may be one of several.
  const mapper = mapperOf((model as Source)[source].entity!.entityClass)
  return loads.map((request) => ({ entities, mapper, request, values }))
}

function startLoad({ entities, mapper, request, values }: LoadTask, session: SessionState): RelationLoad {
  const related = { ...request, values }
  const { relation } = request
  const owners = entities as Iterable<Record<string, unknown>>
  if (relation instanceof ModelRelation && relation.kind === "manyToOne")
    return loadManyToOne(related, relation.pathFrom(mapper), owners, session)
  return loadToMany(related, loadPath(request, mapper), owners, session)
}

/** @throws ArgumentError when a statement says more than what to load */
export function requireOnlyLoads({ model, state }: SelectEntity<any, any>): void {
  const plain = select(model as AnyModel).state
  const changed = (Object.keys(state) as (keyof typeof state)[]).find((clause) =>
    Array.isArray(state[clause]) ? state[clause].length !== (plain[clause] as readonly unknown[]).length : state[clause] !== plain[clause],
  )
  if (changed !== undefined) {
    throw new ArgumentError(`load(): the query has ${changed} of its own`, {
      hint: "it only says what to load: conditions, order and limits belong to the relation, with(name, (q) => …)",
    })
  }
}
