/**
 * Fetching DAG nodes by CID from whoever has the manifest: the NodeSource that `readManifest` reads a remote share with.
 *
 * One source is asked at a time; what it does not have, does not answer in time or loses with its session is asked of the
 * next. A source that answers, but slowly, is kept only while there is no other; what it still sends counts. Nodes are
 * handed on as they come, so that a source of garbage is found out by its first node. Nothing is verified here (the
 * reader checks every node against its CID), but a source whose node is refused there is passed over by `distrust`. It
 * waits for sources as long as its signal allows. Implements SPEC [EX9].
 */
import type { CID } from 'multiformats/cid'
import { MAX_NODES_PER_WANT, NODE_TIMEOUT_MS } from './limits.ts'
import type { Session } from './session.ts'

/** A source that did not answer, or has none of what was asked, is passed over this long, in ms; it may be the only one. */
const PASS_OVER_MS = 10_000
/** A request that is not answered in full after this gives way to another source, if there is one, in ms. */
const SLOW_MS = NODE_TIMEOUT_MS
/** Requests that a source may leave unanswered before it is asked no more; the other end allows MAX_OPEN_NODE_REQUESTS. */
const MAX_UNANSWERED = 2
/**
 * DAG nodes asked for at once, in bytes, as far as can be told from those before: what comes faster than it is read waits in
 * memory. An honest node has about 50 KiB or less, so 256 of them fit.
 */
const QUESTION_BYTES = 16 * 1024 * 1024
/** What a node may have before one has come. */
const ASSUMED_NODE_BYTES = 512 * 1024
/** Peers remembered for wrong DAG nodes; beyond, all are forgotten and may lie once more. */
const MAX_DISTRUSTED = 10_000

/** A WantNodes that was sent, until every node of it is answered. At most MAX_UNANSWERED per session. */
interface Question {
  readonly source: Session
  readonly cids: readonly CID[]
  readonly answered: Set<number>
}

/** The question whose answers are waited for. */
interface Current {
  readonly source: Session
  /** What it may still bring. */
  readonly pending: Set<CID>
  /** undefined until the first tick. */
  askedAtMs: number | undefined
  lastAnswerMs: number | undefined
  brought: boolean
}

export class NodeRequests {
  private readonly sources = new Set<Session>()
  /** Until when (ms) a source is not asked. */
  private readonly passedOver = new Map<Session, number>()
  private readonly distrusted = new Set<string>()
  private readonly questions = new Map<number, Question>()
  private current: Current | undefined
  /** What the fetch under way still lacks, and what came and was not yet handed on. */
  private readonly missing = new Set<CID>()
  private arrived: { cid: CID; bytes: Uint8Array; from: string }[] = []
  private nextRequest = 1
  /** The largest node of this fetch and of the one before. */
  private largest = { now: ASSUMED_NODE_BYTES, before: 0 }
  /** Of the last tick; undefined before the first. */
  private nowMs: number | undefined
  private wake = () => {}
  /** Who delivered the newest nodes, for attribution. */
  lastSource: string | undefined

  get sourceCount(): number {
    return this.sources.size
  }

  sourceJoined(session: Session): void {
    if (this.distrusted.has(session.remote)) return
    this.sources.add(session)
    this.wake()
  }

  sourceLeft(session: Session): void {
    this.sources.delete(session)
    this.passedOver.delete(session)
    for (const [request, { source }] of this.questions) if (source === session) this.questions.delete(request)
    if (this.current?.source === session) this.current = undefined
    this.wake()
  }

  /** Its nodes were not what their CIDs say: nothing more is asked of it. */
  distrust(peer: string): void {
    if (this.distrusted.size >= MAX_DISTRUSTED) this.distrusted.clear()
    this.distrusted.add(peer)
    for (const session of this.sources) if (session.remote === peer) this.sourceLeft(session)
  }

  answered(session: Session, request: number, position: number, bytes: Uint8Array | undefined): void {
    const question = this.questions.get(request)
    const cid = question?.cids[position]
    if (question === undefined || cid === undefined || question.source !== session) return
    if (question.answered.has(position)) return
    question.answered.add(position)
    if (question.answered.size === question.cids.length) this.questions.delete(request)
    const isNew = bytes !== undefined && this.missing.delete(cid)
    if (isNew) this.arrived.push({ cid, bytes, from: session.remote })
    if (bytes !== undefined) this.largest.now = Math.max(this.largest.now, bytes.byteLength)
    const { current } = this
    if (current !== undefined) {
      if (isNew || current.source === session) current.pending.delete(cid)
      if (current.source === session) {
        current.lastAnswerMs = this.nowMs
        current.brought ||= bytes !== undefined
      }
      if (current.pending.size === 0) this.settle(current)
    }
    this.wake()
  }

  tick(nowMs: number): void {
    this.nowMs = nowMs
    for (const [session, untilMs] of this.passedOver) {
      if (untilMs > nowMs) continue
      this.passedOver.delete(session)
      this.wake()
    }
    const { current } = this
    if (current === undefined) return
    current.askedAtMs ??= nowMs
    current.lastAnswerMs ??= nowMs
    const isSilent = nowMs - current.lastAnswerMs > NODE_TIMEOUT_MS
    const isSlow = nowMs - current.askedAtMs > SLOW_MS && this.free(current.source) !== undefined
    if (!isSilent && !isSlow) return
    // It may only be slow: asked again, after everybody else.
    if (this.sources.delete(current.source)) this.sources.add(current.source)
    this.settle(current)
    this.wake()
  }

  /** One fetch at a time. Yields each node as it comes; ends only with all of them, or throws on abort. */
  async *fetch(cids: readonly CID[], signal?: AbortSignal): AsyncGenerator<{ cid: CID; bytes: Uint8Array }> {
    for (const cid of cids) this.missing.add(cid)
    const abort = () => this.wake()
    signal?.addEventListener('abort', abort)
    try {
      for (;;) {
        signal?.throwIfAborted()
        const node = this.arrived.shift()
        if (node !== undefined) {
          this.lastSource = node.from
          yield { cid: node.cid, bytes: node.bytes }
          continue
        }
        if (this.missing.size === 0) return
        const source = this.current === undefined ? this.free() : undefined
        if (source !== undefined) this.ask(source)
        const { promise, resolve } = Promise.withResolvers<void>()
        this.wake = resolve
        await promise
      }
    } finally {
      signal?.removeEventListener('abort', abort)
      this.wake = () => {}
      this.current = undefined
      this.missing.clear()
      this.arrived = []
    }
  }

  /** The first source that may be asked now. */
  private free(except?: Session): Session | undefined {
    for (const session of this.sources) {
      if (session === except || session.ended || this.passedOver.has(session)) continue
      if (this.unanswered(session) < MAX_UNANSWERED) return session
    }
    return undefined
  }

  private unanswered(session: Session): number {
    let count = 0
    for (const { source } of this.questions.values()) if (source === session) count += 1
    return count
  }

  private ask(source: Session): void {
    const { now, before } = this.largest
    const fit = Math.floor(QUESTION_BYTES / Math.max(now, before))
    const cids = [...this.missing].slice(0, Math.min(fit, MAX_NODES_PER_WANT))
    // Sizes are learned anew with every question.
    this.largest = { now: 1, before: now }
    const request = this.nextRequest++
    this.questions.set(request, { source, cids, answered: new Set() })
    const { nowMs } = this
    this.current = { source, pending: new Set(cids), askedAtMs: nowMs, lastAnswerMs: nowMs, brought: false }
    source.send({ wantNodes: { request, cids: cids.map((cid) => cid.bytes) } })
  }

  /** No more is waited for. */
  private settle(current: Current): void {
    this.current = undefined
    if (!current.brought && this.sources.has(current.source)) {
      this.passedOver.set(current.source, (this.nowMs ?? 0) + PASS_OVER_MS)
    }
  }
}
