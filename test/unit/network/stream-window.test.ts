/** When the other end of a stream hears that there is room again: real yamux at both ends, its frames counted on the wire. */
import type { MultiaddrConnection, Stream, StreamMuxer } from '@libp2p/interface'
import { multiaddrConnectionPair } from '@libp2p/utils'
import { yamux } from '@libp2p/yamux'
import { describe, expect, it, vi } from 'vitest'
import {
  sparingUpdates,
  TRANSFER_WINDOW_BYTES,
  widenReceiveWindow,
} from '../../../main/engine/network/stream-window.ts'

const say = Object.assign(() => {}, { enabled: false, error() {}, trace() {}, newScope: () => say })
const logger = { forComponent: () => say }

const PIECE_BYTES = 64 * 1024
const TOTAL_BYTES = 16 * 1024 * 1024
const HEADER_BYTES = 12
const DATA = 0
const WINDOW_UPDATE = 1

interface Pair {
  readonly sender: Stream
  readonly receiver: Stream
  /** The sizes of the window updates that the receiver has sent so far. */
  readonly updates: readonly number[]
  /** Frames with bytes in them that the sender has sent so far; how large they are is the library's affair. */
  readonly dataFrames: () => number
}

async function open(make: ReturnType<typeof yamux> | ReturnType<typeof sparingUpdates>): Promise<Pair> {
  const [there, here] = multiaddrConnectionPair({ delay: 0 })
  const updates: number[] = []
  const send = here.send.bind(here)
  here.send = (data) => {
    const frame = data.subarray()
    if (frame.byteLength === HEADER_BYTES && frame[1] === WINDOW_UPDATE)
      updates.push(new DataView(frame.buffer, frame.byteOffset).getUint32(8))
    return send(data)
  }
  let dataFrames = 0
  const sendThere = there.send.bind(there)
  there.send = (data) => {
    if (data.byteLength > HEADER_BYTES && data.subarray(0, 2)[1] === DATA) dataFrames++
    return sendThere(data)
  }
  const muxer = (connection: MultiaddrConnection): StreamMuxer => make({ logger }).createStreamMuxer(connection)
  const theirs = muxer(there)
  const arriving = new Promise<Stream>((resolve) => {
    muxer(here).addEventListener('stream', ({ detail }) => resolve(detail), { once: true })
  })
  const sender = await theirs.createStream()
  return { sender, receiver: await arriving, updates, dataFrames: () => dataFrames }
}

/** Sends TOTAL_BYTES; resolves with the number of bytes that arrived. */
async function pump({ sender, receiver }: Pair): Promise<number> {
  let arrived = 0
  const all = new Promise<void>((resolve) => {
    receiver.addEventListener('message', ({ data }) => {
      arrived += data.byteLength
      if (arrived >= TOTAL_BYTES) resolve()
    })
  })
  for (let sent = 0; sent < TOTAL_BYTES; sent += PIECE_BYTES) {
    if (!sender.send(new Uint8Array(PIECE_BYTES)))
      await new Promise((resolve) => sender.addEventListener('drain', resolve, { once: true }))
  }
  await all
  return arrived
}

describe('window updates', () => {
  it('come once a quarter of the window is used up, not for every frame', async () => {
    const pair = await open(sparingUpdates(yamux()))
    widenReceiveWindow(pair.receiver)
    expect(await pump(pair)).toBe(TOTAL_BYTES)
    const quarter = TRANSFER_WINDOW_BYTES / 4
    // The first acknowledges the stream.
    expect(pair.updates.slice(1).filter((size) => size < quarter)).toEqual([])
    expect(pair.updates.length).toBeLessThanOrEqual(TOTAL_BYTES / quarter + 2)
    expect(pair.updates.reduce((sum, size) => sum + size, 0)).toBeGreaterThan(TOTAL_BYTES - TRANSFER_WINDOW_BYTES)
  })

  it('come for every frame from the library alone: what is spared', async () => {
    const pair = await open(yamux())
    widenReceiveWindow(pair.receiver)
    expect(await pump(pair)).toBe(TOTAL_BYTES)
    expect(pair.updates.length).toBeGreaterThanOrEqual(pair.dataFrames())
  })

  it('let a stream of the first window size go on too', async () => {
    const pair = await open(sparingUpdates(yamux({ streamOptions: { maxStreamWindowSize: 256 * 1024 } })))
    expect(await pump(pair)).toBe(TOTAL_BYTES)
  })

  it('come at once when a reader that had stopped reads again', async () => {
    const pair = await open(sparingUpdates(yamux({ streamOptions: { maxStreamWindowSize: 256 * 1024 } })))
    const pumped = pump(pair)
    pair.receiver.pause()
    await vi.waitUntil(() => pair.sender.writableNeedsDrain)
    const heard = pair.updates.length
    pair.receiver.resume()
    expect(await pumped).toBe(TOTAL_BYTES)
    expect(pair.updates.length).toBeGreaterThan(heard)
  })
})
