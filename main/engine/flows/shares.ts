/** All shares of the profile: kept by root, begun at start, ended at stop, ticked meanwhile. */
import type { Connection } from '@libp2p/interface'
import { CID } from 'multiformats/cid'
import { ShoalError } from '../../../shared/contract/errors.ts'
import { GoodbyeCode } from '../exchange/exchange.pb.js'
import type { ShareRow } from '../store/shares.ts'
import type { EngineContext } from './context.ts'
import { live } from './live.ts'
import { recall } from './recall.ts'
import { Share } from './share.ts'
import { onShareEvent } from './share-events.ts'

/** How often exchanges are driven, in ms: the finest grain of liveness and takeovers. */
const TICK_MS = 100

export class ShareBook {
  /** What shares that are gone have moved in this run: the totals of the node never fall. */
  readonly gone = { receivedBytes: 0, sentBytes: 0 }
  private readonly byRoot = new Map<string, Share>()
  private readonly context: EngineContext
  private readonly onChanged: (share: Share) => void
  private cancelTick = () => {}
  private readonly stops: (() => void)[] = []
  private recalling: Promise<void> = Promise.resolve()

  constructor(context: EngineContext, onChanged: (share: Share) => void) {
    this.context = context
    this.onChanged = onChanged
  }

  [Symbol.iterator](): Iterator<Share> {
    return this.byRoot.values()
  }

  start(): void {
    for (const row of this.context.store.shares.list()) {
      try {
        this.add(CID.parse(row.root), row)
      } catch (error) {
        this.context.logger.error({ root: row.root, reason: String(error) }, 'a stored share is not understood')
      }
    }
    // Downloads first: they wait for nothing but others.
    const shares = [...this.byRoot.values()]
    for (const share of shares) if (!share.row.complete) share.begin()
    for (const share of shares) share.begin()
    this.recalling = this.recall(shares.filter((share) => share.row.paused))
    this.stops.push(
      this.context.node.shoalPeers.onJoin((peer) => {
        for (const share of this.byRoot.values()) share.sources.connected(peer.toString())
      }),
    )
    const { libp2p, shoalPeers } = this.context.node
    // A relayed connection became a direct one: that peer has joined before, and can be used only now.
    const onConnection = ({ detail }: CustomEvent<Connection>) => {
      if (detail.limits !== undefined || !shoalPeers.has(detail.remotePeer)) return
      for (const share of this.byRoot.values()) share.sources.connected(detail.remotePeer.toString())
    }
    libp2p.addEventListener('connection:open', onConnection)
    this.stops.push(() => libp2p.removeEventListener('connection:open', onConnection))
    const tick = () => {
      this.cancelTick = this.context.clock.after(TICK_MS, tick)
      for (const share of this.byRoot.values()) {
        if (!share.isAlive) continue
        share.exchange.tick()
        share.sources.tick()
      }
    }
    this.cancelTick = this.context.clock.after(TICK_MS, tick)
  }

  async stop(): Promise<void> {
    this.cancelTick()
    for (const stop of this.stops.splice(0)) stop()
    const shares = [...this.byRoot.values()]
    for (const share of shares) share.retired = true
    await Promise.all(shares.map((share) => share.end(GoodbyeCode.SHUTTING_DOWN, 'shutting down')))
    await this.recalling
  }

  /** A peer of which nothing more is wanted. */
  forgetPeer(peer: string): void {
    for (const share of this.byRoot.values()) share.sources.forget(peer)
  }

  find(root: string): Share | undefined {
    return this.byRoot.get(root)
  }

  /** A share that others may open, by binary root CID. */
  findOpen(root: Uint8Array): Share | undefined {
    try {
      const share = this.byRoot.get(CID.decode(root).toString())
      return share?.isOpen === true ? share : undefined
    } catch {
      return undefined
    }
  }

  get(root: string): Share {
    const share = this.byRoot.get(root)
    if (share === undefined)
      throw new ShoalError('NOT_FOUND', `There is no share ${root}. List them with shoal ls.`, { root })
    return share
  }

  /** Takes a stored row into the book; does not begin its life. */
  add(root: CID, row: ShareRow): Share {
    const share = new Share(this.context, root, row, { live, onEvent: onShareEvent, onChanged: this.onChanged })
    this.byRoot.set(share.key, share)
    return share
  }

  /** Its life has ended. */
  delete(root: string): void {
    const share = this.byRoot.get(root)
    if (share === undefined) return
    this.byRoot.delete(root)
    this.gone.receivedBytes += share.exchange.down.total
    this.gone.sentBytes += share.exchange.up.total
  }

  private async recall(shares: readonly Share[]): Promise<void> {
    for (const share of shares) {
      try {
        if (!share.retired) await recall(share)
      } catch (error) {
        this.context.logger.warn({ root: share.key, reason: String(error) }, 'a paused share could not be recalled')
      }
    }
  }
}
