/** The type of {@link jsonNull}. */
export interface JsonNull {
  toJSON(): null
}

/**
 * JSON's `null` as the whole value of a json or jsonb column, which is not SQL's NULL: `null` in JavaScript always is SQL's.
 * Inside objects and lists of a JSON value, plain `null` is JSON's.
 *
 * @example
 * note.payload = null      // payload is null: no document
 * note.payload = jsonNull  // payload is a document that says null
 */
export const jsonNull: JsonNull = Object.freeze({ toJSON: () => null })
