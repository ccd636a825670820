import type { EntityState } from "../entity-state.ts"
import { fillDiscriminator } from "./discriminator.ts"
import { writePlanOf } from "./write-plan.ts"

/** Columns of a new row that the application computes. */
export function fillClientDefaults({ entity, plan }: EntityState): void {
  if (plan.mapper.level !== undefined) fillDiscriminator(entity, plan.mapper.level)
  for (const { key, options } of plan.mapper.columns) {
    if (options.clientDefault !== undefined && entity[key] === undefined) entity[key] = options.clientDefault()
  }
  const { version } = writePlanOf(plan)
  if (version?.first !== undefined) entity[plan.mapper.properties[version.index]!.key] ??= version.first()
}
