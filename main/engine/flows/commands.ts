/**
 * The commands of the contract that change a share, each in a few lines: check what was asked, change it, say what is so
 * now. Commands on one share take turns [FL1]. Everything long is elsewhere: imports.ts, live.ts, the store.
 */
import type { LimitInput, StartInput } from '../../../shared/contract/engine-api.ts'
import { ShoalError } from '../../../shared/contract/errors.ts'
import type { Priority } from '../../../shared/contract/model.ts'
import { parseLink } from '../content/link.ts'
import { LinkError } from '../content/link-error.ts'
import { ManifestError } from '../content/manifest-error.ts'
import { checkRoot } from '../content/read-manifest.ts'
import { shareName } from '../content/safe-name.ts'
import { GoodbyeCode } from '../exchange/exchange.pb.js'
import type { ShareRow } from '../store/shares.ts'
import { WrittenLog } from '../store/written-log.ts'
import { peerIdOf } from './addresses.ts'
import { changeDestination } from './change-destination.ts'
import { chosenFolder } from './chosen-folder.ts'
import type { EngineContext } from './context.ts'
import { deleteData } from './delete-data.ts'
import * as lines from './log-lines.ts'
import type { OneAtATime } from './one-at-a-time.ts'
import { writtenFolder } from './profile-paths.ts'
import { recallManifest } from './recall.ts'
import { coversSelection, selectionOf } from './selection.ts'
import { wholeBytes } from './settings-values.ts'
import type { Share } from './share.ts'
import type { ShareBook } from './shares.ts'

/** Addresses kept of the links that a share was opened with; the newest come first. */
const MAX_LINK_PEERS = 64

export class Commands {
  private readonly context: EngineContext
  private readonly shares: ShareBook
  private readonly turns: OneAtATime
  private readonly onRemoved: (root: string) => void

  constructor(context: EngineContext, shares: ShareBook, turns: OneAtATime, onRemoved: (root: string) => void) {
    this.context = context
    this.shares = shares
    this.turns = turns
    this.onRemoved = onRemoved
  }

  async openLink(text: string, signal?: AbortSignal): Promise<Share> {
    const link = parse(text)
    const key = link.root.toString()
    return this.turns.run(
      key,
      async () => {
        const known = this.shares.find(key)
        if (known !== undefined) {
          const linkPeers = [...new Set([...link.peers, ...known.row.linkPeers])].slice(0, MAX_LINK_PEERS)
          if (linkPeers.some((address) => !known.row.linkPeers.includes(address))) known.update({ linkPeers })
          // What is shared in place needs nobody.
          if (known.row.origin === 'fetched') known.sources.addFromLink(link.peers)
          return known
        }
        const row: ShareRow = {
          root: key,
          name: shareName(link.name, link.root),
          origin: 'fetched',
          paused: false,
          complete: false,
          sequential: false,
          priority: 'normal',
          linkPeers: [...link.peers],
          ignore: [],
          addedAt: Date.now(),
          receivedBytes: 0,
          sentBytes: 0,
          corruptBytes: 0,
          ...(link.sizeBytes === undefined ? {} : { claimedBytes: link.sizeBytes }),
        }
        this.context.store.shares.put(row)
        const share = this.shares.add(link.root, row)
        this.context.log({ root: key, ...lines.shareAdded('link') })
        share.begin()
        return share
      },
      signal,
    )
  }

  start({ root, destination, select, sequential }: StartInput, signal?: AbortSignal): Promise<Share> {
    return this.change(root, signal, async (share) => {
      if (share.row.origin === 'in-place')
        throw new ShoalError('NOT_ALLOWED', 'This is shared from your own files; there is nothing to fetch.', { root })
      const folder = chosenFolder(share, destination)
      const wanted = select === undefined ? undefined : { select: selectionOf(select, await this.manifestOf(share)) }
      const moves = share.row.destination !== undefined && folder !== share.row.destination
      if (moves) await changeDestination(share, folder)
      share.update({ destination: folder, ...(sequential === undefined ? {} : { sequential }) })
      if (sequential !== undefined) applyOrder(share)
      if (wanted !== undefined) await this.want(share, wanted.select)
      if (share.phase === 'failed' || moves) share.begin()
      share.wakeStarted()
    })
  }

  select(root: string, select: readonly number[], signal?: AbortSignal): Promise<Share> {
    return this.change(root, signal, async (share) => {
      if (share.row.origin === 'in-place')
        throw new ShoalError('NOT_ALLOWED', 'All files of your own share are shared.', { root })
      await this.want(share, selectionOf(select, await this.manifestOf(share)))
    })
  }

  pause(root: string, signal?: AbortSignal): Promise<Share> {
    return this.change(root, signal, async (share) => {
      if (!share.row.paused) this.context.log({ root, ...lines.sharePaused() })
      share.update({ paused: true })
      await share.end(GoodbyeCode.SHARE_REMOVED, 'paused')
      await this.context.silence(share.root)
    })
  }

  resume(root: string, signal?: AbortSignal): Promise<Share> {
    return this.change(root, signal, async (share) => {
      if (share.row.paused) this.context.log({ root, ...lines.shareResumed() })
      share.update({ paused: false })
      share.begin()
    })
  }

  async remove(root: string, withData: boolean, signal?: AbortSignal): Promise<void> {
    await this.change(root, signal, async (share) => {
      const { context } = this
      share.retired = true
      await share.end(GoodbyeCode.SHARE_REMOVED, 'removed here')
      await context.silence(share.root)
      if (share.row.origin === 'fetched') {
        try {
          // Should we die in the middle, it must not fetch again what was being deleted.
          if (!share.row.paused) share.update({ paused: true })
          await deleteData(share, withData, context)
        } catch (error) {
          share.retired = false
          throw error
        }
        WrittenLog.remove(writtenFolder(context), root)
      }
      context.store.shares.delete(root)
      this.shares.delete(root)
      context.log({ root, ...lines.shareRemoved(withData) })
      this.onRemoved(root)
    })
  }

  async setSequential(root: string, sequential: boolean): Promise<Share> {
    return this.change(root, undefined, async (share) => {
      share.update({ sequential })
      applyOrder(share)
    })
  }

  /** Its part where shares compete; takes effect with the next chunk. */
  setPriority(root: string, priority: Priority): Promise<Share> {
    return this.change(root, undefined, async (share) => {
      share.update({ priority })
      this.context.slotsChanged()
    })
  }

  /** The limits of one share; those of all together are settings. */
  async limitShare(root: string, { down, up }: LimitInput): Promise<void> {
    const nowMs = this.context.clock.now()
    const share = this.shares.get(root)
    const { downBucket, upBucket } = share
    if (down !== undefined) downBucket.setRate(wholeBytes(down), nowMs)
    if (up !== undefined) upBucket.setRate(wholeBytes(up), nowMs)
    share.update({ limitDown: downBucket.rate, limitUp: upBucket.rate })
  }

  async block(peer: string, blocked: boolean): Promise<void> {
    const { node, routing } = this.context
    const id = peerIdOf(peer)
    if (id.equals(node.peerId)) throw new ShoalError('BAD_INPUT', 'This is the peer id of this node.', { peer })
    if (!blocked) {
      node.unblock(id)
      return
    }
    await node.block(id, 'blocked by the user')
    routing.book.forget(id)
    this.shares.forgetPeer(id.toString())
  }

  /** One after another for each share; what is left to do when the engine stops is not done. */
  private change(root: string, signal: AbortSignal | undefined, job: (share: Share) => Promise<void>): Promise<Share> {
    const turn = async () => {
      const share = this.shares.get(root)
      await job(share)
      return share
    }
    return this.turns.run(root, turn, signal)
  }

  /** Of a share that is complete it is on record, even if nobody has read it yet. */
  private async manifestOf(share: Share): Promise<Share['manifest']> {
    return share.row.complete ? recallManifest(share) : share.manifest
  }

  /** Other files are wanted. What is there and not wanted any more stays: it is the user's. */
  private async want(share: Share, select: number[] | undefined): Promise<void> {
    const { manifest } = share
    if (!share.row.complete || manifest === undefined) {
      share.update({ select })
      share.onWantedChanged?.()
      return
    }
    // In one step: a complete share that lacks files would never fetch them.
    this.context.store.database.durable(() => {
      share.update({ select })
      const present = this.context.store.files.all(share.key)
      if (!coversSelection(share, manifest, present)) share.update({ complete: false })
    })
    if (!share.row.complete) await share.restart()
  }
}

function applyOrder({ exchange, row }: Share): void {
  if (exchange.state !== undefined) exchange.state.sequential = row.sequential
}

function parse(text: string): ReturnType<typeof parseLink> {
  try {
    const link = parseLink(text)
    checkRoot(link.root)
    return link
  } catch (error) {
    if (error instanceof LinkError || error instanceof ManifestError) {
      throw new ShoalError('LINK_INVALID', error.message, { reason: error.code })
    }
    throw error
  }
}
