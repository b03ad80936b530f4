/**
 * What a stranger may throw at the exchange port. Each attack goes on until the other end has ended the stream or the time
 * is over, as fast as the other end takes it, and says how much it threw.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Frame, RejectCode } from '../../../main/engine/exchange/exchange.pb.js'
import { encodeFrame } from '../../../main/engine/exchange/frame-decoder.ts'
import { randomFrom } from './random.ts'
import type { RawStream } from './stranger.ts'

/** Frames gathered into one write. */
const BATCH_BYTES = 64 * 1024

export interface Thrown {
  readonly bytes: number
  /** The other end ended the stream before the time was over. */
  readonly refused: boolean
}

/** Pours what `next` makes for at most `forMs`, with pauses between if wanted. */
export async function pour(stream: RawStream, forMs: number, next: () => Uint8Array, pauseMs = 0): Promise<Thrown> {
  const until = performance.now() + forMs
  let bytes = 0
  while (performance.now() < until) {
    const data = next()
    bytes += data.byteLength
    if (!(await stream.pour(data))) return { bytes, refused: true }
    // Let what came back be read.
    await sleep(pauseMs)
  }
  return { bytes, refused: stream.isEnded }
}

/** The same frames again and again. */
export function repeated(...frames: Frame[]): () => Uint8Array {
  const one = Buffer.concat(frames.map((frame) => encodeFrame(frame)))
  const batch = Buffer.concat(Array.from({ length: Math.max(Math.ceil(BATCH_BYTES / one.byteLength), 1) }, () => one))
  return () => batch
}

const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, at) => from + at)
const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)])

/** Bytes before any Open. */
export const RAW_BYTES: Readonly<Record<string, () => Uint8Array>> = {
  'a length prefix of 4 GiB': () => Uint8Array.from([0x80, 0x80, 0x80, 0x80, 0x10]),
  'a never-ending varint': () => new Uint8Array(BATCH_BYTES).fill(0x80),
  'a zero-length flood': () => new Uint8Array(BATCH_BYTES),
  'a frame of 1 MiB and one byte': () => Uint8Array.from([...varint(1024 * 1024 + 1), 0]),
  'an Open of almost 1 MiB': () =>
    encodeFrame({
      open: { root: new Uint8Array(36), client: 'x'.repeat(1_000_000), nodeName: '', shareName: '', manifest: false },
    }),
  'a frame of unknown fields only': () => Uint8Array.from([4, 0xfa, 0x7f, 1, 7]),
  'a Have instead of an Open': () => encodeFrame({ have: { all: true, indices: [] } }),
  'a wire type that does not exist': () => Uint8Array.from([2, 0x0f, 0x00]),
  HTTP: () => Buffer.from('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'),
}

/** Floods of frames that are valid one by one, after a proper Open, for a share of `chunkCount` chunks. */
export function floods(chunkCount: number, nodeCid: Uint8Array): Readonly<Record<string, () => Uint8Array>> {
  const many = range(0, Math.min(chunkCount, 4096))
  const all = Array.from({ length: 4096 }, (_, at) => many[at % many.length] ?? 0)
  const peers = range(0, 50).map((at) => ({
    id: Uint8Array.from([0x12, 0x20, ...new Array(31).fill(at), at]),
    addresses: range(0, 8).map((port) => Uint8Array.from([4, 127, 0, 0, 1, 6, 0x10 + at, port])),
  }))
  return {
    'empty frames': () => new Uint8Array(BATCH_BYTES),
    'frames of unknown fields': () => Buffer.concat(new Array(8_192).fill(Buffer.from([4, 0xfa, 0x7f, 1, 7]))),
    pings: repeated({ ping: { nonce: 1 } }),
    'a second Open': repeated({
      open: { root: new Uint8Array(36), client: '', nodeName: '', shareName: '', manifest: true },
    }),
    'chunks gained, 4,096 a frame': repeated({ have: { all: false, indices: all } }),
    'whole bitfields': repeated({
      have: { all: false, bitfield: new Uint8Array(Math.ceil(chunkCount / 8)), indices: [] },
    }),
    'bitfields that are too long': repeated({ have: { all: false, bitfield: new Uint8Array(600_000), indices: [] } }),
    'wants of 4,096 chunks': repeated({ want: { indices: all } }),
    'wants and cancels': repeated({ want: { indices: all } }, { cancel: { indices: all } }),
    'wants of chunks that do not exist': repeated({ want: { indices: range(0xfffff000, 4095) } }),
    'cancels of what was never wanted': repeated({ cancel: { indices: all } }),
    'rejects of what was never asked': repeated({ reject: { code: RejectCode.NOT_HELD, indices: all } }),
    'interest and none': repeated(
      { interest: { interested: true, pace: 1 } },
      { interest: { interested: false, pace: 0 } },
    ),
    'choke and unchoke': repeated({ choke: { choked: false } }, { choke: { choked: true } }),
    'requests for 256 DAG nodes': repeated({ wantNodes: { request: 1, cids: new Array(256).fill(nodeCid) } }),
    'DAG nodes that nobody asked for': () =>
      Buffer.concat([encodeFrame({ node: { request: 1, position: 0, payloadBytes: 60_000 } }), Buffer.alloc(60_000)]),
    'chunks that nobody asked for': () =>
      Buffer.concat([
        encodeFrame({ piece: { index: 0, offset: 0, payloadBytes: 256 * 1024 } }),
        Buffer.alloc(256 * 1024),
      ]),
    'parts of one byte': repeated({ piece: { index: 0, offset: 0, payloadBytes: 1 } }),
    'a piece without bytes': repeated({ piece: { index: 0, offset: 0, payloadBytes: 0 } }),
    'made-up peers': repeated({ peers: { peers } }),
    'pongs to no ping': repeated({ pong: { nonce: 7 } }),
  }
}

/** Random bytes from a seed. */
export function randomBytes(seed: string): () => Uint8Array {
  const random = randomFrom(seed)
  return () => Uint8Array.from({ length: 1 + Math.floor(random() * 4_096) }, () => Math.floor(random() * 256))
}

/** Valid frames with some of their bytes changed, left out or doubled. */
export function mutatedFrames(seed: string, chunkCount: number, nodeCid: Uint8Array): () => Uint8Array {
  const random = randomFrom(seed)
  const below = (limit: number) => Math.floor(random() * limit)
  const index = () => (random() < 0.8 ? below(chunkCount) : below(2 ** 32))
  const codes = [RejectCode.NOT_HELD, RejectCode.CHOKED, RejectCode.TOO_MANY, RejectCode.SOURCE_CHANGED]
  const kinds: (() => Frame)[] = [
    () => ({ have: { all: random() < 0.5, indices: range(0, below(20)).map(index) } }),
    () => ({ have: { all: false, bitfield: new Uint8Array(below(64)), indices: [] } }),
    () => ({ want: { indices: range(0, below(20)).map(index) } }),
    () => ({ cancel: { indices: range(0, below(20)).map(index) } }),
    () => ({
      reject: { code: codes[below(codes.length)] ?? RejectCode.NOT_HELD, indices: range(0, below(20)).map(index) },
    }),
    () => ({ interest: { interested: random() < 0.5, pace: below(2 ** 32) } }),
    () => ({ choke: { choked: random() < 0.5 } }),
    () => ({ wantNodes: { request: below(2 ** 32), cids: range(0, below(4)).map(() => nodeCid.slice()) } }),
    () => ({ node: { request: below(8), position: below(300), payloadBytes: below(64) } }),
    () => ({ piece: { index: index(), offset: below(2 ** 20), payloadBytes: below(300_000) } }),
    () => ({ ping: { nonce: below(2 ** 32) } }),
    () => ({ pong: { nonce: below(2 ** 32) } }),
    () => ({ peers: { peers: [{ id: new Uint8Array(below(70)), addresses: [new Uint8Array(below(40))] }] } }),
  ]
  return () => {
    const kind = kinds[below(kinds.length)] ?? (() => ({}))
    const bytes = Buffer.from(encodeFrame(kind()))
    const mutations = random() < 0.7 ? 0 : 1 + below(3)
    let mutated = bytes
    for (let round = 0; round < mutations && mutated.byteLength > 0; round++) {
      const at = below(mutated.byteLength)
      const what = below(3)
      if (what === 0) mutated[at] = below(256)
      else if (what === 1) mutated = Buffer.concat([mutated.subarray(0, at), mutated.subarray(at + 1)])
      else mutated = Buffer.concat([mutated.subarray(0, at), mutated.subarray(0, at), mutated.subarray(at)])
    }
    return mutated.byteLength === 0 ? Uint8Array.of(0) : mutated
  }
}
