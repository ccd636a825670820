import { createHash } from "node:crypto"
import type { Phase } from "../plan/plan.ts"
import type { Direction } from "../revisions/revision-file.ts"

/** What a runner tells while it works. */
export type MigrationEvent =
  /** Another migrator runs, and is waited for. */
  | { readonly kind: "waiting" }
  | {
      readonly kind: "begin"
      readonly revision: string
      readonly file: string
      readonly direction: Direction
      readonly position: number
      readonly total: number
    }
  | { readonly kind: "step"; readonly revision: string; readonly description: string }
  | { readonly kind: "statement"; readonly revision: string; readonly sql: string }
  /** `duration` in milliseconds. */
  | { readonly kind: "end"; readonly revision: string; readonly file: string; readonly direction: Direction; readonly duration: number }
  /** Another migrator had done it meanwhile. */
  | { readonly kind: "skip"; readonly revision: string; readonly file: string; readonly direction: Direction }

export type OnMigrationEvent = (event: MigrationEvent) => void

/** A hash of what the first phases do: a file that was changed behind them can be gone on with. */
export function phasesChecksum(phases: readonly Phase[]): string {
  const hash = createHash("sha256")
  for (const phase of phases) for (const step of phase.steps) hash.update(`${step.describe()}\n`)
  return hash.digest("hex")
}
