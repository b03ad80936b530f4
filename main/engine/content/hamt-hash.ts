/**
 * The hash that places a name in a HAMT directory: the first 64 bits of murmur3-x64-128 of its UTF-8 bytes, taken eight
 * bits per level from the front. SPEC: [CO1].
 */
import { murmur3128 } from '@multiformats/murmur3'

const utf8 = new TextEncoder()

/** 16 bytes; the first `HAMT_LEVELS` are the slots of the name, level by level. */
export function nameHash(name: string): Uint8Array {
  const hash = murmur3128.encode(utf8.encode(name))
  if (hash instanceof Promise) throw new Error('murmur3 became asynchronous')
  return hash
}
