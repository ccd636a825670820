import type { SchemaDefinition, TableDefinition } from "../../schema/index.ts"
import { nameTitle } from "../operations/source.ts"

/** Something dropped and something added that look like one thing with a new name. Nothing is done about it by itself. */
export interface RenameQuestion {
  /** `post.body`, or `post` for a table. */
  readonly from: string
  /** The new name alone. */
  readonly to: string
  /** For people: what to do when it was renamed. */
  readonly question: string
}

/** The renames that a diff of the two would not see as such. */
export function likelyRenames(live: SchemaDefinition, desired: SchemaDefinition): readonly RenameQuestion[] {
  const before = new Map(live.tables.map((table) => [nameTitle(table), table]))
  const after = new Map(desired.tables.map((table) => [nameTitle(table), table]))
  const questions: RenameQuestion[] = []
  for (const [name, table] of after) {
    const old = before.get(name)
    if (old !== undefined) questions.push(...renamedColumns(old, table))
  }
  const gone = live.tables.filter((table) => !after.has(nameTitle(table)))
  for (const table of desired.tables.filter((each) => !before.has(nameTitle(each)))) {
    const [old, ...others] = gone.filter((each) => each.schema === table.schema && likeness(each, table) > 0.5)
    if (old !== undefined && others.length === 0) questions.push(question(nameTitle(old), table.name))
  }
  return questions
}

function renamedColumns(live: TableDefinition, desired: TableDefinition): readonly RenameQuestion[] {
  const gone = live.columns.filter(({ name }) => !desired.columns.some((column) => column.name === name))
  const made = desired.columns.filter(({ name }) => !live.columns.some((column) => column.name === name))
  return made.flatMap((column) => {
    const candidates = gone.filter(({ type, nullable }) => type === column.type && nullable === column.nullable)
    const rivals = made.filter(({ type, nullable }) => type === column.type && nullable === column.nullable)
    const [old] = candidates
    return old !== undefined && candidates.length === 1 && rivals.length === 1
      ? [question(`${nameTitle(desired)}.${old.name}`, column.name)]
      : []
  })
}

/** The share of columns, by name and type, that two tables have in common. */
function likeness(left: TableDefinition, right: TableDefinition): number {
  const common = left.columns.filter((column) => right.columns.some(({ name, type }) => name === column.name && type === column.type))
  return common.length / Math.max(left.columns.length, right.columns.length)
}

function question(from: string, to: string): RenameQuestion {
  return { from, to, question: `was ${from} renamed to ${to}? Then say so: --rename ${from}=${to}` }
}
