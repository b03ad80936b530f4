/**
 * Draws the chunk grid: every cell as pixels of one image, of which only what changed is written and shown anew. The image
 * is as large as the window onto the grid, not as the grid: a million chunks cost what a thousand cost. A cell that stands
 * for several chunks has the mean of their colours, weighted by their number. It decides nothing about looks
 * (model/chunk-ink.ts) or places (grid-layout.ts). Rules [UI41] [UI43].
 */
import { INK_TOKENS, type InkFacts, inkOf } from '../../model/chunk-ink.ts'
import type { ChunkMap, Dirty } from '../../model/chunk-map.ts'
import { mixPixels, type Palette, pixelOf } from '../canvas/palette.ts'
import { chunksOfCell, type GridLayout } from './grid-layout.ts'
import { EMPTY, INK, stampsOf } from './stamps.ts'

export interface GridScene {
  readonly map: ChunkMap
  readonly layout: GridLayout
  readonly inks: InkFacts
  readonly palette: Palette
  /** Device pixels of the window, and how far the grid is scrolled. */
  readonly widthPx: number
  readonly heightPx: number
  readonly scrollPx: number
}

const FAINT_PART = 0.3
const FLASH_MS = 700
/** Arrivals shown at once; beyond, they are simply there. */
const MAX_FLASHES = 512
/** So many cells are put one by one; more as one band. */
const FEW_CELLS = 48

export class GridPainter {
  private readonly context: CanvasRenderingContext2D
  private scene: GridScene | undefined
  private image: ImageData | undefined
  private pixels = new Uint32Array(0)
  private stamps: readonly Uint8Array[] = []
  private inks: readonly number[] = []
  private faints: readonly number[] = []
  private background = 0
  private flashInk = 0
  /** Chunk -> when its flash ends. At most MAX_FLASHES. */
  private readonly flashes = new Map<number, number>()

  constructor(canvas: HTMLCanvasElement) {
    const context = canvas.getContext('2d', { alpha: false })
    if (context === null) throw new Error('This browser draws no 2D canvas.')
    this.context = context
  }

  /** All of it, from here on. */
  show(scene: GridScene): void {
    const { canvas } = this.context
    const { layout, palette } = scene
    const isOther = scene.layout.cell !== this.scene?.layout.cell || scene.layout.gap !== this.scene.layout.gap
    if (isOther) this.stamps = stampsOf(layout.cell - layout.gap)
    if (palette !== this.scene?.palette) this.takeColors(palette)
    if (scene.map !== this.scene?.map) this.flashes.clear()
    this.scene = scene
    if (canvas.width !== scene.widthPx || canvas.height !== scene.heightPx || this.image === undefined) {
      canvas.width = Math.max(1, scene.widthPx)
      canvas.height = Math.max(1, scene.heightPx)
      this.image = this.context.createImageData(canvas.width, canvas.height)
      this.pixels = new Uint32Array(this.image.data.buffer)
    }
    this.drawAll()
  }

  /** The same scene, but another moment for ages. */
  at(inks: InkFacts): void {
    if (this.scene === undefined) return
    this.scene = { ...this.scene, inks }
    this.drawAll()
  }

  changed(dirty: Dirty): void {
    if (this.scene === undefined) return
    if (dirty === 'all') this.drawAll()
    else this.drawCells(new Set(dirty.map((chunk) => this.cellOf(chunk))))
  }

  /** These chunks have just arrived. */
  arrived(chunks: readonly number[], nowMs: number): void {
    if ((this.scene?.layout.perCell ?? 2) > 1) return
    for (const chunk of chunks) if (this.flashes.size < MAX_FLASHES) this.flashes.set(chunk, nowMs + FLASH_MS)
  }

  /** One frame of what moves; true while something does. */
  frame(nowMs: number): boolean {
    if (this.flashes.size === 0 || this.scene === undefined) return false
    const cells = new Set<number>()
    for (const [chunk, endsMs] of this.flashes) {
      cells.add(this.cellOf(chunk))
      if (endsMs <= nowMs) this.flashes.delete(chunk)
    }
    this.drawCells(cells, nowMs)
    return this.flashes.size > 0
  }

  private takeColors(palette: Palette): void {
    this.background = pixelOf(palette('--surface'))
    this.flashInk = lighter(pixelOf(palette('--text')), this.background)
    this.inks = INK_TOKENS.map((token) => pixelOf(palette(token)))
    this.faints = this.inks.map((ink) => mixPixels(this.background, ink, FAINT_PART))
  }

  private cellOf(chunk: number): number {
    return Math.floor(chunk / (this.scene?.layout.perCell ?? 1))
  }

  private drawAll(): void {
    const { scene, image } = this
    if (scene === undefined || image === undefined) return
    this.pixels.fill(this.background)
    const { layout, scrollPx, heightPx } = scene
    const from = Math.max(0, Math.floor(scrollPx / layout.cell)) * layout.columns
    const to = Math.min(layout.cellCount, Math.ceil((scrollPx + heightPx) / layout.cell) * layout.columns)
    for (let cell = from; cell < to; cell++) this.drawCell(cell)
    this.context.putImageData(image, 0, 0)
  }

  private drawCells(cells: ReadonlySet<number>, nowMs?: number): void {
    const { scene, image } = this
    if (scene === undefined || image === undefined) return
    const { cell: size, columns } = scene.layout
    let top = Number.POSITIVE_INFINITY
    let bottom = Number.NEGATIVE_INFINITY
    for (const cell of cells) {
      const y = Math.floor(cell / columns) * size - scene.scrollPx
      if (y + size <= 0 || y >= scene.heightPx) continue
      this.drawCell(cell, nowMs)
      if (cells.size <= FEW_CELLS) this.context.putImageData(image, 0, 0, (cell % columns) * size, y, size, size)
      top = Math.min(top, y)
      bottom = Math.max(bottom, y + size)
    }
    if (cells.size > FEW_CELLS && bottom > top)
      this.context.putImageData(image, 0, 0, 0, top, image.width, bottom - top)
  }

  private drawCell(cell: number, nowMs?: number): void {
    const { scene, pixels } = this
    if (scene === undefined) return
    const { layout, map, inks: facts, widthPx, heightPx, scrollPx } = scene
    const size = layout.cell - layout.gap
    let ink: number
    let faint = this.background
    let stamp = this.stamps[0]
    if (layout.perCell === 1) {
      const look = inkOf(map, cell, facts)
      ink = this.inks[look & 0xff] ?? 0
      faint = this.faints[look & 0xff] ?? 0
      stamp = this.stamps[look >> 8]
      const endsMs = nowMs === undefined ? undefined : this.flashes.get(cell)
      if (endsMs !== undefined && nowMs !== undefined && endsMs > nowMs)
        ink = mixPixels(ink, this.flashInk, (endsMs - nowMs) / FLASH_MS)
    } else ink = this.meanOf(cell)
    if (stamp === undefined) return
    const left = (cell % layout.columns) * layout.cell
    const top = Math.floor(cell / layout.columns) * layout.cell - scrollPx
    for (let y = 0; y < size; y++) {
      const row = top + y
      if (row < 0 || row >= heightPx) continue
      const start = row * widthPx + left
      for (let x = 0; x < size; x++) {
        const kind = stamp[y * size + x]
        pixels[start + x] = kind === INK ? ink : kind === EMPTY ? this.background : faint
      }
    }
  }

  private meanOf(cell: number): number {
    const { scene } = this
    if (scene === undefined) return 0
    const { map, inks: facts } = scene
    const { first, count } = chunksOfCell(scene.layout, map.chunkCount, cell)
    let red = 0
    let green = 0
    let blue = 0
    for (let chunk = first; chunk < first + count; chunk++) {
      const ink = this.inks[inkOf(map, chunk, facts) & 0xff] ?? 0
      red += ink & 0xff
      green += (ink >>> 8) & 0xff
      blue += (ink >>> 16) & 0xff
    }
    const n = Math.max(1, count)
    return ((0xff << 24) | (Math.round(blue / n) << 16) | (Math.round(green / n) << 8) | Math.round(red / n)) >>> 0
  }
}

/** What arrives lights up, on dark and on light alike. */
function lighter(a: number, b: number): number {
  const green = (pixel: number) => (pixel >>> 8) & 0xff
  return green(a) > green(b) ? a : b
}
