/** Which chunks are written past the page cache, by what is known of them and of the peers. */
import { expect, it } from 'vitest'
import { BufferPool } from '../../../main/engine/exchange/buffer-pool.ts'
import { goesPastCache } from '../../../main/engine/flows/fetch-into.ts'

const CHUNK_BYTES = 1024 * 1024
const whole = new BufferPool(1, true).take(CHUNK_BYTES)
const ordinary = new BufferPool(1).take(CHUNK_BYTES)
const tail = new BufferPool(1, true).take(5)
const idle = { theyAreInterested: false }
const interested = { theyAreInterested: true }

it.each([
  ['a chunk in memory that begins at a page, nobody else there', whole, [], true],
  ['the same, peers want nothing of us', whole, [idle, idle], true],
  ['the same, one of them does: it will ask for this chunk soon', whole, [idle, interested], false],
  ['an ordinary buffer', ordinary, [], false],
  ['the end of a file', tail, [], false],
] as const)('[ST19] %s', (_, bytes, peers, goes) => {
  expect(goesPastCache(bytes, peers)).toBe(goes)
})
