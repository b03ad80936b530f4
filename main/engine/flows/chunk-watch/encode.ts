/**
 * Arrays of small numbers as text of the contract: base64 of their bytes. Every machine that the engine runs on is
 * little-endian, which is what the contract says; on another one this would have to swap. Pure.
 */

export function base64(array: Uint8Array | Uint16Array | Uint32Array): string {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64')
}
