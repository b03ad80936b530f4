/**
 * What arrives behind Piece and Node headers: chunks and DAG nodes put together from their parts, and the accounts that
 * tell a late answer from an attack. It does not verify bytes and does not know who else was asked.
 *
 * A peer cannot know of our cancel before it arrives: parts of what was cancelled, and of what was cancelled and asked
 * again, are honest. They are dropped, and paid for from what was cancelled plus a little; whoever sends more than that is
 * wasting our bandwidth on purpose. Memory: one chunk and one DAG node. Implements SPEC [EX9] to [EX13].
 */
import type { Piece } from './exchange.pb.js'
import { ExchangeProtocolError } from './frame-decoder.ts'
import { MAX_UNASKED_BYTES, MIN_PIECE_BYTES } from './limits.ts'
import type { ShareContent } from './ports.ts'

export interface IncomingEvents {
  /** Is chunk `index` asked of this peer? */
  isAsked(index: number): boolean
  /** A buffer for a chunk of `length` bytes; may be a used one. */
  buffer(length: number): Uint8Array
  /** The buffer of a chunk that will not be finished; nothing refers to it any more. */
  unused(buffer: Uint8Array): void
  progress(index: number, bytes: number): void
  /** All bytes of an asked chunk, in a buffer that is the receiver's from now on. */
  chunk(index: number, bytes: Uint8Array): void
  node(request: number, position: number, bytes: Uint8Array | undefined): void
}

type Target =
  | { kind: 'nothing' }
  | { kind: 'chunk'; index: number; buffer: Uint8Array; filled: number }
  | { kind: 'node'; request: number; position: number; buffer: Uint8Array; filled: number }

export class Incoming {
  private readonly events: IncomingEvents
  /** The chunk that was begun and is not whole. */
  private begun: { kind: 'chunk'; index: number; buffer: Uint8Array; filled: number } | undefined
  /** Where the payload that is arriving goes. */
  private target: Target = { kind: 'nothing' }
  private cancelledBytes = 0
  private unaskedBytes = 0
  /** Node answers still to come for what we asked. */
  private nodesOwed = 0

  constructor(events: IncomingEvents) {
    this.events = events
  }

  /** We asked for so many DAG nodes. */
  nodesAsked(count: number): void {
    this.nodesOwed += count
  }

  /** We took the request back: what is on its way is dropped. */
  cancelled(index: number, length: number): void {
    this.cancelledBytes += length
    if (this.begun?.index === index) this.dropBegun()
  }

  /** The peer chokes us, or the link has ended: what it had begun, it will not finish. */
  choked(): void {
    this.dropBegun()
  }

  /** A Piece frame; its payload follows. */
  piece(content: ShareContent | undefined, { index, offset, payloadBytes }: Piece): void {
    if (content === undefined || index >= content.chunkCount) {
      throw new ExchangeProtocolError('unexpected', `a piece of chunk ${index}`)
    }
    const length = content.chunkLength(index)
    const end = offset + payloadBytes
    if (end > length) throw new ExchangeProtocolError('limit', `a piece beyond the end of chunk ${index}`)
    if (end < length && payloadBytes < MIN_PIECE_BYTES) {
      throw new ExchangeProtocolError('limit', `a piece of ${payloadBytes} bytes in the middle of chunk ${index}`)
    }
    const { begun } = this
    if (begun !== undefined && (begun.index !== index || (offset === 0 && begun.filled > 0))) {
      // Left unfinished, or begun again: it was cancelled and asked again before the peer knew.
      this.unasked(begun.filled, begun.index)
      this.dropBegun()
    }
    if (!this.events.isAsked(index) || (this.begun === undefined && offset !== 0)) {
      this.target = { kind: 'nothing' }
      this.unasked(payloadBytes, index)
      return
    }
    this.begun ??= { kind: 'chunk', index, buffer: this.events.buffer(length), filled: 0 }
    if (offset !== this.begun.filled) {
      throw new ExchangeProtocolError(
        'unexpected',
        `chunk ${index} goes on at ${offset} instead of ${this.begun.filled}`,
      )
    }
    this.target = this.begun
  }

  /** A Node frame; its payload follows unless it is empty. */
  node(request: number, position: number, payloadBytes: number): void {
    if (this.nodesOwed === 0) throw new ExchangeProtocolError('unexpected', 'a DAG node that nobody asked for')
    this.nodesOwed -= 1
    if (payloadBytes === 0) this.events.node(request, position, undefined)
    else this.target = { kind: 'node', request, position, buffer: new Uint8Array(payloadBytes), filled: 0 }
  }

  payload(view: Uint8Array, remaining: number): void {
    const { target } = this
    if (target.kind === 'nothing') return
    target.buffer.set(view, target.filled)
    target.filled += view.byteLength
    if (remaining === 0) this.target = { kind: 'nothing' }
    if (target.kind === 'node') {
      if (remaining === 0) this.events.node(target.request, target.position, target.buffer)
      return
    }
    this.events.progress(target.index, view.byteLength)
    if (target.filled < target.buffer.byteLength) return
    this.begun = undefined
    this.events.chunk(target.index, target.buffer)
  }

  private dropBegun(): void {
    const { begun } = this
    if (begun === undefined) return
    if (this.target === begun) this.target = { kind: 'nothing' }
    this.begun = undefined
    this.events.unused(begun.buffer)
  }

  private unasked(bytes: number, index: number): void {
    this.unaskedBytes += bytes
    if (this.unaskedBytes > this.cancelledBytes + MAX_UNASKED_BYTES) {
      throw new ExchangeProtocolError('unexpected', `chunk ${index} was not asked for, like many before`)
    }
  }
}
