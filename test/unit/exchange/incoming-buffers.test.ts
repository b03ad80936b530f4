/** A buffer that was begun and will not be filled goes back once; one that was filled is its receiver's. */
import { expect, it } from 'vitest'
import { Incoming } from '../../../main/engine/exchange/incoming.ts'
import type { ShareContent } from '../../../main/engine/exchange/ports.ts'

const CHUNK_BYTES = 1024 * 1024
const HALF_BYTES = CHUNK_BYTES / 2
const content: ShareContent = {
  chunkCount: 4,
  chunkLength: () => CHUNK_BYTES,
  verify: () => true,
  read: async () => {},
  write: async () => {},
}

function receiver() {
  const taken: Uint8Array[] = []
  const back: Uint8Array[] = []
  const filled: Uint8Array[] = []
  const incoming = new Incoming({
    isAsked: () => true,
    buffer: (length) => {
      const buffer = new Uint8Array(length)
      taken.push(buffer)
      return buffer
    },
    unused: (buffer) => back.push(buffer),
    progress: () => {},
    chunk: (_, bytes) => filled.push(bytes),
    node: () => {},
  })
  const half = (index: number, offset: number) => {
    incoming.piece(content, { index, offset, payloadBytes: HALF_BYTES })
    incoming.payload(new Uint8Array(HALF_BYTES).fill(index + 1), 0)
  }
  return { incoming, half, taken, back, filled }
}

it.each([
  ['it was cancelled', (incoming: Incoming) => incoming.cancelled(0, CHUNK_BYTES)],
  ['the peer chokes us or has gone', (incoming: Incoming) => incoming.choked()],
])('[TR9] goes back once when %s, and what comes after is not put into it', (_, end) => {
  const { incoming, taken, back } = receiver()
  incoming.piece(content, { index: 0, offset: 0, payloadBytes: HALF_BYTES })
  incoming.payload(new Uint8Array(1_000).fill(1), HALF_BYTES - 1_000)
  end(incoming)
  end(incoming)
  expect(back).toEqual(taken)
  taken[0]?.fill(0)
  incoming.payload(new Uint8Array(1_000).fill(9), 0)
  expect(taken[0]?.every((byte) => byte === 0)).toBe(true)
})

it('[TR9] goes back when the peer leaves a chunk for another one', () => {
  const { half, taken, back, incoming } = receiver()
  incoming.cancelled(3, CHUNK_BYTES)
  half(0, 0)
  half(1, 0)
  expect(taken).toHaveLength(2)
  expect(back).toEqual([taken[0]])
})

it('[TR9] one that was filled does not go back', () => {
  const { incoming, half, back, filled, taken } = receiver()
  half(2, 0)
  half(2, HALF_BYTES)
  incoming.choked()
  expect(filled).toEqual(taken)
  expect(back).toEqual([])
})
