/**
 * One share of this profile, from the moment it is asked for until it is removed: its row in the store, its exchange
 * with peers, and its life, a coroutine that resolves the manifest, fetches what is wanted and seeds what is there
 * (live.ts). Pausing ends the life, resuming begins it again; everything it needs is on disk, so a restart of the
 * process is the same as a resume.
 */
import type { CID } from 'multiformats/cid'
import type { Announcement, ShareState, Trouble } from '../../../shared/contract/model.ts'
import type { Bitfield } from '../content/bitfield.ts'
import { formatLink, LINK_PEER_LIMIT } from '../content/link.ts'
import type { Manifest } from '../content/manifest.ts'
import { GoodbyeCode } from '../exchange/exchange.pb.js'
import { type ShareEvent, ShareExchange } from '../exchange/share-exchange.ts'
import type { ShareChange, ShareRow } from '../store/shares.ts'
import { TokenBucket } from '../swarm/token-bucket.ts'
import { CLIENT, type EngineContext } from './context.ts'
import { Sources } from './sources.ts'

/** What the life is doing; `paused` and troubles are laid over it by `state`. */
export type Phase = 'resolving' | 'ready' | 'fetching' | 'finishing' | 'seeding' | 'failed'

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
  row: ShareRow
  manifest: Manifest | undefined
  have: Bitfield | undefined
  phase: Phase = 'resolving'
  trouble: Trouble | undefined
  /** Counters of this run, added to the row's when saved. */
  savedReceivedBytes = 0
  savedSentBytes = 0
  savedCorruptBytes = 0
  /** Reads chunk 0 of a share that is one raw block, which is also its manifest. */
  readRawRoot: (() => Promise<Uint8Array | undefined>) | undefined
  /** Set by the life while it fetches: a write failed, or what is wanted has changed. */
  onWriteFailed: ((error: unknown) => void) | undefined
  onReadFailed: ((error: unknown) => void) | undefined
  onComplete: (() => void) | undefined
  onWantedChanged: (() => void) | undefined
  /** Ends the search for sources: the share is complete. */
  stopFinding: () => void = () => {}
  private readonly roles: ShareRoles
  private life: AbortController | undefined
  private lifeEnded: Promise<void> = Promise.resolve()
  private startWaiters: (() => void)[] = []
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
      nodeName: context.nodeName,
      shareName: () => this.row.name,
      isSmallerThan: (peer) => own < peer,
      readNode: (cid) => this.readNode(cid),
      upBuckets: [context.upBucket, this.upBucket],
      downBuckets: [context.downBucket, this.downBucket],
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

  /** A trouble stops the fetching until it is over. */
  isStopped = false

  get isAlive(): boolean {
    return this.life !== undefined
  }

  /** Whether others may open an exchange for it. */
  get isOpen(): boolean {
    return this.life !== undefined && this.phase !== 'failed'
  }

  begin(): void {
    if (this.life !== undefined || this.row.paused) return
    const life = new AbortController()
    this.life = life
    this.known = Promise.withResolvers()
    const { resolve } = this.known
    this.sources.start()
    this.lifeEnded = this.roles
      .live(this, life.signal)
      .finally(resolve)
      .catch((error: unknown) => {
        if (life.signal.aborted) return
        // A bug of ours must not take the process with it; the share says that it stopped.
        this.context.logger.error({ root: this.key, error: String(error) }, 'a share stopped unexpectedly')
        this.phase = 'failed'
        this.setTrouble({
          code: 'destination-io',
          message: `Stopped by an internal error: ${String(error)}`,
          sinceAt: Date.now(),
        })
      })
    this.publish()
  }

  /** Ends the life: sessions are closed, everything is flushed. */
  async end(code: GoodbyeCode, text: string): Promise<void> {
    const { life } = this
    if (life === undefined) return
    this.life = undefined
    life.abort()
    this.sources.stop()
    this.exchange.stopDownload()
    this.exchange.close(code, text)
    await this.lifeEnded
    this.saveCounters()
  }

  async pause(): Promise<void> {
    this.update({ paused: true })
    await this.end(GoodbyeCode.SHARE_REMOVED, 'paused')
    this.publish()
  }

  resume(): void {
    this.update({ paused: false })
    this.begin()
  }

  async restart(): Promise<void> {
    await this.end(GoodbyeCode.SHUTTING_DOWN, 'restarting')
    this.begin()
  }

  /** Resolves once the user has said where to put it. */
  async started(signal: AbortSignal): Promise<void> {
    while (this.row.destination === undefined) {
      signal.throwIfAborted()
      await new Promise<void>((resolve) => {
        this.startWaiters.push(resolve)
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
    }
    signal.throwIfAborted()
  }

  wakeStarted(): void {
    const waiters = this.startWaiters
    this.startWaiters = []
    for (const wake of waiters) wake()
  }

  /** When its life knows what it contains and has gone on to the next phase, or has ended. */
  get resolved(): Promise<void> {
    return this.known.promise
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
    if (trouble !== undefined) this.context.log({ kind: 'trouble', root: this.key, text: trouble.message })
    else this.context.log({ kind: 'trouble-over', root: this.key, text: 'The trouble is over.' })
    this.publish()
  }

  /** Set by engine.ts; publishes the share's summary soon. */
  publish: () => void = () => {};

  /** Chunks of the selected files. */
  *wantedChunks(): Generator<number> {
    const { manifest } = this
    if (manifest === undefined) return
    const files = this.row.select ?? manifest.files.keys()
    for (const index of files) {
      const file = manifest.files[index]
      if (file === undefined) continue
      for (let chunk = file.firstChunk; chunk < file.firstChunk + file.chunkCount; chunk++) yield chunk
    }
  }

  announcements(): Announcement[] {
    return this.context.routing.reprovider.announcements(this.root)
  }

  link(): string {
    const sizeBytes = this.manifest?.totalBytes ?? this.row.claimedBytes
    const own = this.context.node.addresses().map(String)
    return formatLink({
      root: this.root,
      name: this.row.name,
      peers: own.slice(0, LINK_PEER_LIMIT),
      ...(sizeBytes === undefined ? {} : { sizeBytes }),
    })
  }

  /** Adds what moved in this run to the stored totals; counters may be lost by a power failure. */
  saveCounters(): void {
    const { exchange, row } = this
    const received = exchange.down.total - this.savedReceivedBytes
    const sent = exchange.up.total - this.savedSentBytes
    const corrupt = exchange.corruptBytes - this.savedCorruptBytes
    if (received === 0 && sent === 0 && corrupt === 0) return
    this.savedReceivedBytes += received
    this.savedSentBytes += sent
    this.savedCorruptBytes += corrupt
    try {
      this.row = this.context.store.shares.update(this.key, {
        receivedBytes: row.receivedBytes + received,
        sentBytes: row.sentBytes + sent,
        corruptBytes: row.corruptBytes + corrupt,
      })
    } catch (error) {
      this.context.logger.warn({ root: this.key, error: String(error) }, 'could not save counters')
    }
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
