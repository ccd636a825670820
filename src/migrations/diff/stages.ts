import type { Operation } from "../operations/operation.ts"

/** The order in which operations can stand: what others need comes before them, and what needs others is gone before those are. */
const stages = [
  "create schemas",
  "create enums",
  "drop foreign keys",
  "drop tables",
  "drop checks",
  "drop indexes",
  "drop keys",
  "rename constraints",
  "drop columns",
  "create tables",
  "add columns",
  "alter columns",
  "add keys",
  "add checks",
  "add indexes",
  "add foreign keys",
  "comment",
  "drop enums",
] as const

export type Stage = (typeof stages)[number]

/** Operations by when they can be run. */
export class StagedOperations {
  readonly #byStage = new Map<Stage, Operation[]>(stages.map((stage) => [stage, []]))

  add(stage: Stage, ...operations: readonly Operation[]): void {
    this.#byStage.get(stage)?.push(...operations)
  }
  /** All of them in order. */
  all(): readonly Operation[] {
    return [...this.#byStage.values()].flat()
  }
}
