import { InternalError } from "../../errors/index.ts"
import type { CompiledStatement, EntityShape } from "../../sql/index.ts"

/** The shape of the entity that each row begins with. */
export function shapeOfEntity({ shape }: CompiledStatement): EntityShape {
  const first = shape?.kind === "object" ? shape.values[0] : shape
  if (first?.kind !== "entity") throw new InternalError("a statement that loads a relation does not begin with an entity")
  return first
}
