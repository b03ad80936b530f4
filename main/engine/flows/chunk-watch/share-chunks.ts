/**
 * The chunks of a running (or paused) share, as ChunkFacts: what is here, selected, asked for, and held by peers with a
 * session. Reads the share and its exchange at the moment it is asked; keeps the selection as bits. SPEC: [FL12].
 */
import { Bitfield } from '../../content/bitfield.ts'
import type { Manifest } from '../../content/manifest.ts'
import type { Download } from '../../transfer/download.ts'
import { heldBy } from '../held-by.ts'
import type { Share } from '../share.ts'
import type { ChunkFacts } from './chunk-facts.ts'

/** How often those who hold what are counted anew while there is no download to count them, in ms. */
const COUNT_EVERY_MS = 1_000

export class ShareChunks implements ChunkFacts {
  readonly chunkCount: number
  private readonly share: Share
  private readonly manifest: Manifest
  private readonly download: Download | undefined
  private row: Share['row']
  private select: readonly number[] | undefined
  /** undefined: all. */
  private selected: Bitfield | undefined
  private have: Bitfield | undefined
  private changes = 0

  constructor(share: Share, manifest: Manifest) {
    this.share = share
    this.manifest = manifest
    this.chunkCount = manifest.chunkCount
    this.download = share.exchange.state
    this.have = share.have
    this.row = share.row
    this.select = share.row.select
    this.selected = this.selectedChunks()
  }

  /** Whether this still looks at what runs. */
  isOf(share: Share, manifest: Manifest): boolean {
    return this.share === share && this.manifest === manifest && this.download === share.exchange.state
  }

  get heldCount(): number {
    return this.share.have?.count ?? 0
  }

  get version(): string {
    const { share, download } = this
    if (share.row !== this.row) {
      this.row = share.row
      if (!isSame(share.row.select, this.select)) {
        this.select = share.row.select
        this.selected = this.selectedChunks()
        this.changes += 1
      }
    }
    if (share.have !== this.have) {
      this.have = share.have
      this.changes += 1
    }
    const held = download?.holdings.version ?? Math.floor(share.context.clock.now() / COUNT_EVERY_MS)
    return `${this.changes} ${held}`
  }

  isHere(index: number): boolean {
    return this.share.have?.has(index) ?? false
  }

  isSelected(index: number): boolean {
    return this.selected?.has(index) ?? true
  }

  isInFlight(index: number): boolean {
    return this.download?.chunks.isInFlight(index) ?? false
  }

  askedOf(index: number): string[] {
    const holders = this.download?.chunks.holdersOf(index) ?? []
    return [...holders].sort((a, b) => Number(a.suspect) - Number(b.suspect)).map(({ key }) => key)
  }

  wasRejected(index: number): boolean {
    return this.download?.chunks.wasRejected(index) ?? false
  }

  copies(index: number): number {
    if (this.download !== undefined) return this.download.copies(index)
    let copies = 0
    for (const have of this.said()) if (have === 'all' || have.has(index)) copies += 1
    return copies
  }

  fillCopies(into: Uint8Array): void {
    if (this.download !== undefined) {
      this.download.holdings.fillCopies(into)
      return
    }
    for (const have of this.said()) {
      for (let index = 0; index < into.length; index++) {
        if (have === 'all' || have.has(index)) into[index] = Math.min((into[index] ?? 0) + 1, 0xff)
      }
    }
  }

  /** What peers have said they hold, before anything is asked of them. */
  private said(): (Bitfield | 'all')[] {
    const { sessions } = this.share.exchange
    return [...sessions.values()].flatMap((session) => heldBy(session, this.chunkCount) ?? [])
  }

  private selectedChunks(): Bitfield | undefined {
    if (this.select === undefined) return undefined
    const selected = new Bitfield(this.chunkCount)
    for (const index of this.share.wantedChunks()) selected.set(index)
    return selected
  }
}

function isSame(a: readonly number[] | undefined, b: readonly number[] | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return a.length === b.length && a.every((value, at) => value === b[at])
}
