/**
 * A FrameLink over a libp2p stream: frames out in batches, bytes in through the decoder, every end reported once.
 *
 * Small frames are gathered within one turn of the event loop and leave as one write, so that ten thousand 4 KiB chunks
 * do not cost ten thousand encrypted frames. Back-pressure is the stream's: `sendPayload` waits for its `drain` event
 * (`stream.onDrain()` returns too early). A peer that floods control frames or lets our control frames pile up ends the
 * link. Implements SPEC [EX2] to [EX6], [EX19] and [EX20].
 */
import type { Stream } from '@libp2p/interface'
import { Uint8ArrayList } from 'uint8arraylist'
import { Allowance } from './allowance.ts'
import { type Frame, GoodbyeCode } from './exchange.pb.js'
import { frameCost } from './frame-cost.ts'
import { ExchangeProtocolError, encodeFrame, FrameDecoder } from './frame-decoder.ts'
import { FRAME_BURST, FRAMES_PER_SECOND, MAX_OPEN_FRAME_BYTES, MAX_PENDING_CONTROL_BYTES } from './limits.ts'
import type { Clock, FrameLink, LinkEnd, LinkHandlers } from './ports.ts'

/** Gathered bytes that are written at once without waiting for the end of the turn. */
const BATCH_BYTES = 64 * 1024

export class StreamLink implements FrameLink {
  readonly remote: string
  readonly initiator: boolean
  private readonly stream: Stream
  private readonly clock: Clock
  private readonly decoder: FrameDecoder
  private handlers: LinkHandlers | undefined
  /** Frames that came before anyone listened; the acceptor listens in the same turn, so at most a batch. */
  private batch = new Uint8ArrayList()
  private flushScheduled = false
  private ended = false
  private drainWaiters: { resolve: () => void; reject: (error: Error) => void }[] = []
  private readonly frames: Allowance
  private readonly onBreach: () => void

  /** @param onBreach the peer broke a rule of the wire; the link ends with it */
  constructor(stream: Stream, remote: string, initiator: boolean, clock: Clock, onBreach = () => {}) {
    this.stream = stream
    this.onBreach = onBreach
    this.remote = remote
    this.initiator = initiator
    this.clock = clock
    this.frames = new Allowance(FRAME_BURST, FRAMES_PER_SECOND, clock.now())
    this.decoder = new FrameDecoder(
      {
        onFrame: (frame) => this.received(frame),
        onPayload: (view, remaining) => {
          if (!this.ended) this.handlers?.onPayload(view, remaining)
        },
      },
      MAX_OPEN_FRAME_BYTES,
    )
  }

  listen(handlers: LinkHandlers): void {
    const first = this.handlers === undefined
    this.handlers = handlers
    if (!first) return
    this.stream.addEventListener('message', (event) => this.push(event.data))
    this.stream.addEventListener('drain', () => this.drained())
    this.stream.addEventListener('remoteCloseWrite', () =>
      this.end({ reason: 'connection-lost', message: 'the peer closed the stream' }),
    )
    this.stream.addEventListener('close', (event) =>
      this.end({ reason: 'connection-lost', message: event.error?.message ?? 'the stream closed' }),
    )
  }

  send(frame: Frame): void {
    if (this.ended) return
    this.batch.append(encodeFrame(frame))
    if (this.stream.writeBufferLength + this.batch.byteLength > MAX_PENDING_CONTROL_BYTES) {
      this.fail({ reason: 'connection-lost', message: 'the peer takes no data any more' })
      return
    }
    this.scheduleFlush()
  }

  sendPayload(frame: Frame, payload: Uint8Array): Promise<void> | undefined {
    if (this.ended) return Promise.reject(new Error('link ended'))
    this.batch.append(encodeFrame(frame))
    this.batch.append(payload)
    if (this.batch.byteLength < BATCH_BYTES) this.scheduleFlush()
    else this.flush()
    // A batch that left at the end of a turn may have filled the stream as well.
    return this.stream.writableNeedsDrain ? this.drain() : undefined
  }

  abandon(message: string): void {
    this.fail({ reason: 'connection-lost', message })
  }

  close(code: GoodbyeCode, text: string): void {
    if (this.ended) return
    this.batch.append(encodeFrame({ goodbye: { code, text: text.slice(0, 256) } }))
    this.flush()
    this.end({ reason: 'closed-by-us' })
    void this.stream.close({ signal: AbortSignal.timeout(2_000) }).catch((error) => this.stream.abort(error))
  }

  private received(frame: Frame): void {
    if (frame.piece === undefined && frame.node === undefined) this.charge(frame)
    if (frame.goodbye !== undefined) {
      this.end({ reason: 'goodbye', code: frame.goodbye.code, text: frame.goodbye.text.slice(0, 256) })
      void this.stream.close({ signal: AbortSignal.timeout(2_000) }).catch((error) => this.stream.abort(error))
      return
    }
    if (!this.ended) this.handlers?.onFrame(frame)
  }

  private charge(frame: Frame): void {
    if (this.frames.spend(this.clock.now(), frameCost(frame))) return
    throw new ExchangeProtocolError('flood', `more than ${FRAMES_PER_SECOND} control frames a second`)
  }

  private push(data: Uint8Array | Uint8ArrayList): void {
    if (this.ended) return
    try {
      if (data instanceof Uint8Array) this.decoder.push(data)
      else for (const piece of data) this.decoder.push(piece)
    } catch (error) {
      // Anything else is a bug of ours; a peer must not be able to turn it into a crash, so it costs the link only.
      this.breach(error instanceof ExchangeProtocolError ? error.message : `internal error: ${String(error)}`)
    }
  }

  /** The peer broke a rule: say so, and end. */
  private breach(message: string): void {
    if (this.ended) return
    this.batch.append(encodeFrame({ goodbye: { code: GoodbyeCode.PROTOCOL_ERROR, text: message.slice(0, 256) } }))
    this.flush()
    this.fail({ reason: 'protocol-error', message })
    this.onBreach()
  }

  private fail(end: LinkEnd): void {
    this.end(end)
    this.stream.abort(new Error('message' in end ? end.message : end.reason))
  }

  private scheduleFlush(): void {
    if (this.flushScheduled) return
    this.flushScheduled = true
    setImmediate(() => {
      this.flushScheduled = false
      if (!this.ended && this.batch.byteLength > 0) this.flush()
    })
  }

  private flush(): void {
    if (this.batch.byteLength === 0) return
    const batch = this.batch
    this.batch = new Uint8ArrayList()
    try {
      this.stream.send(batch)
    } catch (error) {
      this.end({ reason: 'connection-lost', message: error instanceof Error ? error.message : String(error) })
    }
  }

  private drain(): Promise<void> {
    if (this.ended) return Promise.reject(new Error('link ended'))
    return new Promise((resolve, reject) => this.drainWaiters.push({ resolve, reject }))
  }

  private drained(): void {
    const waiters = this.drainWaiters
    this.drainWaiters = []
    for (const waiter of waiters) waiter.resolve()
  }

  private end(end: LinkEnd): void {
    if (this.ended) return
    this.ended = true
    const waiters = this.drainWaiters
    this.drainWaiters = []
    for (const waiter of waiters) waiter.reject(new Error('link ended'))
    this.handlers?.onEnd(end)
  }
}
