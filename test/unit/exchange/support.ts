/** What the exchange's tests share: a link whose two sides the test plays, a clock it moves, chunks it knows. */
import type { Frame, GoodbyeCode } from '../../../main/engine/exchange/exchange.pb.js'
import type { Clock, FrameLink, LinkEnd, LinkHandlers, ShareContent } from '../../../main/engine/exchange/ports.ts'

export class ManualClock implements Clock {
  nowMs = 1_000
  private timers: { atMs: number; callback: () => void }[] = []

  now(): number {
    return this.nowMs
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { atMs: this.nowMs + ms, callback }
    this.timers.push(timer)
    return () => {
      this.timers = this.timers.filter((other) => other !== timer)
    }
  }

  advance(ms: number): void {
    const endMs = this.nowMs + ms
    for (;;) {
      const next = this.timers.filter((timer) => timer.atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0]
      if (next === undefined) break
      this.timers = this.timers.filter((timer) => timer !== next)
      this.nowMs = Math.max(next.atMs, this.nowMs)
      next.callback()
    }
    this.nowMs = endMs
  }
}

/** A link that keeps what is sent; `deliver` is what the wire does, breaches included. */
export class FakeLink implements FrameLink {
  readonly remote: string
  readonly initiator: boolean
  readonly sent: Frame[] = []
  readonly payloads: Uint8Array[] = []
  closed: { code: GoodbyeCode; text: string } | undefined
  abandoned: string | undefined
  end: LinkEnd | undefined
  /** Set it to make the sender wait. */
  backPressure: Promise<void> | undefined
  private handlers: LinkHandlers | undefined

  constructor(remote = 'peer', initiator = false) {
    this.remote = remote
    this.initiator = initiator
  }

  listen(handlers: LinkHandlers): void {
    this.handlers = handlers
  }

  send(frame: Frame): void {
    if (this.end === undefined) this.sent.push(frame)
  }

  sendPayload(frame: Frame, payload: Uint8Array): Promise<void> | undefined {
    if (this.end !== undefined) return Promise.reject(new Error('link ended'))
    this.sent.push(frame)
    this.payloads.push(payload)
    return this.backPressure
  }

  close(code: GoodbyeCode, text: string): void {
    if (this.end !== undefined) return
    this.closed = { code, text }
    this.finish({ reason: 'closed-by-us' })
  }

  abandon(message: string): void {
    this.abandoned = message
    this.finish({ reason: 'connection-lost', message })
  }

  breakDown(): void {
    this.finish({ reason: 'connection-lost', message: 'broken' })
  }

  /** Throws what the handlers throw: the breach that a real link answers with PROTOCOL_ERROR. */
  deliver(frame: Frame, payload?: Uint8Array): void {
    if (this.end !== undefined) return
    this.handlers?.onFrame(frame)
    if (payload !== undefined && payload.byteLength > 0) this.handlers?.onPayload(payload, 0)
  }

  /** Sent frames of one kind, oldest first. */
  framesOf<K extends keyof Frame>(kind: K): NonNullable<Frame[K]>[] {
    return this.sent.flatMap((frame) => {
      const value = frame[kind]
      return value === undefined ? [] : [value]
    })
  }

  private finish(end: LinkEnd): void {
    if (this.end !== undefined) return
    this.end = end
    this.handlers?.onEnd(end)
  }
}

export const open = (manifest = true): Frame => ({
  open: { root: new Uint8Array(36), client: 'test/1', nodeName: 'someone', shareName: 'a share', manifest },
})

export const piece = (index: number, offset: number, payloadBytes: number): Frame => ({
  piece: { index, offset, payloadBytes },
})

export function chunkBytes(index: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length).fill(index + 1)
  bytes[0] = index >> 8
  return bytes
}

/** Content in memory whose chunk bytes follow from their index. */
export function memoryContent(chunkCount: number, length: number): ShareContent & { written: number[] } {
  const written: number[] = []
  return {
    chunkCount,
    written,
    chunkLength: () => length,
    verify: (index, bytes) => Buffer.compare(bytes, chunkBytes(index, length)) === 0,
    read: async (index, into) => into.set(chunkBytes(index, length)),
    write: async (index) => {
      written.push(index)
    },
  }
}

/** Lets promise reactions and what they start run. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 50; i++) await undefined
}
