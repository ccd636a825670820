import type { EnumDefinition, SchemaDefinition } from "../../schema/index.ts"
import { AddEnumValue, CreateEnum, DropEnum } from "../operations/enum-operations.ts"
import type { Operation } from "../operations/operation.ts"
import { nameTitle } from "../operations/source.ts"
import type { StagedOperations } from "./stages.ts"

/** Adds the operations for enums, and gives the reasons for what cannot be done. */
export function diffEnums(live: SchemaDefinition, desired: SchemaDefinition, operations: StagedOperations): readonly string[] {
  const before = new Map(live.enums.map((each) => [nameTitle(each), each]))
  const after = new Map(desired.enums.map((each) => [nameTitle(each), each]))
  const refusals: string[] = []
  for (const [name, type] of after) {
    const old = before.get(name)
    if (old === undefined) operations.add("create enums", new CreateEnum(type))
    else if (isSubsequence(old.labels, type.labels)) operations.add("create enums", ...addedValues(old, type))
    else refusals.push(refusalOf(name, old, type))
  }
  for (const [name, { schema, labels, name: bare }] of before) {
    if (!after.has(name)) operations.add("drop enums", new DropEnum(schema === undefined ? { name: bare } : { schema, name: bare }, labels))
  }
  return refusals
}

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let found = 0
  for (const each of whole) if (each === part[found]) found++
  return found === part.length
}

/** Each new label behind the one before it, so that they can be added one after the other. */
function addedValues(old: EnumDefinition, { schema, name, labels }: EnumDefinition): readonly Operation[] {
  const type = schema === undefined ? { name } : { schema, name }
  const [firstOld] = old.labels
  return labels.flatMap((label, place) => {
    if (old.labels.includes(label)) return []
    const previous = labels[place - 1]
    const lastOld = Math.max(...old.labels.map((each) => labels.indexOf(each)))
    if (place > lastOld) return [new AddEnumValue(type, label, {})]
    if (previous === undefined) return [new AddEnumValue(type, label, firstOld === undefined ? {} : { before: firstOld })]
    return [new AddEnumValue(type, label, { after: previous })]
  })
}

function refusalOf(name: string, old: EnumDefinition, desired: EnumDefinition): string {
  const gone = old.labels.filter((label) => !desired.labels.includes(label))
  const what =
    gone.length > 0
      ? `the values ${gone.map((label) => `"${label}"`).join(", ")} would be taken away`
      : "its values would change their order"
  return (
    `enum ${name}: ${what}, for which the database has no statement, and rows may hold them; ` +
    `make a new enum under another name, convert the columns to it (op.alterColumn with type.using), and drop the old one`
  )
}
