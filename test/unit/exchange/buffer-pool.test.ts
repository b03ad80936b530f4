/** Buffers for chunks are used again, up to a bound, and given back when a download stops. */
import { expect, it } from 'vitest'
import { BufferPool } from '../../../main/engine/exchange/buffer-pool.ts'

const CHUNK_BYTES = 1024 * 1024

it('[TR9] a whole-chunk buffer that was given back is the next one taken, as many as the owner says', () => {
  const pool = new BufferPool(2)
  const used = [pool.take(CHUNK_BYTES), pool.take(CHUNK_BYTES), pool.take(CHUNK_BYTES)]
  for (const buffer of used) pool.give(buffer)
  const again = [pool.take(CHUNK_BYTES), pool.take(CHUNK_BYTES), pool.take(CHUNK_BYTES)]
  expect(again.filter((buffer) => used.includes(buffer))).toHaveLength(2)
  expect(new Set(again).size).toBe(3)
})

it('[TR9] a shorter one is made for each chunk', () => {
  const pool = new BufferPool()
  const short = pool.take(1_000)
  pool.give(short)
  expect(short.byteLength).toBe(1_000)
  expect(pool.take(1_000)).not.toBe(short)
})

it('[TR9] emptied, it keeps none', () => {
  const pool = new BufferPool()
  const buffer = pool.take(CHUNK_BYTES)
  pool.give(buffer)
  pool.empty()
  expect(pool.take(CHUNK_BYTES)).not.toBe(buffer)
})
