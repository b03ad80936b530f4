/** Chance that can be repeated: everything random in a test comes from a seed that its title shows. */
import { createHash, randomBytes } from 'node:crypto'

/** SHOAL_TEST_SEED repeats a run; without it every run is another one. */
export const SEED = process.env.SHOAL_TEST_SEED ?? randomBytes(4).toString('hex')

/** Uniform numbers in [0, 1) from a text: mulberry32 (Tommy Ettinger, public domain), started from the text's sha256. */
export function randomFrom(seed: string): () => number {
  let state = createHash('sha256').update(seed).digest().readUInt32LE(0)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
