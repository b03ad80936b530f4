/** The bitfield of a HAMT shard: big-endian, leading zero bytes left out; bit 0 is the lowest bit of the last byte. */

export function popcount(bitfield: Uint8Array): number {
  let count = 0
  for (let byte of bitfield) for (; byte > 0; byte &= byte - 1) count += 1
  return count
}

export function slotIsSet(bitfield: Uint8Array, slot: number): boolean {
  const byte = bitfield[bitfield.length - 1 - (slot >> 3)] ?? 0
  return (byte & (1 << (slot & 7))) !== 0
}

export function bitfieldOf(slots: Iterable<number>): Uint8Array {
  const places = [...slots]
  const bitfield = new Uint8Array(places.length === 0 ? 0 : (Math.max(...places) >> 3) + 1)
  for (const slot of places) {
    const at = bitfield.length - 1 - (slot >> 3)
    bitfield[at] = (bitfield[at] ?? 0) | (1 << (slot & 7))
  }
  return bitfield
}
