import { DefinitionError } from "../../errors/index.ts"
import { type SqlType, unmodified } from "../../sql/index.ts"
import { checkedTypeName, customTypeName, elementOf, modifiers, quoteIdentifier } from "../values/type-spelling.ts"

/** A type as DDL and casts spell it. @throws DefinitionError when it cannot be spelled */
export function typeName(type: SqlType): string {
  if (type.domain !== undefined) return checkedTypeName(type.domain)
  switch (type.kind) {
    case "double":
      return "double precision"
    // A sum of bigints.
    case "bigint":
      return type.unlimited === true ? "numeric" : "bigint"
    case "varchar":
    case "varbit":
      return `${type.kind}${limits(type, type.length)}`
    // Without a length these would be of one character and one bit.
    case "char":
      return type.length === undefined || type.unlimited === true ? "bpchar" : `char${modifiers(type.length)}`
    case "bit":
      return type.length === undefined || type.unlimited === true ? "varbit" : `bit${modifiers(type.length)}`
    case "numeric":
      return `numeric${limits(type, type.precision, type.scale)}`
    case "time":
    case "timetz":
    case "timestamp":
    case "timestamptz":
    case "interval":
      return `${type.kind}${limits(type, type.precision)}`
    case "enum":
      return enumTypeName(type)
    case "array":
      return `${typeName(elementOf(type))}[]`
    case "hstore":
    case "composite":
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

/** The type without length, precision, scale and domain: a cast to those would cut, round or refuse what is only compared. */
export function typeNameForCast(type: SqlType): string {
  return typeName(unmodified(type))
}

function enumTypeName({ enumName, enumSchema }: SqlType): string {
  if (enumName === undefined) throw new DefinitionError("an enum type has no name")
  return enumSchema === undefined ? quoteIdentifier(enumName) : `${quoteIdentifier(enumSchema)}.${quoteIdentifier(enumName)}`
}
