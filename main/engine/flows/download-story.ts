/**
 * What the event log tells of one download from its beginning to its end: what is to be fetched, or what was kept from
 * before, and what it came to. It looks and counts; the download does not need it. SPEC: [FL15].
 */
import type { Bitfield } from '../content/bitfield.ts'
import type { Manifest } from '../content/manifest.ts'
import { downloadComplete, downloadResumed, downloadStarted, type Line } from './log-lines.ts'
import { wantedBytesOf } from './selection.ts'
import type { Share } from './share.ts'

export class DownloadStory {
  private readonly share: Share
  private readonly manifest: Manifest
  private readonly beganMs: number
  private told = false

  constructor(share: Share, manifest: Manifest) {
    this.share = share
    this.manifest = manifest
    this.beganMs = share.context.clock.now()
  }

  /** The unfinished download is open. Told once: what happens after a trouble is told by the trouble. */
  opened(have: Bitfield, lost: number): void {
    const { share, manifest } = this
    if (this.told) return
    this.told = true
    if (have.isEmpty && lost === 0) this.tell(downloadStarted(this.wanted()))
    else {
      const bytes = share.haveBytes.of(manifest, have)
      this.tell(downloadResumed({ chunks: have.count, chunkCount: manifest.chunkCount, bytes, lost }))
    }
  }

  complete(): void {
    const { share } = this
    const durationMs = Math.round(share.context.clock.now() - this.beganMs)
    const all = share.row.select === undefined
    this.tell(downloadComplete(all, { ...this.wanted(), durationMs, peers: share.chunks.record.supplierCount }))
  }

  private wanted(): { files: number; bytes: number } {
    const { manifest, share } = this
    return { files: share.row.select?.length ?? manifest.files.length, bytes: wantedBytesOf(manifest, share.row) }
  }

  private tell(line: Line): void {
    this.share.context.log({ root: this.share.key, ...line })
  }
}
