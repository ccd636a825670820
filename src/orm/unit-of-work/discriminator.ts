import { ValueError } from "../../errors/index.ts"
import type { Level } from "../../schema/index.ts"
import type { EntityState } from "../entity-state.ts"
import { titleOf } from "../session-state.ts"

/** A new row says which class it is of. @throws ValueError when it was made to say something else, or the class is abstract */
export function fillDiscriminator(entity: Record<string, unknown>, { identity, columns, discriminator, entityClass }: Level): void {
  const { key } = columns[discriminator]!
  if (identity === undefined)
    throw new ValueError(`${entityClass.name} is abstract: no row can be of it`, { hint: "add one of its subtypes" })
  entity[key] ??= identity
  if (entity[key] === identity) return
  throw new ValueError(`${entityClass.name}.${key} is ${JSON.stringify(identity)}, and cannot be set to ${String(entity[key])}`, {
    hint: "it is written by the session: leave it alone",
  })
}

/** @throws ValueError when a row was made to say that it is of another class */
export function requireSameClass(state: EntityState, columns: readonly number[]): void {
  const { level } = state.plan.mapper
  if (level === undefined || !columns.includes(level.discriminator)) return
  const { key } = level.columns[level.discriminator]!
  throw new ValueError(`"${key}" of ${titleOf(state)} cannot be set to ${String(state.entity[key])}: an entity does not change its class`, {
    hint: "delete it and add one of the other class",
  })
}
