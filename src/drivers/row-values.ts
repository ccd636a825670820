import { int32 } from "./server-messages.ts"

/** The values of a row as the server's text, NULL as null. */
export function textRow(bytes: Buffer, body: number): (string | null)[] {
  const count = (bytes[body]! << 8) | bytes[body + 1]!
  const values: (string | null)[] = []
  let place = body + 2
  for (let index = 0; index < count; index++) {
    const length = int32(bytes, place)
    place += 4
    if (length === -1) values.push(null)
    else values.push(bytes.toString("utf8", place, (place += length)))
  }
  return values
}
