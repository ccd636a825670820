/** As `Buffer.readInt32BE`, without its checks: for what is read several times a value. */
export function int32(bytes: Uint8Array, place: number): number {
  return (bytes[place]! << 24) | (bytes[place + 1]! << 16) | (bytes[place + 2]! << 8) | bytes[place + 3]!
}
