/** The chunk grid: where cells stand, and that drawing only what changed is the same as drawing everything. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pixelOf } from '../../../renderer/detail/canvas/palette.ts'
import { chunksAt, chunksOfCell, layoutGrid, moveCursor } from '../../../renderer/detail/chunks/grid-layout.ts'
import { GridPainter, type GridScene } from '../../../renderer/detail/chunks/grid-painter.ts'
import { INK, stampsOf } from '../../../renderer/detail/chunks/stamps.ts'
import { COLOURINGS, INK_TOKENS, MARKS } from '../../../renderer/model/chunk-ink.ts'
import { ChunkMap } from '../../../renderer/model/chunk-map.ts'
import { CHUNK_STATES } from '../../../shared/contract/chunk-states.ts'
import { changesEvent, mapEvent } from './chunk-events.ts'

const WINDOW = { widthPx: 728, heightPx: 480, scale: 1 }

describe('where cells stand', () => {
  test('[UI41] every chunk has exactly one cell, and the point in its middle leads back to it (seed 7)', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300_000 }),
        fc.integer({ min: 40, max: 3_000 }),
        fc.integer({ min: 40, max: 2_000 }),
        fc.constantFrom(1, 1.25, 2),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (chunkCount, widthPx, heightPx, scale, part) => {
          const layout = layoutGrid({ chunkCount, widthPx, heightPx, scale, zoom: 'fit' })
          expect(layout.heightPx).toBeLessThanOrEqual(heightPx)
          expect(layout.columns * layout.cell).toBeLessThanOrEqual(Math.max(widthPx, layout.cell))
          const chunk = Math.min(chunkCount - 1, Math.floor(part * chunkCount))
          const cell = Math.floor(chunk / layout.perCell)
          const x = (cell % layout.columns) * layout.cell + layout.cell / 2
          const y = Math.floor(cell / layout.columns) * layout.cell + layout.cell / 2
          const found = chunksAt(layout, chunkCount, x, y)
          expect(found).toEqual(chunksOfCell(layout, chunkCount, cell))
          expect(found?.first).toBeLessThanOrEqual(chunk)
          expect((found?.first ?? 0) + (found?.count ?? 0)).toBeGreaterThan(chunk)
        },
      ),
      { seed: 7, numRuns: 300 },
    )
  })

  test('[UI41] few chunks are large; a hundred thousand share cells in a small window and have their own in a large one', () => {
    expect(layoutGrid({ chunkCount: 12, ...WINDOW, zoom: 'fit' })).toMatchObject({ cell: 28, perCell: 1 })
    expect(layoutGrid({ chunkCount: 100_000, ...WINDOW, zoom: 'fit' }).perCell).toBeGreaterThan(1)
    const large = { widthPx: 1_400, heightPx: 900, scale: 1 }
    expect(layoutGrid({ chunkCount: 100_000, ...large, zoom: 'fit' })).toMatchObject({ perCell: 1, cell: 3 })
  })

  test('[UI41] enlarged, every chunk has a cell of its own and the grid is taller than its window', () => {
    const layout = layoutGrid({ chunkCount: 100_000, ...WINDOW, zoom: 12 })
    expect(layout).toMatchObject({ cell: 12, perCell: 1, cellCount: 100_000 })
    expect(layout.heightPx).toBeGreaterThan(WINDOW.heightPx)
  })

  test('[UI44] keys move the cursor by one, by a row, by a screen, to the ends, and never out of the grid', () => {
    const layout = layoutGrid({ chunkCount: 100, widthPx: 280, heightPx: 2_000, scale: 1, zoom: 'fit' })
    expect(layout.columns).toBe(10)
    const go = (from: number, key: string) => moveCursor(layout, 100, from, key, 4)
    expect([go(5, 'ArrowRight'), go(5, 'ArrowLeft'), go(15, 'ArrowDown'), go(15, 'ArrowUp')]).toEqual([6, 4, 25, 5])
    expect([go(0, 'ArrowLeft'), go(99, 'ArrowRight'), go(5, 'ArrowUp'), go(95, 'ArrowDown')]).toEqual([0, 99, 5, 95])
    expect([go(50, 'PageDown'), go(50, 'Home'), go(50, 'End'), go(50, 'x')]).toEqual([80, 0, 99, undefined])
  })
})

describe('marks', () => {
  test('[UI43] where there is room, no two marks are the same picture; where there is none, every cell is solid', () => {
    for (const size of [7, 11, 15, 27]) {
      const seen = new Set(stampsOf(size).map((stamp) => stamp.join('')))
      // Level 0 and hollow say the same: nothing in it.
      expect(seen.size, `${size} px`).toBe(MARKS.length - 1)
    }
    for (const stamp of stampsOf(2)) expect([...stamp]).toEqual([INK, INK, INK, INK])
  })

  test('[UI43] colours of the tokens are read as they are written, short ones too', () => {
    expect(pixelOf('#123456')).toBe(0xff563412)
    expect(pixelOf('#fff')).toBe(pixelOf('#ffffff'))
    expect(() => pixelOf('tomato')).toThrow(/tomato/)
  })
})

describe('drawing', () => {
  const palette = (token: string) => {
    const at = ['--surface', '--text', ...INK_TOKENS].indexOf(token)
    return `#${(0x101010 + at * 0x0a0b0d).toString(16).padStart(6, '0')}`
  }
  const specs = (count: number) =>
    Array.from({ length: count }, (_, at) => ({
      state: CHUNK_STATES[at % 6] ?? ('have' as const),
      supplier: at % 4,
      copies: at % 7,
    }))
  const scene = (map: ChunkMap, more: Partial<GridScene> = {}): GridScene => ({
    map,
    layout: layoutGrid({ chunkCount: map.chunkCount, widthPx: 90, heightPx: 60, scale: 1, zoom: 'fit' }),
    inks: { colouring: 'state', nowSeconds: 100, supplierLooks: [7, 8, 9] },
    palette,
    widthPx: 90,
    heightPx: 60,
    scrollPx: 0,
    ...more,
  })

  test('[UI41] drawing what changed is the same as drawing everything anew, however dense, scrolled or coloured (seed 3)', () => {
    const change = fc.tuple(fc.nat(2_999), fc.constantFrom(...CHUNK_STATES), fc.nat(3))
    fc.assert(
      fc.property(
        fc.constantFrom(20, 150, 3_000),
        fc.constantFrom(...COLOURINGS),
        fc.constantFrom('fit' as const, 6),
        fc.nat(50),
        fc.array(change, { maxLength: 200, size: 'max' }),
        (count, colouring, zoom, scrollPx, changes) => {
          const map = new ChunkMap(mapEvent(specs(count), ['a', 'b', 'c']))
          const layout = layoutGrid({ chunkCount: count, widthPx: 90, heightPx: 60, scale: 1, zoom })
          const inks = { colouring, nowSeconds: 100, supplierLooks: [7, 8, 9] }
          const shown = scene(map, { layout, inks, scrollPx: zoom === 'fit' ? 0 : scrollPx })
          const screen = fakeCanvas()
          const painter = new GridPainter(screen.canvas)
          painter.show(shown)
          painter.changed(map.apply(changesEvent(changes.filter(([index]) => index < count))))
          const fresh = fakeCanvas()
          new GridPainter(fresh.canvas).show(shown)
          expect(screen.pixels()).toEqual(fresh.pixels())
        },
      ),
      { seed: 3, numRuns: 80 },
    )
  })

  test('[UI41] what arrives lights up and then looks like what was there', () => {
    const map = new ChunkMap(mapEvent(specs(20), ['a']))
    const screen = fakeCanvas()
    const painter = new GridPainter(screen.canvas)
    painter.show(scene(map))
    const before = screen.pixels()
    painter.arrived([4], 1_000)
    expect(painter.frame(1_100)).toBe(true)
    expect(screen.pixels()).not.toEqual(before)
    expect(painter.frame(2_000)).toBe(false)
    expect(screen.pixels()).toEqual(before)
  })

  test('[UI41] a change of one chunk puts one cell on the screen', () => {
    const map = new ChunkMap(mapEvent(specs(20), ['a']))
    const screen = fakeCanvas()
    const painter = new GridPainter(screen.canvas)
    const shown = scene(map)
    painter.show(shown)
    screen.puts.length = 0
    painter.changed(map.apply(changesEvent([[7, 'have', 1]])))
    expect(screen.puts).toEqual([shown.layout.cell ** 2])
  })
})

/** A canvas that keeps what is put on it. */
function fakeCanvas() {
  let pixels = new Uint32Array(0)
  const puts: number[] = []
  const canvas = { width: 0, height: 0, getContext: () => context }
  const context = {
    canvas,
    createImageData: (width: number, height: number) => {
      pixels = new Uint32Array(width * height)
      return { width, height, data: new Uint8ClampedArray(width * height * 4) }
    },
    putImageData(
      image: ImageData,
      _x: number,
      _y: number,
      left = 0,
      top = 0,
      width = image.width,
      height = image.height,
    ) {
      const source = new Uint32Array(image.data.buffer)
      puts.push(width * height)
      for (let y = Math.max(0, top); y < Math.min(image.height, top + height); y++)
        for (let x = left; x < Math.min(image.width, left + width); x++)
          pixels[y * image.width + x] = source[y * image.width + x] ?? 0
    },
  }
  return { canvas: canvas as unknown as HTMLCanvasElement, puts, pixels: () => [...pixels] }
}
