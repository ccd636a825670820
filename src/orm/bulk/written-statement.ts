import type { DriverResult } from "../../engine/index.ts"
import { type Mapper, mapperOf } from "../../schema/index.ts"
import {
  type AnyModel,
  BoundStatement,
  type CompiledStatement,
  compile,
  type EntityShape,
  type Item,
  type ObjectShape,
  type Shape,
  source,
  type Statement,
  type ValueShape,
  WriteStatement,
  type WrittenRows,
} from "../../sql/index.ts"
import { type EntityPlan, planOf } from "../entity-plan.ts"
import { EntityState } from "../entity-state.ts"
import type { IdentityMap } from "../identity-map.ts"
import type { SessionState } from "../session-state.ts"
import type { TransactionScope } from "../transaction-scope.ts"
import { forgetRows } from "./forget-rows.ts"
import { readAgain } from "./read-again.ts"
import { takeRow } from "./take-row.ts"

/** A statement that writes, as it is run so that the entities of the session stay what their rows are. */
export interface WrittenStatement {
  /** With a shape for what the application asked to be returned, and for nothing else. */
  readonly compiled: CompiledStatement
  readonly written: WrittenRows
  /** What is returned for the session: whole rows, or keys. */
  readonly beside: Shape | undefined
}

const besideKey = "beside"

/** How a statement is run. `undefined` for one that writes no rows of a model. */
export function writtenStatement(statement: Statement, session: SessionState): WrittenStatement | undefined {
  const inner = statement instanceof BoundStatement ? statement.statement : statement
  if (!(inner instanceof WriteStatement)) return undefined
  const written = inner.written
  const mapper = mapperOf(written.model[source].entity!.entityClass)
  if (!isTold(written, mapper, session)) return { compiled: compile(statement, session.dialect), written, beside: undefined }
  const item = returnedBeside(written, mapper)
  if (inner.returnsEntities && item === written.model) {
    const compiled = compile(statement, session.dialect)
    return { compiled, written, beside: compiled.shape }
  }
  const extended =
    statement instanceof BoundStatement
      ? statement.derived(besideKey, (each) => (each as typeof inner).alsoReturning(item))
      : inner.alsoReturning(item)
  const compiled = compile(extended, session.dialect)
  const { keys, values } = compiled.shape as ObjectShape
  const at = keys.indexOf(besideKey)
  return { compiled: { ...compiled, shape: values[1 - at] }, written, beside: values[at] }
}

/** Whether the session has entities that the statement may change, and the statement can say which. */
function isTold(written: WrittenRows, mapper: Mapper, { identities }: SessionState): boolean {
  return (
    written.kind !== "insert" &&
    !hidesRows(written, mapper) &&
    mapper.keyIndexes.length > 0 &&
    (identities.of(mapper).size > 0 || (written.kind === "delete" && hasFollowers(mapper, identities)))
  )
}

/** Whether the session has entities that the database may delete or change together with rows of the model. */
function hasFollowers({ table }: Mapper, identities: IdentityMap): boolean {
  for (const states of identities.maps()) {
    const [first] = states.values()
    const keys = first?.plan.mapper.root.foreignKeys ?? []
    if (keys.some(({ referredTable, options }) => referredTable === table && options.onDelete !== undefined)) return true
  }
  return false
}

/** Whether nothing that it returns would say what it has done to which entity: it changes keys, or some rows in one way and some in another. */
function hidesRows({ kind, sets }: WrittenRows, { keyIndexes, properties }: Mapper): boolean {
  return kind === "merge" || keyIndexes.some((index) => sets.includes(properties[index]!.key))
}

/** Keys are enough of deleted rows, and are all there is where the rest of a row stands in another table. */
function returnedBeside({ kind, model }: WrittenRows, mapper: Mapper): Item {
  if (kind !== "delete" && model[source].target?.isPartial !== true) return model
  return Object.fromEntries(mapper.keyIndexes.map((index, position) => [`k${position}`, model[source].columns[index]!]))
}

/** The session's entities become what the statement made of their rows. Asks the database where the statement did not say it. */
export async function synchronize(
  { written, beside }: WrittenStatement,
  { rows }: DriverResult,
  session: SessionState,
  scope: TransactionScope,
): Promise<void> {
  const mapper = mapperOf(written.model[source].entity!.entityClass)
  if (hidesRows(written, mapper)) return await readAgain([...session.identities.of(mapper).values()], mapper, session, scope)
  if (beside === undefined || rows.length === 0) return
  const plan = planOf(mapper, session.dialect)
  if (beside.kind === "entity") return takeRows(rows, beside, plan, session)
  const states = statesOf(rows, beside as ObjectShape, plan, session)
  const known = states.filter(({ owner }) => owner !== undefined)
  if (written.kind !== "delete") return await readAgain(known, mapper, session, scope)
  const others = states.filter(({ owner }) => owner === undefined)
  forgetRows(known, session, others)
}

function takeRows(rows: readonly (readonly unknown[])[], { offset }: EntityShape, plan: EntityPlan, session: SessionState): void {
  const known = session.identities.of(plan.mapper)
  for (const row of rows) {
    const state = known.get(plan.keyOfRow(row, offset))
    if (state !== undefined) takeRow(state, row, offset, plan, session)
  }
}

/** The states of the entities with the keys that stand in rows; one without an owner where the session has none. */
function statesOf(rows: readonly (readonly unknown[])[], { values }: ObjectShape, plan: EntityPlan, session: SessionState): EntityState[] {
  const known = session.identities.of(plan.mapper)
  const { keyIndexes } = plan.mapper
  const keyAt = values.map((value) => (value as ValueShape).index)
  return rows.map((row) => {
    const key = plan.keyOf(keyAt.map((at, position) => plan.decode(keyIndexes[position]!, row[at])))
    const ownRow: unknown[] = []
    for (const [position, at] of keyAt.entries()) ownRow[keyIndexes[position]!] = row[at]
    return known.get(key) ?? new EntityState({}, plan, undefined, "persistent", ownRow, 0, key)
  })
}

/** Whether rows of the shape are of the table that a statement wrote to. */
export function isOfWritten({ entity }: EntityShape, { model }: { readonly model: AnyModel }): boolean {
  return mapperOf(entity.entityClass).root === mapperOf(model[source].entity!.entityClass).root
}
