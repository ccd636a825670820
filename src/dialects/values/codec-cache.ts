import { type SqlType, typeKey } from "../../sql/index.ts"

/** Remembers one codec for each type, and shares it between equal types. */
export function cachedByType<C>(make: (type: SqlType) => C): (type: SqlType) => C {
  const byType = new WeakMap<SqlType, C>()
  const byKey = new Map<string, C>()
  return (type) => {
    const known = byType.get(type)
    if (known !== undefined) return known
    const codec = hasOwnCodec(type) ? make(type) : byKeyOf(type)
    byType.set(type, codec)
    return codec
  }

  function byKeyOf(type: SqlType): C {
    const key = typeKey(type)
    let codec = byKey.get(key)
    if (codec === undefined) byKey.set(key, (codec = make(type)))
    return codec
  }
}

/** A user's codec is no part of a type's key. */
function hasOwnCodec(type: SqlType): boolean {
  return (
    type.kind === "custom" ||
    type.codec !== undefined ||
    (type.element !== undefined && hasOwnCodec(type.element)) ||
    (type.fields?.some((field) => hasOwnCodec(field.type)) ?? false)
  )
}
