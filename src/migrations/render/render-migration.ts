import type { Operation } from "../operations/operation.ts"
import { stringSource } from "../operations/source.ts"
import { reverseOperations } from "../plan/reverse.ts"

export interface MigrationSource {
  readonly revision: string
  /** `null` for a first revision, several for a merge. */
  readonly downRevision: string | readonly string[] | null
  readonly up: readonly Operation[]
  /** Default: the reverse of `up`. */
  readonly down?: readonly Operation[] | undefined
}

/** The source of a migration file: static, formatted, and with what it does, and loses, in comments. */
export function renderMigration({ revision, downRevision, up, down = reverseOperations(up) }: MigrationSource): string {
  return [
    ...up.map((operation) => `// ${commentText(operation.describe())}`),
    ...(up.length === 0 ? [] : [""]),
    'import { migration } from "rebis/migrations"',
    "",
    "export default migration({",
    `  revision: ${stringSource(revision)},`,
    `  downRevision: ${parentsSource(downRevision)},`,
    ...methodLines("up", up),
    ...methodLines("down", down),
    "})",
    "",
  ].join("\n")
}

function parentsSource(downRevision: MigrationSource["downRevision"]): string {
  if (downRevision === null || typeof downRevision === "string") return downRevision === null ? "null" : stringSource(downRevision)
  return `[${downRevision.map(stringSource).join(", ")}]`
}

function methodLines(name: string, operations: readonly Operation[]): readonly string[] {
  if (operations.length === 0) return [`  ${name}() {},`]
  const body = operations.flatMap((operation) => {
    const loss = operation.losesData()
    return [...(loss === undefined ? [] : [`// ${commentText(loss)}`]), ...operation.source().split("\n")]
  })
  return [`  ${name}(op) {`, ...body.map((line) => `    ${line}`), "  },"]
}

/** On one line, whatever a name holds. */
function commentText(text: string): string {
  return text.replaceAll(/[\r\n\u2028\u2029]+/g, " ").trimEnd()
}
