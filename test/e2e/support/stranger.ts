/**
 * A peer in the test's own process, on loopback, that says whatever a test wants said: the bytes of an exchange stream,
 * frames in any order, any answer to what is asked of it. It uses the product's node and codec, and none of its rules.
 */
import { once } from 'node:events'
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { Connection, Stream } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import type { Frame, GoodbyeCode } from '../../../main/engine/exchange/exchange.pb.js'
import { encodeFrame, FrameDecoder } from '../../../main/engine/exchange/frame-decoder.ts'
import { buildNode } from '../../../main/engine/network/build-node.ts'
import { EXCHANGE_PROTOCOL } from '../../../main/engine/network/protocols.ts'
import type { ShoalNode } from '../../../main/engine/network/shoal-node.ts'

const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const HANG_MS = 60_000

/** One exchange stream: frames as they come, and what is sent, unchecked. */
export class RawStream {
  readonly stream: Stream
  readonly frames: Frame[] = []
  /** Bytes of payloads that came, and were thrown away. */
  payloadBytes = 0
  readonly ended: Promise<void>
  onFrame: (frame: Frame) => void = () => {}
  #wake: () => void = () => {}
  #isEnded = false

  constructor(stream: Stream) {
    this.stream = stream
    const decoder = new FrameDecoder({
      onFrame: (frame) => {
        this.frames.push(frame)
        this.onFrame(frame)
        this.#wake()
      },
      onPayload: (view) => {
        this.payloadBytes += view.byteLength
      },
    })
    stream.addEventListener('message', ({ data }) => {
      for (const piece of data instanceof Uint8Array ? [data] : data) decoder.push(piece)
    })
    this.ended = new Promise((resolve) => {
      const end = () => {
        this.#isEnded = true
        this.#wake()
        resolve()
      }
      stream.addEventListener('close', end)
      stream.addEventListener('remoteCloseWrite', end)
    })
  }

  get isEnded(): boolean {
    return this.#isEnded
  }

  /** The goodbye that came, if any. */
  get goodbye(): { code: GoodbyeCode; text: string } | undefined {
    return this.frames.find((frame) => frame.goodbye !== undefined)?.goodbye
  }

  /** False when the other end has ended the stream. Does not wait. */
  send(frame: Frame): boolean {
    return this.bytes(encodeFrame(frame))
  }

  bytes(data: Uint8Array): boolean {
    if (this.#isEnded || this.stream.status !== 'open') return false
    try {
      this.stream.send(data)
      return true
    } catch {
      return false
    }
  }

  /** As `bytes`, and waits while the other end takes no more; false once it has ended the stream. */
  async pour(data: Uint8Array): Promise<boolean> {
    if (!this.bytes(data)) return false
    if (!this.stream.writableNeedsDrain) return true
    const stop = AbortSignal.timeout(HANG_MS)
    await Promise.race([once(this.stream, 'drain', { signal: stop }).catch(() => undefined), this.ended])
    return !this.#isEnded
  }

  /** Waits for a frame that fits, among those that came already too; undefined when the stream ended without. */
  async frame(fits: (frame: Frame) => boolean): Promise<Frame | undefined> {
    const deadline = AbortSignal.timeout(HANG_MS)
    for (let at = 0; ; ) {
      for (; at < this.frames.length; at++) {
        const frame = this.frames[at]
        if (frame !== undefined && fits(frame)) return frame
      }
      if (this.#isEnded) return undefined
      await new Promise<void>((resolve, reject) => {
        this.#wake = resolve
        deadline.addEventListener('abort', () => reject(new Error(`no such frame within ${HANG_MS} ms`)), {
          once: true,
        })
      })
    }
  }
}

export class Stranger {
  readonly node: ShoalNode
  private constructor(node: ShoalNode) {
    this.node = node
  }

  static async start(): Promise<Stranger> {
    const node = await buildNode({
      identity: await generateKeyPair('Ed25519'),
      mode: 'local',
      lanDht: false,
      logger: quiet,
    })
    await node.start()
    return new Stranger(node)
  }

  /** From here on others may open exchange streams to us. Until then we do not look like somebody to fetch from. */
  async serve(onStream: (stream: RawStream) => void): Promise<void> {
    await this.node.libp2p.handle(EXCHANGE_PROTOCOL, (stream) => onStream(new RawStream(stream)), {
      maxInboundStreams: 64,
    })
  }

  get id(): string {
    return this.node.peerId.toString()
  }

  get address(): string {
    const [address] = this.node.addresses()
    if (address === undefined) throw new Error('listens nowhere')
    return address.toString()
  }

  connect(address: string): Promise<Connection> {
    return this.node.libp2p.dial(multiaddr(address), { signal: AbortSignal.timeout(HANG_MS) })
  }

  /** An exchange stream to this peer; nothing has been said on it. */
  async open(address: string): Promise<RawStream> {
    const connection = await this.connect(address)
    return new RawStream(await connection.newStream(EXCHANGE_PROTOCOL, { signal: AbortSignal.timeout(HANG_MS) }))
  }

  /** An exchange stream on which both have said Open for this share. */
  async join(address: string, root: Uint8Array): Promise<RawStream> {
    const stream = await this.open(address)
    stream.send(openFrame(root))
    if ((await stream.frame((frame) => frame.open !== undefined)) === undefined) {
      throw new Error(`not let in: ${stream.goodbye?.text ?? 'no goodbye'}`)
    }
    return stream
  }

  async stop(): Promise<void> {
    await this.node.stop()
  }
}

export function openFrame(root: Uint8Array): Frame {
  return {
    open: { root: root.slice(), client: 'stranger/1', nodeName: 'Stranger', shareName: '', manifest: true },
  }
}
