/**
 * The commands of the contract, each in a few lines: check what was asked, change the share or the node, say what is
 * so now. Everything long is elsewhere: import-job.ts, live.ts, the store.
 */
import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { ImportInput, LimitInput, StartInput } from '../../../shared/contract/engine-api.ts'
import { ShoalError } from '../../../shared/contract/errors.ts'
import type { ImportJob } from '../../../shared/contract/model.ts'
import { parseLink } from '../content/link.ts'
import { LinkError } from '../content/link-error.ts'
import { ManifestError } from '../content/manifest-error.ts'
import { checkRoot } from '../content/read-manifest.ts'
import { shareName } from '../content/safe-name.ts'
import { GoodbyeCode } from '../exchange/exchange.pb.js'
import type { ShareRow } from '../store/shares.ts'
import { WrittenLog } from '../store/written-log.ts'
import { addressOf, peerIdOf, peerIn } from './connect.ts'
import type { EngineContext } from './context.ts'
import { deleteData } from './delete-data.ts'
import { ImportRun } from './import-job.ts'
import { writtenFolder } from './profile-paths.ts'
import type { Share } from './share.ts'
import type { ShareBook } from './shares.ts'

/** Imports running or waiting to be looked at. */
const MAX_JOBS = 64
const GLOBAL_LIMITS = 'limits'

export class Commands {
  readonly jobs = new Map<string, ImportRun>()
  private readonly context: EngineContext
  private readonly shares: ShareBook
  private readonly onRemoved: (root: string) => void
  private readonly running = new Set<Promise<void>>()

  constructor(context: EngineContext, shares: ShareBook, onRemoved: (root: string) => void) {
    this.context = context
    this.shares = shares
    this.onRemoved = onRemoved
  }

  async stop(): Promise<void> {
    for (const run of this.jobs.values()) run.abort.abort()
    await Promise.all(this.running)
  }

  async importPath({ path: input, ignore = [] }: ImportInput): Promise<ImportJob> {
    if (!path.isAbsolute(input)) throw new ShoalError('BAD_INPUT', `${input} is not an absolute path.`, { path: input })
    try {
      await stat(input)
    } catch (error) {
      throw new ShoalError(
        'PATH_MISSING',
        `${input} is not there, or may not be looked at.`,
        { path: input },
        { cause: error },
      )
    }
    this.forgetOldJobs()
    const run = new ImportRun(this.context, input, ignore)
    this.jobs.set(run.job.job, run)
    this.context.publish({ type: 'job', value: run.job })
    const whole = this.finishImport(run).finally(() => this.running.delete(whole))
    this.running.add(whole)
    return run.job
  }

  async cancelImport(job: string): Promise<void> {
    const run = this.jobs.get(job)
    if (run === undefined) throw new ShoalError('NOT_FOUND', 'There is no such import.', { job })
    run.abort.abort()
  }

  async openLink(text: string): Promise<Share> {
    const link = parse(text)
    const key = link.root.toString()
    const known = this.shares.find(key)
    if (known !== undefined) {
      const linkPeers = [...new Set([...known.row.linkPeers, ...link.peers])].slice(0, 64)
      if (linkPeers.length > known.row.linkPeers.length) {
        known.update({ linkPeers })
        for (const address of link.peers) this.tellSource(known, address)
      }
      return known
    }
    const row: ShareRow = {
      root: key,
      name: shareName(link.name, link.root),
      origin: 'fetched',
      paused: false,
      complete: false,
      sequential: false,
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
    this.context.log({ kind: 'share-added', root: key, text: 'A link was opened.' })
    share.begin()
    return share
  }

  async start({ root, destination, select, sequential }: StartInput): Promise<Share> {
    const share = this.shares.get(root)
    if (share.row.origin === 'in-place')
      throw new ShoalError('NOT_ALLOWED', 'This is shared from your own files; there is nothing to fetch.', { root })
    if (share.row.destination !== undefined && destination !== undefined && destination !== share.row.destination) {
      throw new ShoalError('NOT_ALLOWED', `It is already being fetched into ${share.row.destination}.`, { root })
    }
    const folder = share.row.destination ?? destination ?? this.context.options.downloadDir
    if (!path.isAbsolute(folder))
      throw new ShoalError('BAD_INPUT', `${folder} is not an absolute path.`, { path: folder })
    if (select !== undefined) checkSelection(share, select)
    const wasComplete = share.row.complete
    share.update({
      destination: folder,
      ...(select === undefined ? {} : { select }),
      ...(sequential === undefined ? {} : { sequential }),
    })
    if (wasComplete && select !== undefined) await this.select(root, select)
    share.wakeStarted()
    return share
  }

  async select(root: string, select: readonly number[]): Promise<Share> {
    const share = this.shares.get(root)
    if (share.row.origin === 'in-place')
      throw new ShoalError('NOT_ALLOWED', 'All files of your own share are shared.', { root })
    checkSelection(share, select)
    const { have, manifest } = share
    share.update({ select: [...new Set(select)].sort((a, b) => a - b) })
    if (share.row.complete && have !== undefined && manifest !== undefined) {
      const present = this.context.store.files.all(root)
      if (select.every((index) => present.has(index))) return share
      share.update({ complete: false })
      await share.restart()
      share.wakeStarted()
    } else share.onWantedChanged?.()
    return share
  }

  async pause(root: string): Promise<Share> {
    const share = this.shares.get(root)
    await share.pause()
    return share
  }

  async resume(root: string): Promise<Share> {
    const share = this.shares.get(root)
    if (share.phase === 'failed' && share.isAlive) await share.restart()
    share.resume()
    return share
  }

  async remove(root: string, withData: boolean): Promise<void> {
    const share = this.shares.get(root)
    await share.end(GoodbyeCode.SHARE_REMOVED, 'removed here')
    await this.context.routing.reprovider.withdraw(share.root).catch(() => {})
    if (share.row.origin === 'fetched') {
      await deleteData(share, withData, this.context)
      WrittenLog.remove(writtenFolder(this.context), root)
    }
    this.context.store.shares.delete(root)
    this.shares.delete(root)
    this.context.log({
      kind: 'share-removed',
      root,
      text: withData ? 'Removed, with what was downloaded.' : 'Removed from the list.',
    })
    this.onRemoved(root)
  }

  async setSequential(root: string, sequential: boolean): Promise<Share> {
    const share = this.shares.get(root)
    share.update({ sequential })
    if (share.exchange.state !== undefined) share.exchange.state.sequential = sequential
    return share
  }

  async limit({ root, down, up }: LimitInput): Promise<void> {
    const nowMs = this.context.clock.now()
    const share = root === undefined ? undefined : this.shares.get(root)
    const downBucket = share?.downBucket ?? this.context.downBucket
    const upBucket = share?.upBucket ?? this.context.upBucket
    if (down !== undefined) downBucket.setRate(down ?? undefined, nowMs)
    if (up !== undefined) upBucket.setRate(up ?? undefined, nowMs)
    if (share !== undefined) share.update({ limitDown: downBucket.rate, limitUp: upBucket.rate })
    else this.context.store.settings.set(GLOBAL_LIMITS, { down: downBucket.rate, up: upBucket.rate })
  }

  /** The limits of last time. */
  loadLimits(): void {
    const saved = this.context.store.settings.get(GLOBAL_LIMITS)
    if (typeof saved !== 'object' || saved === null) return
    const nowMs = this.context.clock.now()
    if ('down' in saved && typeof saved.down === 'number') this.context.downBucket.setRate(saved.down, nowMs)
    if ('up' in saved && typeof saved.up === 'number') this.context.upBucket.setRate(saved.up, nowMs)
  }

  async block(peer: string, blocked: boolean): Promise<void> {
    const id = peerIdOf(peer)
    if (!blocked) {
      this.context.node.unblock(id)
      return
    }
    await this.context.node.block(id, 'blocked by the user')
    this.context.routing.book.forget(id)
  }

  private tellSource(share: Share, address: string): void {
    const target = addressOf(address)
    const id = peerIn(target)
    if (id !== undefined) share.sources.add(id, [target], 'link')
  }

  private async finishImport(run: ImportRun): Promise<void> {
    const imported = await run.run()
    if (imported === undefined) return
    const key = imported.root.toString()
    const old = this.shares.find(key)
    if (old !== undefined) {
      await old.end(GoodbyeCode.SHUTTING_DOWN, 'shared anew')
      if (old.row.origin === 'fetched') {
        await deleteData(old, false, this.context)
        WrittenLog.remove(writtenFolder(this.context), key)
      }
      this.shares.delete(key)
    }
    const share = this.shares.add(imported.root, imported.row)
    if (old === undefined) this.context.log({ kind: 'share-added', root: key, text: 'A path was shared.' })
    share.begin()
    // Its size is in its link, and its files are open to others, once the job says that it is done.
    await share.resolved
    run.finished(key)
  }

  private forgetOldJobs(): void {
    for (const [id, run] of this.jobs) {
      if (this.jobs.size < MAX_JOBS) return
      if (run.job.state !== 'done' && run.job.state !== 'failed' && run.job.state !== 'cancelled') continue
      this.jobs.delete(id)
      this.context.publish({ type: 'job-removed', job: id })
    }
    if (this.jobs.size >= MAX_JOBS)
      throw new ShoalError('NOT_ALLOWED', `${MAX_JOBS} imports are running. Wait for one to end.`)
  }
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

function checkSelection(share: Share, select: readonly number[]): void {
  const files = share.manifest?.files.length
  const wrong = select.find((index) => !Number.isInteger(index) || index < 0 || (files !== undefined && index >= files))
  if (wrong !== undefined)
    throw new ShoalError('BAD_INPUT', `There is no file number ${wrong} in this share.`, { index: wrong })
}
