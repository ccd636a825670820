import { ValueError } from "../../errors/index.ts"
import type { SqlType } from "../../sql/index.ts"
import type { EntityPlan } from "../entity-plan.ts"

/** How the version of a model's rows comes about. */
export interface VersionRule {
  /** Index of its column. */
  readonly index: number
  /** The version of a new row; `undefined` where the database says it. */
  readonly first: (() => unknown) | undefined
  /** The version after `before`, which differs from it; `undefined` where the database says it. */
  readonly next: ((before: unknown) => unknown) | undefined
}

export function versionRule({ mapper, labels }: EntityPlan): VersionRule | undefined {
  const index = mapper.columns.findIndex(({ options }) => options.version !== undefined)
  if (index === -1) return undefined
  const { type, options } = mapper.columns[index]!
  const isDefault = options.serverDefault !== undefined
  switch (options.version) {
    case "counter":
      return { index, first: isDefault ? undefined : () => counted(type, 1n), next: (before) => nextCount(before, type, labels[index]!) }
    case "moment":
      return { index, first: isDefault ? undefined : () => new Date(), next: (before) => laterThan(before as Date) }
    default:
      return { index, first: undefined, next: undefined }
  }
}

function counted({ kind, mode }: SqlType, count: bigint): number | bigint {
  return kind === "bigint" && mode !== "number" ? count : Number(count)
}

function nextCount(before: unknown, type: SqlType, label: string): number | bigint {
  if (typeof before !== "number" && typeof before !== "bigint")
    throw new ValueError(`${label} is the version of its row, and this row has none`, { hint: "give every row a version by a migration" })
  return counted(type, BigInt(before) + 1n)
}

/** The clocks of servers differ: what counts is that a version is never that of before. */
function laterThan(before: Date | null): Date {
  return new Date(Math.max(Date.now(), (before?.getTime() ?? 0) + 1))
}
