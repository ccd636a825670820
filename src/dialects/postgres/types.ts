import { DefinitionError } from "../../errors/index.ts"
import type { SqlType } from "../../sql/index.ts"
import { customTypeName, elementOf, modifiers, quoteIdentifier } from "../values/type-spelling.ts"

/** A type as DDL and casts spell it. @throws DefinitionError when it cannot be spelled */
export function typeName(type: SqlType): string {
  switch (type.kind) {
    case "double":
      return "double precision"
    case "varchar":
      return `varchar${limits(type, type.length)}`
    case "numeric":
      return `numeric${limits(type, type.precision, type.scale)}`
    case "time":
    case "timestamp":
    case "timestamptz":
    case "interval":
      return `${type.kind}${limits(type, type.precision)}`
    case "enum":
      return enumTypeName(type)
    case "array":
      return `${typeName(elementOf(type))}[]`
    case "range":
    case "multirange":
    case "custom":
      return customTypeName(type)
    default:
      return type.kind
  }
}

function limits({ unlimited }: SqlType, ...numbers: readonly (number | undefined)[]): string {
  return unlimited === true ? "" : modifiers(...numbers)
}

/** The type without length, precision and scale: a cast to those would cut or round without a word. */
export function typeNameForCast(type: SqlType): string {
  switch (type.kind) {
    case "varchar":
    case "numeric":
    case "time":
    case "timestamp":
    case "timestamptz":
    case "interval":
      return type.kind
    case "array":
      return `${typeNameForCast(elementOf(type))}[]`
    default:
      return typeName(type)
  }
}

function enumTypeName({ enumName, enumSchema }: SqlType): string {
  if (enumName === undefined) throw new DefinitionError("an enum type has no name")
  return enumSchema === undefined ? quoteIdentifier(enumName) : `${quoteIdentifier(enumSchema)}.${quoteIdentifier(enumName)}`
}
