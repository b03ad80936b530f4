/**
 * One share of this profile, from the moment it is asked for until it is removed: its row in the store, its exchange
 * with peers, and its life, a coroutine that resolves the manifest, fetches what is wanted and seeds what is there
 * (live.ts). Pausing ends the life, resuming begins it again; everything it needs is on disk, so a restart of the
 * process is the same as a resume. One life at a time: the next begins when the last has brought its bytes to disk.
 * SPEC: [FL1], [FL2].
 */
import type { CID } from 'multiformats/cid'
import type { Announcement, ShareState, Trouble } from '../../../shared/contract/model.ts'
import type { Bitfield } from '../content/bitfield.ts'
import type { Manifest } from '../content/manifest.ts'
import { GoodbyeCode } from '../exchange/exchange.pb.js'
import { type ShareEvent, ShareExchange } from '../exchange/share-exchange.ts'
import { whenTaken } from '../network/taken-plaintext.ts'
import type { ShareChange, ShareRow } from '../store/shares.ts'
import { weightOf } from '../swarm/priority.ts'
import { TokenBucket } from '../swarm/token-bucket.ts'
import { ChunkWatch } from './chunk-watch/chunk-watch.ts'
import { CLIENT, type EngineContext } from './context.ts'
import { Departures } from './departures.ts'
import { HaveBytes } from './have-bytes.ts'
import * as lines from './log-lines.ts'
import { Sources } from './sources.ts'

/** What the life is doing; `paused` and troubles are laid over it by `state`. */
export type Phase = 'resolving' | 'ready' | 'fetching' | 'finishing' | 'seeding' | 'failed'

/** Indices of files; undefined: all. */
export type Wanted = { readonly select?: readonly number[] | undefined }

/** What a share does and what becomes of its events: live.ts and share-events.ts, told by the book that keeps it. */
export interface ShareRoles {
  live(share: Share, signal: AbortSignal): Promise<void>
  onEvent(share: Share, event: ShareEvent): void
  /** Its summary has changed. */
  onChanged(share: Share): void
}

export class Share {
  readonly root: CID
  readonly key: string
  readonly context: EngineContext
  readonly exchange: ShareExchange
  readonly sources: Sources
  readonly downBucket: TokenBucket
  readonly upBucket: TokenBucket
  readonly haveBytes = new HaveBytes()
  readonly chunks = new ChunkWatch()
  readonly departures = new Departures()
  row: ShareRow
  manifest: Manifest | undefined
  have: Bitfield | undefined
  phase: Phase = 'resolving'
  trouble: Trouble | undefined
  /** A trouble stops the fetching until it is over. */
  isStopped = false
  /** It is being removed: no life begins any more. */
  retired = false
  /** Counters of this run that the row contains already. */
  savedReceivedBytes = 0
  savedSentBytes = 0
  savedCorruptBytes = 0
  /** Reads chunk 0 of a share that is one raw block, which is also its manifest. */
  readRawRoot: (() => Promise<Uint8Array | undefined>) | undefined
  /** Set by the life while it fetches or seeds. */
  onWriteFailed: ((error: unknown) => void) | undefined
  onReadFailed: ((error: unknown) => void) | undefined
  onComplete: (() => void) | undefined
  /** Other files are wanted now. */
  onWantedChanged: (() => void) | undefined
  /** Something has happened to the files that it is served from. */
  onFilesTouched: (() => void) | undefined
  private readonly roles: ShareRoles
  private life: AbortController | undefined
  private lifeEnded: Promise<void> = Promise.resolve()
  private wakeStart: (() => void) | undefined
  private known = Promise.withResolvers<void>()

  constructor(context: EngineContext, root: CID, row: ShareRow, roles: ShareRoles) {
    this.context = context
    this.roles = roles
    this.root = root
    this.key = row.root
    this.row = row
    this.downBucket = new TokenBucket(row.limitDown)
    this.upBucket = new TokenBucket(row.limitUp)
    const own = context.node.peerId.toString()
    this.exchange = new ShareExchange({
      clock: context.clock,
      random: Math.random,
      root: root.bytes.slice(),
      client: CLIENT,
      get nodeName() {
        return context.nodeName
      },
      shareName: () => this.row.name,
      isSmallerThan: (peer) => own < peer,
      whenTaken,
      readNode: (cid) => this.readNode(cid),
      upBuckets: [context.upBucket, this.upBucket],
      upLine: context.upLine,
      downBuckets: [context.downBucket, this.downBucket],
      downQueue: context.downQueue,
      weight: () => weightOf(this.row.priority),
      tap: this.chunks.tap,
      slotsChanged: () => context.slotsChanged(),
      emit: (event) => roles.onEvent(this, event),
    })
    this.sources = new Sources(context, this.exchange)
  }

  get state(): ShareState {
    if (this.phase === 'failed') return 'failed'
    if (this.row.paused) return 'paused'
    if (this.phase === 'fetching') return this.isStopped ? 'paused' : 'downloading'
    return this.phase
  }

  get isAlive(): boolean {
    return this.life !== undefined
  }

  /** Whether others may open an exchange for it. */
  get isOpen(): boolean {
    return this.life !== undefined && this.phase !== 'failed'
  }

  /** When its life knows what it contains and has gone on to the next phase, or has ended. */
  get resolved(): Promise<void> {
    return this.known.promise
  }

  begin(): void {
    if (this.life !== undefined || this.row.paused || this.retired) return
    const life = new AbortController()
    const known = Promise.withResolvers<void>()
    this.life = life
    this.known = known
    this.phase = 'resolving'
    this.isStopped = false
    this.trouble = undefined
    this.sources.start()
    this.lifeEnded = this.lifeEnded.then(() => this.run(life)).finally(() => known.resolve())
    this.publish()
  }

  /** Ends the life: sessions are closed, everything is flushed. Waits for a life that is ending already. */
  async end(code: GoodbyeCode, text: string): Promise<void> {
    const { life } = this
    this.life = undefined
    if (life !== undefined) {
      life.abort()
      this.letGo(code, text)
    }
    await this.lifeEnded
    // What was in trouble is not looked at any more; to say that it is over would be a guess.
    if (this.life === undefined && this.phase !== 'failed') this.trouble = undefined
    this.saveCounters()
    this.publish()
  }

  async restart(): Promise<void> {
    await this.end(GoodbyeCode.SHUTTING_DOWN, 'restarting')
    this.begin()
  }

  private async run(life: AbortController): Promise<void> {
    try {
      if (!life.signal.aborted) await this.roles.live(this, life.signal)
    } catch (error) {
      if (!life.signal.aborted) this.failed(error)
    }
    if (this.life !== life) return
    // It ended by itself: nothing is fetched or served, and nobody is looked for.
    this.life = undefined
    life.abort()
    this.letGo(GoodbyeCode.SHARE_REMOVED, 'not served any more')
    this.context.silence(this.root)
    this.publish()
  }

  /** A bug of ours must not take the process with it; the share says that it stopped. */
  private failed(error: unknown): void {
    this.context.logger.error({ root: this.key, error: String(error) }, 'a share stopped unexpectedly')
    this.phase = 'failed'
    const message = `Stopped by an internal error (${String(error)}). Resume it to try again.`
    const facts = { cause: 'internal', detail: String(error) }
    this.setTrouble({ code: 'destination-io', message, sinceAt: Date.now(), facts })
  }

  private letGo(code: GoodbyeCode, text: string): void {
    this.sources.stop()
    this.exchange.stopDownload()
    this.exchange.close(code, text)
  }

  /** Resolves once the user has said where to put it. */
  async started(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.row.destination !== undefined) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.wakeStart = resolve
    signal.addEventListener('abort', () => resolve(), { once: true })
    await promise
    this.wakeStart = undefined
    signal.throwIfAborted()
  }

  wakeStarted(): void {
    this.wakeStart?.()
  }

  enter(phase: Phase): void {
    this.phase = phase
    if (phase !== 'resolving') this.known.resolve()
    this.publish()
  }

  update(change: ShareChange): void {
    this.row = this.context.store.shares.update(this.key, change)
    this.publish()
  }

  setTrouble(trouble: Trouble | undefined): void {
    const before = this.trouble
    if (before?.code === trouble?.code && before?.message === trouble?.message) return
    this.trouble = trouble
    if (trouble !== undefined) this.context.log({ root: this.key, ...lines.troubleBegan(trouble) })
    else if (before !== undefined) this.context.log({ root: this.key, ...lines.troubleOver(before.code) })
    this.publish()
  }

  /** Its summary is published soon. */
  publish(): void {
    this.roles.onChanged(this)
  }

  /** Chunks of the selected files. */
  *wantedChunks({ select }: Wanted = this.row): Generator<number> {
    const { manifest } = this
    if (manifest === undefined) return
    for (const index of select ?? manifest.files.keys()) {
      const file = manifest.files[index]
      if (file === undefined) continue
      for (let chunk = file.firstChunk; chunk < file.firstChunk + file.chunkCount; chunk++) yield chunk
    }
  }

  announcements(): Announcement[] {
    return this.context.routing.reprovider.announcements(this.root)
  }

  /** Adds what moved in this run to the stored totals; counters may be lost by a power failure. */
  saveCounters(): void {
    const { exchange, row } = this
    const received = exchange.down.total - this.savedReceivedBytes
    const sent = exchange.up.total - this.savedSentBytes
    const corrupt = exchange.corruptBytes - this.savedCorruptBytes
    if (received === 0 && sent === 0 && corrupt === 0) return
    try {
      this.row = this.context.store.shares.update(this.key, {
        receivedBytes: row.receivedBytes + received,
        sentBytes: row.sentBytes + sent,
        corruptBytes: row.corruptBytes + corrupt,
      })
    } catch (error) {
      this.context.logger.warn({ root: this.key, error: String(error) }, 'could not save counters')
      return
    }
    this.savedReceivedBytes += received
    this.savedSentBytes += sent
    this.savedCorruptBytes += corrupt
  }

  private async readNode(bytes: Uint8Array): Promise<Uint8Array | undefined> {
    const { root } = this
    if (Buffer.compare(bytes, root.bytes) === 0 && this.readRawRoot !== undefined) return this.readRawRoot()
    try {
      return this.context.store.nodes.getOwned(this.key, bytes)
    } catch {
      return undefined
    }
  }
}
