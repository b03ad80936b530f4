/**
 * Serving: reads wanted chunks ahead, sends them in pieces as fast as limits and back-pressure allow.
 *
 * One pump per session. Reads run ahead of sending by up to READ_AHEAD_BYTES so that neither waits for the other. Every
 * piece first passes the limits (global, share, the peer's own wish). A cancel or choke stops a chunk between two pieces.
 * Which want comes first is UploadQueue's. Implements SPEC [TR11], [TR7], [EX12].
 */
import type { Bitfield } from '../content/bitfield.ts'
import { type TokenBucket, takeFrom, waitMsOf } from '../swarm/token-bucket.ts'
import type { ChunkTap, MoveKind } from '../transfer/chunk-tap.ts'
import { BufferPool, type WhenTaken } from './buffer-pool.ts'
import { GoodbyeCode, RejectCode } from './exchange.pb.js'
import { MAX_NODE_BYTES, MAX_NODES_PER_WANT, MAX_OPEN_NODE_REQUESTS } from './limits.ts'
import { Novelty } from './novelty.ts'
import { pieceBytes } from './piece-size.ts'
import type { Clock, ShareContent } from './ports.ts'
import type { Session } from './session.ts'
import { WaitingLine } from './waiting-line.ts'

/** Two chunks of 1 MiB, one being sent, the next one read; of small ones, as many files open at once for one peer. */
const READ_AHEAD_BYTES = 2 * 1024 * 1024
const READ_AHEAD_CHUNKS = 32
const MAX_WAIT_MS = 250 // for a limit, at a time: limits may change while we wait

export interface UploaderDeps {
  readonly clock: Clock
  /** Limits, outermost first: for all shares, for this one. */
  readonly buckets: readonly TokenBucket[]
  /** Where those wait who pass the outermost; absent: a line of our own. */
  readonly line?: WaitingLine | undefined
  /** Absent: buffers are sent once and left to the garbage collector. */
  readonly whenTaken?: WhenTaken | undefined
  /** All who may have what one asks for; absent: those that are being served. */
  readonly sessions?: ReadonlyMap<string, Session>
  weight?(): number // of the share among those that have the outermost limit in common
  readonly tap?: ChunkTap
  sent(session: Session, bytes: number): void
  readFailed(error: unknown): void
}

/**
 * While a limit holds us back and somebody else gets or awaits a chunk that nobody had before, a chunk that was sent
 * before can wait: its other holders will pass it on. At most this long, in ms; checked anew every YIELD_STEP_MS.
 */
const MAX_YIELD_MS = 3_000
const YIELD_STEP_MS = 20
export type ReadNode = (cid: Uint8Array) => Promise<Uint8Array | undefined> // a DAG node by binary CID, if it is held

interface Reading {
  readonly index: number
  readonly length: number
  readonly bytes: Promise<Uint8Array | undefined>
}

export class Uploader {
  private readonly deps: UploaderDeps
  private readonly line: WaitingLine | undefined
  private content: ShareContent | undefined
  private have: Bitfield | undefined
  private readonly novelty = new Novelty()
  private readonly active = new Set<Session>()
  private readonly pool = new BufferPool()

  constructor(deps: UploaderDeps) {
    this.deps = deps
    const [common] = deps.buckets
    this.line = deps.line ?? (common === undefined ? undefined : new WaitingLine(common, deps.clock))
  }

  setContent(content: ShareContent, have: Bitfield): void {
    this.content = content
    this.have = have
    this.novelty.reset(content.chunkCount)
  }

  /** The session has wants: sends until it has none, is choked or ends. Calling it again meanwhile does nothing. */
  serve(session: Session): void {
    if (this.content === undefined) return
    this.refer(session)
    if (session.pumping) return
    session.pumping = true
    this.active.add(session)
    void this.pump(session).finally(() => {
      session.pumping = false
      this.active.delete(session)
      session.serving.clear()
      if (session.wants.size > 0 && !session.theyAreChoked && !session.ended) this.serve(session)
    })
  }

  /** Answers one WantNodes, in order. */
  serveNodes(session: Session, request: number, cids: readonly Uint8Array[], read: ReadNode): void {
    if (cids.length > MAX_NODES_PER_WANT || session.nodeRequestsOpen >= MAX_OPEN_NODE_REQUESTS) {
      session.close(GoodbyeCode.PROTOCOL_ERROR, 'too many node requests')
      return
    }
    session.nodeRequestsOpen += 1
    // A link that ends meanwhile says so itself.
    void this.sendNodes(session, request, cids, read)
      .catch(() => {})
      .finally(() => {
        session.nodeRequestsOpen -= 1
      })
  }

  private async sendNodes(
    session: Session,
    request: number,
    cids: readonly Uint8Array[],
    read: ReadNode,
  ): Promise<void> {
    for (const [position, cid] of cids.entries()) {
      if (session.ended) return
      const bytes = await this.readNode(cid, read)
      const payloadBytes = bytes === undefined || bytes.byteLength > MAX_NODE_BYTES ? 0 : bytes.byteLength
      const frame = { node: { request, position, payloadBytes } }
      if (bytes === undefined || payloadBytes === 0) {
        session.send(frame)
        continue
      }
      // Not the peer's own pace: the manifest is what it waits for before it can say one.
      await this.passLimits(session, this.deps.buckets)
      if (session.ended) return
      takeFrom(this.deps.buckets, payloadBytes, this.deps.clock.now())
      await session.link.sendPayload(frame, bytes)
    }
  }

  /** A node that cannot be read is answered like one that is not held, or the peer would wait; the share is told why. */
  private async readNode(cid: Uint8Array, read: ReadNode): Promise<Uint8Array | undefined> {
    try {
      return await read(cid)
    } catch (error) {
      this.deps.readFailed(error)
      return undefined
    }
  }

  /** Resolves when the limits let something through; they may change meanwhile. */
  private async passLimits(session: Session, buckets: readonly TokenBucket[]): Promise<void> {
    while (!session.ended) {
      const waitMs = waitMsOf(buckets, this.deps.clock.now())
      if (waitMs === 0) return
      this.novelty.limited(this.deps.clock.now())
      await new Promise<void>((resolve) => this.deps.clock.after(Math.min(waitMs, MAX_WAIT_MS), resolve))
    }
  }

  private async pump(session: Session): Promise<void> {
    const ahead: Reading[] = []
    let aheadBytes = 0
    let yieldedMs = 0
    while (!session.ended) {
      this.refer(session)
      if (ahead.length === 0 && yieldedMs < MAX_YIELD_MS && this.shouldYield(session)) {
        yieldedMs += YIELD_STEP_MS
        await new Promise<void>((resolve) => this.deps.clock.after(YIELD_STEP_MS, resolve))
        continue
      }
      yieldedMs = 0
      while (
        ahead.length < READ_AHEAD_CHUNKS &&
        (ahead.length === 0 || aheadBytes < Math.min(READ_AHEAD_BYTES, this.growingRate(session))) &&
        !session.theyAreChoked
      ) {
        if (ahead.length > 0 && this.shouldYield(session)) break
        const reading = this.next(session)
        if (reading === undefined) break
        ahead.push(reading)
        aheadBytes += reading.length
      }
      const current = ahead.shift()
      if (current === undefined) return
      aheadBytes -= current.length
      const bytes = await current.bytes
      if (session.ended) return
      if (bytes === undefined) {
        session.send({ reject: { code: RejectCode.READ_FAILED, indices: [current.index] } })
        this.tell('rejected', session, current.index)
      } else if (!(await this.sendChunk(session, current.index, bytes))) return
      session.serving.delete(current.index)
    }
  }

  /** What the session may take soon: four times what it takes now, which a fast line reaches in two parts. */
  private growingRate(session: Session): number {
    return session.up.rate(this.deps.clock.now()) * 4
  }

  private shouldYield(session: Session): boolean {
    return this.novelty.shouldYield(session, this.active, this.deps.clock.now())
  }

  /** Sends the session elsewhere with what others can give it by now. */
  private refer(session: Session): void {
    if (this.have === undefined) return
    const others = this.deps.sessions?.values() ?? this.active
    const indices = this.novelty.refer(session, others, this.have, this.deps.clock.now())
    if (indices.length === 0) return
    for (const index of indices) {
      session.wants.delete(index)
      this.tell('rejected', session, index)
    }
    session.send({ reject: { code: RejectCode.ELSEWHERE, indices } })
  }

  private next(session: Session): Reading | undefined {
    for (;;) {
      const { content, have } = this
      if (content === undefined || have === undefined) return undefined
      const index = session.wants.best(this.novelty.times)?.index
      if (index === undefined) return undefined
      session.wants.delete(index)
      if (session.serving.has(index)) {
        // Read ahead and cancelled, now wanted again: what was read is sent after all.
        session.serving.set(index, false)
        continue
      }
      if (!have.has(index)) {
        session.send({ reject: { code: RejectCode.NOT_HELD, indices: [index] } })
        this.tell('rejected', session, index)
        continue
      }
      this.novelty.began(index)
      session.serving.set(index, false)
      const length = content.chunkLength(index)
      const bytes = this.read(content, index, length)
      return { index, length, bytes }
    }
  }

  /** undefined when it cannot be read; the share is told why. */
  private async read(content: ShareContent, index: number, length: number): Promise<Uint8Array | undefined> {
    const buffer = this.pool.take(length)
    try {
      await content.read(index, buffer)
      this.deps.whenTaken?.(buffer, () => this.pool.give(buffer))
      return buffer
    } catch (error) {
      this.pool.give(buffer)
      // The files were given their final names meanwhile: the new content knows them.
      if (this.content !== undefined && this.content !== content) return this.read(this.content, index, length)
      this.deps.readFailed(error)
      return undefined
    }
  }

  /** @returns false when the link has ended. */
  private async sendChunk(session: Session, index: number, bytes: Uint8Array): Promise<boolean> {
    let offset = 0
    while (offset < bytes.byteLength) {
      if (session.serving.get(index) === true) {
        this.novelty.undone(index)
        this.tell('cancelled', session, index)
        return true
      }
      const { clock } = this.deps
      const buckets = [...this.deps.buckets, session.pace]
      const [, ...own] = buckets
      const waitMs = waitMsOf(own, clock.now())
      if (waitMs > 0) {
        this.novelty.limited(clock.now())
        await new Promise<void>((resolve) => clock.after(Math.min(waitMs, MAX_WAIT_MS), resolve))
        if (session.ended) return false
        continue
      }
      const payload = bytes.subarray(offset, offset + pieceBytes(buckets, this.growingRate(session)))
      const turn = this.line?.pass(session, payload.byteLength, this.deps.weight?.())
      if (turn !== undefined) {
        await this.novelty.inTurn(turn)
        this.novelty.limited(clock.now())
        if (session.ended || session.serving.get(index) === true) {
          // Not sent after all.
          this.line?.giveBack(payload.byteLength)
          if (session.ended) return false
          continue
        }
      }
      takeFrom(own, payload.byteLength, clock.now())
      try {
        const full = session.link.sendPayload({ piece: { index, offset, payloadBytes: payload.byteLength } }, payload)
        if (full !== undefined) await full
      } catch {
        return false
      }
      offset += payload.byteLength
      this.deps.sent(session, payload.byteLength)
    }
    session.sentThisTurn += 1
    this.tell('delivered', session, index)
    return true
  }

  private tell(what: MoveKind, session: Session, index: number): void {
    this.deps.tap?.observer?.moved('up', what, session.remote, index)
  }
}
