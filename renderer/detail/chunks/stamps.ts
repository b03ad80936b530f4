/**
 * The marks as stamps: for each, which pixels of a cell take the ink, a faint ink, or stay empty. Made once per cell size;
 * drawing is then copying. Below MARKS_FROM pixels there is no room for a mark: every cell is solid, and the table tells
 * what colours cannot. Pure. Rule [UI43].
 */
import { MARKS, type Mark } from '../../model/chunk-ink.ts'

/** Pixels of a cell without its gap. */
const MARKS_FROM = 5

export const EMPTY = 0
export const INK = 1
export const FAINT = 2

/** One stamp per mark, in the order of MARKS; each `size` x `size`. */
export function stampsOf(size: number): readonly Uint8Array[] {
  return MARKS.map((mark) => {
    const stamp = new Uint8Array(size * size)
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) stamp[y * size + x] = size < MARKS_FROM ? INK : at(mark, x, y, size)
    }
    return stamp
  })
}

function at(mark: Mark, x: number, y: number, size: number): number {
  const line = Math.max(1, Math.round(size / 8))
  const isEdge = x < line || y < line || x >= size - line || y >= size - line
  const middle = (size - 1) / 2
  switch (mark) {
    case 'solid':
      return INK
    case 'hollow':
      return isEdge ? INK : EMPTY
    case 'frame':
      return isEdge || isWithin(x, y, middle, size / 5) ? INK : FAINT
    case 'notch':
      // The upper right corner is cut off.
      return x - y > size * 0.3 ? EMPTY : INK
    case 'cross':
      return Math.abs(x - y) < line || Math.abs(size - 1 - x - y) < line ? EMPTY : INK
    case 'dot':
      return isWithin(x, y, middle, Math.max(1, size / 5)) ? INK : FAINT
    case 'stripes':
      return (x + y) % (line * 4) < line * 2 ? INK : FAINT
    case 'dots':
      return x % (line * 3) < line && y % (line * 3) < line ? EMPTY : INK
    case 'level-0':
      return isEdge ? INK : EMPTY
    case 'level-1':
      return fill(y, size, 0.3)
    case 'level-2':
      return fill(y, size, 0.55)
    case 'level-3':
      return fill(y, size, 0.8)
  }
}

function isWithin(x: number, y: number, middle: number, radius: number): boolean {
  return Math.abs(x - middle) < radius && Math.abs(y - middle) < radius
}

function fill(y: number, size: number, part: number): number {
  return y >= size * (1 - part) ? INK : FAINT
}
