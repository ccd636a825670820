import { DeletedEntityError, StaleDataError } from "../errors/index.ts"
import type { Mapper } from "../schema/index.ts"
import { type AnyModel, select } from "../sql/index.ts"
import { assign, withoutExpressions } from "./assign.ts"
import type { EntityPlan } from "./entity-plan.ts"
import type { EntityState } from "./entity-state.ts"
import { selectByKeys } from "./keyed-reads.ts"
import { loadRelations } from "./loading/load-relations.ts"
import { MergeGraph, type MergeNode } from "./merge-graph.ts"
import { isComplete } from "./partial-relations.ts"
import { readRows } from "./result-rows.ts"
import { type SessionState, titleOf } from "./session-state.ts"
import type { TransactionScope } from "./transaction-scope.ts"
import { knownKey } from "./unit-of-work/row-keys.ts"
import { writePlanOf } from "./unit-of-work/write-plan.ts"

/**
 * Takes the values of objects over into the session's own entities: by key, loaded where they are not there, new where there is no
 * such row. Rows are asked for by one statement a model, lists that are replaced by one a relation. Nothing is flushed.
 * @param model the model of plain values; entities know theirs
 */
export async function merge(
  sources: readonly unknown[],
  model: Mapper | undefined,
  session: SessionState,
  scope: TransactionScope,
): Promise<object[]> {
  const graph = new MergeGraph(session)
  const merged = sources.map((source) => graph.add(source, model))
  const { nodes } = graph
  await loadTargets(nodes, session, scope)
  await loadReplaced(nodes, session, scope)
  for (const node of nodes) requireVersion(node)
  makeNew(nodes, session)
  for (const node of nodes) setColumns(node)
  for (const node of nodes) setRelations(node)
  return merged.map(({ target }) => target!.entity)
}

/** Finds the entities that have the keys: in the session, among those to be inserted, and in the database. */
async function loadTargets(nodes: readonly MergeNode[], session: SessionState, scope: TransactionScope): Promise<void> {
  const missing = nodes.filter((node) => node.target === undefined && node.key !== undefined && !findTarget(node, session))
  if (missing.length === 0) return
  const pending = pendingByKey(session)
  const unknown = missing.filter((node) => {
    node.target = pending.get(node.plan.mapper.root)?.get(node.key)
    return node.target === undefined
  })
  if (unknown.length === 0) return
  const statements = [...Map.groupBy(unknown, ({ plan }) => plan)].flatMap(([plan, ofPlan]) => {
    const keys = new Map(ofPlan.map(({ key, keyValues }) => [key, encodedKey(plan, keyValues)]))
    return selectByKeys(plan, [...keys.values()])
  })
  const results = await scope.runAll(statements)
  for (const [index, result] of results.entries()) readRows(statements[index]!, result, session)
  for (const node of unknown) findTarget(node, session)
}

function encodedKey(plan: EntityPlan, values: readonly unknown[]): unknown[] {
  return plan.mapper.keyIndexes.map((index, position) => plan.encode(index, values[position]))
}

function findTarget(node: MergeNode, session: SessionState): boolean {
  const known = session.identities.get(node.plan.mapper, node.key!)
  if (known === undefined || session.isStale(known)) return false
  if (known.status === "deleting")
    throw new DeletedEntityError(`merge(): ${titleOf(known)} is to be deleted`, {
      hint: "add() it to keep it, or flush its deletion first",
    })
  node.target = known
  return true
}

function pendingByKey(session: SessionState): Map<Mapper, Map<unknown, EntityState>> {
  const found = new Map<Mapper, Map<unknown, EntityState>>()
  for (const state of session.pending) {
    const values = knownKey(state)
    if (values === undefined) continue
    const { root } = state.plan.mapper
    const ofRoot = found.get(root) ?? new Map<unknown, EntityState>()
    found.set(root, ofRoot.set(state.plan.keyOf(values), state))
  }
  return found
}

/** What a replaced relation holds now has to be known, so that what it loses is let go. */
async function loadReplaced(nodes: readonly MergeNode[], session: SessionState, scope: TransactionScope): Promise<void> {
  const wanted = new Map<EntityPlan, Map<string, Set<object>>>()
  for (const { target, relations } of nodes) {
    if (target?.row === undefined) continue
    for (const [name, { relation }] of relations) {
      if (isComplete(target, name) || (relation.kind === "manyToOne" && !relation.cascade.deleteOrphan)) continue
      const ofPlan = wanted.get(target.plan) ?? new Map<string, Set<object>>()
      const entities = ofPlan.get(name) ?? new Set<object>()
      wanted.set(target.plan, ofPlan.set(name, entities.add(target.entity)))
    }
  }
  for (const [{ mapper }, ofPlan] of wanted) {
    for (const [name, entities] of ofPlan) {
      const query = select(mapper.entityClass as never as AnyModel).with(name as never)
      await loadRelations([...entities], query, session, scope)
    }
  }
}

/** @throws StaleDataError when a version is given that is not that of the row */
function requireVersion({ plan, values, target }: MergeNode): void {
  const version = writePlanOf(plan).version
  if (version === undefined || target?.row === undefined) return
  const { key } = plan.mapper.properties[version.index]!
  const given = values[key]
  const raw = target.row[target.offset + version.index]
  if (given === undefined || plan.same(version.index, raw, given)) return
  const has = String(plan.decode(version.index, raw))
  throw new StaleDataError(`merge(): ${titleOf(target)} was changed meanwhile: its ${key} is ${has}, and ${String(given)} was given`, {
    table: plan.mapper.name,
    expected: 1,
    found: 0,
    hint: "show the user what is there now",
  })
}

/** Makes the entities that are not there, those of one key once. */
function makeNew(nodes: readonly MergeNode[], session: SessionState): void {
  const made = new Map<Mapper, Map<unknown, EntityState>>()
  for (const node of nodes) {
    if (node.target !== undefined) continue
    const { root, entityClass } = node.plan.mapper
    const ofRoot = made.get(root) ?? new Map<unknown, EntityState>()
    made.set(root, ofRoot)
    const same = node.key === undefined ? undefined : ofRoot.get(node.key)
    const { values } = withoutExpressions(node.values)
    node.target = same ?? session.enlist(Reflect.construct(entityClass, [values]) as object)
    if (node.key !== undefined) ofRoot.set(node.key, node.target)
  }
}

function setColumns({ plan, values, target }: MergeNode): void {
  const { version } = writePlanOf(plan)
  const own = version === undefined || target!.row === undefined ? undefined : plan.mapper.properties[version.index]!.key
  assign(target!, own === undefined ? values : { ...values, [own]: undefined })
}

function setRelations({ target, relations }: MergeNode): void {
  const { entity } = target!
  for (const [name, { isList, nodes }] of relations) {
    const held = new Set(nodes.map((node) => node.target!.entity))
    entity[name] = isList ? [...held] : ([...held][0] ?? null)
  }
}
