/**
 * Receive windows of yamux streams: how large one is for a stream that will carry a transfer, and how often the other
 * end hears that there is room again. Both touch the library's private fields, and do nothing where these are not as
 * expected; both are ordinary window updates on the wire.
 */
import type { ComponentLogger, Stream, StreamMuxer, StreamMuxerFactory } from '@libp2p/interface'
import { StreamState } from '@libp2p/yamux/stream'

/** Fills a path of 75 MB/s with 40 ms at all times; what is consumed on arrival needs no more memory for it. */
export const TRANSFER_WINDOW_BYTES = 4 * 1024 * 1024

/**
 * The whole window from a transfer stream's first byte. Yamux streams begin with 256 KiB, which both ends must assume,
 * and the library doubles that only when a window passes within four round trips, as measured by a ping while the
 * connection was idle. Between busy processes the true round trip is ten times that: such a stream never grows and
 * stays at 256 KiB per event-loop turn of two processes. (Of four equal sources one was stuck at 2 MB/s while the
 * others moved 100.)
 */
export function widenReceiveWindow(stream: Stream, bytes = TRANSFER_WINDOW_BYTES): boolean {
  const window: unknown = Reflect.get(stream, 'recvWindow')
  const update: unknown = Reflect.get(stream, 'sendWindowUpdate')
  if (typeof window !== 'number' || typeof update !== 'function' || window >= bytes) return false
  Reflect.set(stream, 'recvWindow', bytes)
  Reflect.apply(update, stream, [])
  return true
}

/** An update is sent when this part of the window has been used up; the other end always has the rest to go on with. */
const UPDATE_AFTER = 1 / 4

type MakeMuxers = (components: { logger: ComponentLogger }) => StreamMuxerFactory

/**
 * Yamux that tells the other end about a quarter of the window at once. The library sends an update for every data
 * frame it takes: for each 64 KiB received a frame of 12 bytes to encrypt, a system call and a packet here, and the
 * same to read, decrypt and take there.
 */
export function sparingUpdates(makeMuxers: MakeMuxers): MakeMuxers {
  return (components) => {
    const factory = makeMuxers(components)
    const create = factory.createStreamMuxer.bind(factory)
    factory.createStreamMuxer = (connection) => {
      const muxer = create(connection)
      onEachStream(muxer, spareUpdates)
      return muxer
    }
    return factory
  }
}

function onEachStream(muxer: StreamMuxer, prepare: (stream: object) => void): void {
  const make: unknown = Reflect.get(muxer, '_newStream')
  if (typeof make !== 'function') return
  Reflect.set(muxer, '_newStream', (...how: unknown[]) => {
    const stream: object = Reflect.apply(make, muxer, how)
    prepare(stream)
    return stream
  })
}

function spareUpdates(stream: object): void {
  const update: unknown = Reflect.get(stream, 'sendWindowUpdate')
  if (typeof update !== 'function') return
  Reflect.set(stream, 'sendWindowUpdate', () => {
    if (mayWait(stream)) return
    Reflect.apply(update, stream, [])
  })
}

/** True while less than a quarter is used up and the frame would not open or acknowledge the stream besides. */
function mayWait(stream: object): boolean {
  const state: unknown = Reflect.get(stream, 'state')
  if (state === StreamState.Init || state === StreamState.SYNReceived) return false
  const window: unknown = Reflect.get(stream, 'recvWindow')
  const left: unknown = Reflect.get(stream, 'recvWindowCapacity')
  return typeof window === 'number' && typeof left === 'number' && window - left < window * UPDATE_AFTER
}
