/**
 * Fetching DAG nodes by CID from whoever has the manifest: the NodeSource that `readManifest` reads a remote share with.
 *
 * A batch goes to one source at a time; what it does not have, does not answer in time or loses with its session is asked
 * of the next. It verifies nothing (the reader checks every node against its CID), but a source whose node is refused
 * there is passed over by `distrust`. It waits for sources as long as its signal allows. Implements SPEC [EX9].
 */
import type { CID } from 'multiformats/cid'
import { MAX_NODES_PER_WANT, NODE_TIMEOUT_MS } from './limits.ts'
import type { Session } from './session.ts'

/** A source that did not answer, or has none of what was asked, is passed over this long, in ms; it may be the only one. */
const PASS_OVER_MS = 10_000

/** Peers remembered for wrong DAG nodes; beyond, all are forgotten and may lie once more. */
const MAX_DISTRUSTED = 10_000

interface Batch {
  readonly request: number
  readonly cids: readonly Uint8Array[]
  readonly answers: (Uint8Array | 'absent' | undefined)[]
  readonly source: Session
  lastAnswerMs: number
  readonly done: (outcome: 'answered' | 'failed') => void
}

export class NodeRequests {
  private readonly sources = new Set<Session>()
  /** Until when (ms) a source is not asked. */
  private readonly passedOver = new Map<Session, number>()
  private readonly distrusted = new Set<string>()
  private batch: Batch | undefined
  private nextRequest = 1
  private nowMs = 0
  private waiting: (() => void)[] = []
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
    if (this.batch?.source === session) this.finish('failed')
  }

  /** Its nodes were not what their CIDs say: nothing more is asked of it. */
  distrust(peer: string): void {
    if (this.distrusted.size >= MAX_DISTRUSTED) this.distrusted.clear()
    this.distrusted.add(peer)
    for (const session of this.sources) if (session.remote === peer) this.sourceLeft(session)
  }

  answered(session: Session, request: number, position: number, bytes: Uint8Array | undefined): void {
    const { batch } = this
    if (batch === undefined || batch.source !== session || batch.request !== request || position >= batch.cids.length)
      return
    batch.lastAnswerMs = this.nowMs
    batch.answers[position] = bytes ?? 'absent'
    if (batch.answers.every((answer) => answer !== undefined)) this.finish('answered')
  }

  tick(nowMs: number): void {
    this.nowMs = nowMs
    for (const [session, untilMs] of this.passedOver) {
      if (untilMs > nowMs) continue
      this.passedOver.delete(session)
      this.wake()
    }
    const { batch } = this
    if (batch === undefined) return
    if (batch.lastAnswerMs === 0) batch.lastAnswerMs = nowMs
    if (nowMs - batch.lastAnswerMs > NODE_TIMEOUT_MS) {
      // It may only be slow, and the only one: asked again, after everybody else.
      this.sources.delete(batch.source)
      if (!batch.source.ended) this.sources.add(batch.source)
      this.finish('failed')
    }
  }

  /** One fetch at a time. Yields each node as it is known; asks further sources for what is missing; ends only with all of them, or throws on abort. */
  async *fetch(cids: readonly CID[], signal?: AbortSignal): AsyncGenerator<{ cid: CID; bytes: Uint8Array }> {
    let missing = [...cids]
    while (missing.length > 0) {
      const asked = missing.slice(0, MAX_NODES_PER_WANT)
      const source = await this.source(signal)
      const answers = await this.ask(source, asked, signal)
      const absent = new Set<CID>()
      for (const [position, cid] of asked.entries()) {
        const bytes = answers[position]
        if (bytes === undefined || bytes === 'absent') absent.add(cid)
        else {
          this.lastSource = source.remote
          yield { cid, bytes }
        }
      }
      if (absent.size === asked.length) this.passOver(source)
      missing = [...absent, ...missing.slice(asked.length)]
    }
  }

  private async source(signal?: AbortSignal): Promise<Session> {
    for (;;) {
      signal?.throwIfAborted()
      for (const session of this.sources) if (!session.ended && !this.passedOver.has(session)) return session
      const { promise, resolve } = Promise.withResolvers<void>()
      const abort = () => resolve()
      this.waiting.push(resolve)
      signal?.addEventListener('abort', abort, { once: true })
      await promise
      signal?.removeEventListener('abort', abort)
    }
  }

  private async ask(
    source: Session,
    cids: readonly CID[],
    signal?: AbortSignal,
  ): Promise<readonly (Uint8Array | 'absent' | undefined)[]> {
    const request = this.nextRequest++
    const bytes = cids.map((cid) => cid.bytes)
    const { promise, resolve } = Promise.withResolvers<'answered' | 'failed'>()
    const batch: Batch = {
      request,
      cids: bytes,
      answers: new Array(cids.length).fill(undefined),
      source,
      lastAnswerMs: this.nowMs,
      done: resolve,
    }
    this.batch = batch
    const abort = () => this.finish('failed')
    signal?.addEventListener('abort', abort, { once: true })
    source.send({ wantNodes: { request, cids: bytes } })
    await promise
    signal?.removeEventListener('abort', abort)
    signal?.throwIfAborted()
    return batch.answers
  }

  private passOver(source: Session): void {
    if (this.sources.has(source)) this.passedOver.set(source, this.nowMs + PASS_OVER_MS)
  }

  private finish(outcome: 'answered' | 'failed'): void {
    const { batch } = this
    this.batch = undefined
    batch?.done(outcome)
  }

  private wake(): void {
    const waiting = this.waiting
    this.waiting = []
    for (const resolve of waiting) resolve()
  }
}
