import { ArgumentError, NoResultFoundError } from "../errors/index.ts"
import { selectByKey } from "./entity-statements.ts"
import type { EntityPlan } from "./entity-plan.ts"
import type { EntityState } from "./entity-state.ts"
import { type SessionState, titleOf } from "./session-state.ts"
import type { TransactionScope } from "./transaction-scope.ts"

/** Reads an entity's row again and takes its values over. */
export async function refresh(state: EntityState, session: SessionState, scope: TransactionScope): Promise<void> {
  const { plan } = state
  if (state.row === undefined || !plan.hasKey)
    throw new ArgumentError(`refresh(): this ${plan.mapper.className} has no row yet`, { hint: "flush first" })
  const compiled = selectByKey(
    plan,
    plan.mapper.keyIndexes.map((index) => state.row![state.offset + index]),
  )
  const { rows } = await scope.run(compiled)
  const [row] = rows
  if (row === undefined) {
    throw new NoResultFoundError(`refresh(): the row of ${titleOf(state)} is gone`, { hint: "someone else deleted it" })
  }
  session.undo.touch(state)
  state.row = row
  state.offset = 0
  state.assigned = undefined
  for (const [index, { key }] of plan.mapper.properties.entries()) state.entity[key] = plan.decode(index, row[index])
}

/** The values of the key's columns, in key order. @throws ArgumentError */
export function keyValues({ mapper }: EntityPlan, key: unknown): readonly unknown[] {
  const properties = mapper.keyIndexes.map((index) => mapper.properties[index]!)
  const names = properties.map((property) => property.key).join(", ")
  if (properties.length === 0) throw new ArgumentError(`${mapper.className} has no primary key`)
  const values = Array.isArray(key)
    ? key
    : isPlainObject(key)
      ? properties.map((property) => Reflect.get(key, property.key) as unknown)
      : [key]
  if (values.length !== properties.length || values.some((value) => value === undefined || value === null)) {
    throw new ArgumentError(`a key of ${mapper.className} is made of ${names}; not all of it was given`)
  }
  return values
}

function isPlainObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !(value instanceof Date) && !(value instanceof Uint8Array)
}
