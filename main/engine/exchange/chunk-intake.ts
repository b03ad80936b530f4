/**
 * From received to had: a whole chunk is verified, written, and only then counted; one with wrong bytes is held against
 * the peer that sent it, also when that peer leaves and returns. Back-pressure: while much is unwritten, nothing more is to
 * be asked. Who is to be banned is decided here, carried out by the share. Implements SPEC [TR9] and [TR10].
 */
import type { Download } from '../transfer/download.ts'
import { BufferPool } from './buffer-pool.ts'
import type { ShareContent } from './ports.ts'

/** Chunks that failed verification before a peer is banned from the share: its disk may rot, but not often. */
export const BAN_AFTER_BAD_CHUNKS = 3
/** Bytes received and not yet written before we stop asking for more: bounds memory when the disk is slow. */
const MAX_UNWRITTEN_BYTES = 32 * 1024 * 1024
/** Chunk buffers kept for the next: those that may be unwritten, and one for each of 16 peers that is sending. */
const MAX_KEPT_BUFFERS = 48
/** Peers whose wrong chunks are remembered; beyond, the one noticed longest ago is forgotten. */
const MAX_OFFENDERS = 10_000

export interface IntakeEvents {
  written(index: number, peer: string): void
  writeFailed(error: unknown): void
  /** Wrong bytes. `badChunks`: how many this peer has sent by now. */
  corrupt(index: number, peer: string, badChunks: number): void
  /** A write ended, one way or the other: there may be room again. */
  settled(peer: string): void
}

export class ChunkIntake {
  readonly pool = new BufferPool(MAX_KEPT_BUFFERS, true)
  /** What a session asks of it: where a chunk that arrives is put together. */
  readonly buffers = {
    buffer: (length: number) => this.pool.take(length),
    unused: (buffer: Uint8Array) => this.pool.give(buffer),
  }
  corruptBytes = 0
  private unwrittenBytes = 0
  private readonly badChunks = new Map<string, number>()
  private readonly events: IntakeEvents

  constructor(events: IntakeEvents) {
    this.events = events
  }

  get isIdle(): boolean {
    return this.unwrittenBytes === 0
  }

  get isFull(): boolean {
    return this.unwrittenBytes >= MAX_UNWRITTEN_BYTES
  }

  /** @param bytes from `pool`; goes back there */
  take(content: ShareContent, download: Download, index: number, peer: string, bytes: Uint8Array): void {
    if (!content.verify(index, bytes)) {
      this.corruptBytes += bytes.byteLength
      this.pool.give(bytes)
      download.discarded(peer, index, true)
      download.avoid(peer, index, Number.POSITIVE_INFINITY)
      this.events.corrupt(index, peer, this.countBad(peer))
      return
    }
    this.unwrittenBytes += bytes.byteLength
    void content
      .write(index, bytes)
      .then(
        () => {
          download.verified(peer, index)
          this.events.written(index, peer)
        },
        (error: unknown) => {
          download.discarded(peer, index, false)
          this.events.writeFailed(error)
        },
      )
      .finally(() => {
        this.unwrittenBytes -= bytes.byteLength
        this.pool.give(bytes)
        this.events.settled(peer)
      })
  }

  private countBad(peer: string): number {
    const count = (this.badChunks.get(peer) ?? 0) + 1
    this.badChunks.delete(peer)
    this.badChunks.set(peer, count)
    const [oldest] = this.badChunks.keys()
    if (this.badChunks.size > MAX_OFFENDERS && oldest !== undefined) this.badChunks.delete(oldest)
    return count
  }
}
