import { DefinitionError } from "../../errors/index.ts"
import type { SqlType } from "../../sql/index.ts"

/** `(10, 2)`, or nothing when none is given. */
export function modifiers(...numbers: readonly (number | undefined)[]): string {
  const given = numbers.filter((number) => number !== undefined)
  for (const number of given) {
    if (!Number.isInteger(number))
      throw new DefinitionError(`${String(number)} is not a length, precision or scale: these are whole numbers`)
  }
  return given.length === 0 ? "" : `(${given.join(", ")})`
}

export function elementOf(type: SqlType): SqlType {
  if (type.element === undefined) throw new DefinitionError("an array type has no type of its elements")
  return type.element
}

export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

const word = String.raw`(?:"(?:[^"\0]|"")+"|[\p{L}_][\p{L}\p{N}_$]*)`
const typeNamePattern = new RegExp(String.raw`^${word}(?:\.${word})?(?: ${word})*(?:\([\p{L}\p{N}_, .-]*\))?(?: ${word})*(?:\[\])*$`, "u")

export function customTypeName(type: SqlType): string {
  return checkedTypeName(type.sqlName)
}

/** The name of a type. It goes into the text as the user wrote it, so it must be nothing but a name. */
export function checkedTypeName(name: string | undefined): string {
  if (name !== undefined && typeNamePattern.test(name)) return name
  throw new DefinitionError(`${JSON.stringify(name ?? "")} is not the name of a type`, {
    hint: 'write it as in SQL: citext, vector(3), "my schema"."my type"',
  })
}
