/**
 * Where each chunk stands in the grid, in device pixels, so that every cell is sharp at any scale of the screen. Cells are
 * as large as fit; when not even the smallest do, one cell stands for several chunks. Zoomed in, the grid is taller than
 * its window and scrolls. Pure. Rule [UI41].
 */

export interface GridLayout {
  /** Device pixels of one cell, its gap included. */
  readonly cell: number
  readonly gap: number
  readonly columns: number
  /** Chunks that one cell stands for; the last one may stand for fewer. */
  readonly perCell: number
  readonly cellCount: number
  readonly rows: number
  /** Device pixels that all rows take. */
  readonly heightPx: number
}

/** CSS pixels, largest first. Few chunks are large, so that one alone can be seen. */
const SIZES = [28, 24, 20, 16, 14, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2] as const
/** Of a cell that stands for several chunks, CSS pixels: smaller ones could not be pointed at. */
const AGGREGATE_SIZE = 4
/** Below this size a gap would be most of the cell. */
const GAP_FROM = 5
/** Steps of the zoom, CSS pixels of a cell. */
export const ZOOM_SIZES = [2, 4, 6, 8, 12, 16, 24] as const

export interface GridSpace {
  readonly chunkCount: number
  /** Device pixels. */
  readonly widthPx: number
  readonly heightPx: number
  /** Device pixels per CSS pixel. */
  readonly scale: number
  /** CSS pixels of a cell; 'fit': as large as all of it still fits. */
  readonly zoom: 'fit' | number
}

export function layoutGrid({ chunkCount, widthPx, heightPx, scale, zoom }: GridSpace): GridLayout {
  if (zoom !== 'fit') return grid(chunkCount, widthPx, zoom, scale, 1)
  for (const size of SIZES) {
    const fits = grid(chunkCount, widthPx, size, scale, 1)
    if (fits.heightPx <= heightPx) return fits
  }
  const cell = cellOf(AGGREGATE_SIZE, scale)
  const places = Math.max(1, Math.floor(widthPx / cell)) * Math.max(1, Math.floor(heightPx / cell))
  return grid(chunkCount, widthPx, AGGREGATE_SIZE, scale, Math.max(1, Math.ceil(chunkCount / places)))
}

function cellOf(size: number, scale: number): number {
  return Math.max(1, Math.round(size * scale))
}

function grid(chunkCount: number, widthPx: number, size: number, scale: number, perCell: number): GridLayout {
  const cell = cellOf(size, scale)
  const cellCount = Math.ceil(chunkCount / perCell)
  const columns = Math.max(1, Math.min(Math.floor(widthPx / cell), Math.max(cellCount, 1)))
  const rows = Math.ceil(cellCount / columns)
  const gap = size >= GAP_FROM ? Math.max(1, Math.round(scale)) : 0
  return { cell, gap, columns, perCell, cellCount, rows, heightPx: rows * cell }
}

/** First chunk and how many of the cell at a point of the content, device pixels; undefined where there is none. */
export function chunksAt(
  layout: GridLayout,
  chunkCount: number,
  xPx: number,
  yPx: number,
): { first: number; count: number } | undefined {
  const column = Math.floor(xPx / layout.cell)
  const row = Math.floor(yPx / layout.cell)
  if (column < 0 || column >= layout.columns || row < 0) return undefined
  const at = row * layout.columns + column
  return at < layout.cellCount ? chunksOfCell(layout, chunkCount, at) : undefined
}

export function chunksOfCell(
  { perCell }: GridLayout,
  chunkCount: number,
  cell: number,
): { first: number; count: number } {
  const first = cell * perCell
  return { first, count: Math.min(perCell, chunkCount - first) }
}

/** The chunk that a key leads to from `chunk`; undefined for keys that lead nowhere. */
export function moveCursor(layout: GridLayout, chunkCount: number, chunk: number, key: string, pageRows: number) {
  const cell = Math.floor(chunk / layout.perCell)
  const to = targetCell(layout, cell, key, pageRows)
  if (to === undefined) return undefined
  const clamped = Math.min(Math.max(to, 0), Math.max(layout.cellCount - 1, 0))
  return Math.min(clamped * layout.perCell, Math.max(chunkCount - 1, 0))
}

function targetCell({ columns, cellCount }: GridLayout, cell: number, key: string, pageRows: number) {
  switch (key) {
    case 'ArrowRight':
      return cell + 1
    case 'ArrowLeft':
      return cell - 1
    case 'ArrowDown':
      return cell + columns < cellCount ? cell + columns : cell
    case 'ArrowUp':
      return cell - columns >= 0 ? cell - columns : cell
    case 'PageDown':
      return cell + columns * Math.max(1, pageRows - 1)
    case 'PageUp':
      return cell - columns * Math.max(1, pageRows - 1)
    case 'Home':
      return 0
    case 'End':
      return cellCount - 1
    default:
      return undefined
  }
}
