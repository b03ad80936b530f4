/** Buffers for chunks are used again, up to a bound, and given back when a download stops. */
import { expect, it, vi } from 'vitest'
import { BufferPool, isPageAligned } from '../../../main/engine/exchange/buffer-pool.ts'

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

it('[ST19] as many as its owner says begin at a page and do not overlap; beyond, and shorter, they are ordinary', () => {
  const pool = new BufferPool(3, true)
  const taken = [1, 2, 3, 4].map(() => pool.take(CHUNK_BYTES))
  expect(taken.map(isPageAligned)).toEqual([true, true, true, false])
  for (const [at, buffer] of taken.entries()) buffer.fill(at + 1)
  expect(taken.map((buffer) => buffer.every((byte) => byte === buffer[0]) && buffer[0])).toEqual([1, 2, 3, 4])
  expect(isPageAligned(pool.take(1_000))).toBe(false)
  expect(isPageAligned(new BufferPool(3).take(CHUNK_BYTES))).toBe(false)
  const [first] = taken
  expect(first && isPageAligned(first.subarray(1))).toBe(false)
})

it('[ST19] an ordinary buffer never takes the place of one that begins at a page', () => {
  const pool = new BufferPool(2, true)
  const taken = [pool.take(CHUNK_BYTES), pool.take(CHUNK_BYTES), pool.take(CHUNK_BYTES)]
  for (const buffer of taken.reverse()) pool.give(buffer)
  expect([pool.take(CHUNK_BYTES), pool.take(CHUNK_BYTES)].map(isPageAligned)).toEqual([true, true])
})

it('[TR9] emptied, it takes back nothing of the memory that it gave up', () => {
  const pool = new BufferPool(2, true)
  const late = pool.take(CHUNK_BYTES)
  pool.empty()
  pool.give(late)
  expect(pool.take(CHUNK_BYTES).buffer).not.toBe(late.buffer)
})

it('[ST19] without address space for it, buffers are ordinary and are used again', () => {
  vi.stubGlobal('WebAssembly', {
    Memory: class {
      constructor() {
        throw new RangeError('could not allocate memory')
      }
    },
  })
  try {
    const pool = new BufferPool(2, true)
    const buffer = pool.take(CHUNK_BYTES)
    expect(isPageAligned(buffer)).toBe(false)
    pool.give(buffer)
    expect(pool.take(CHUNK_BYTES)).toBe(buffer)
  } finally {
    vi.unstubAllGlobals()
  }
})
