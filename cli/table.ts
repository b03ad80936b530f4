/** Columns for a terminal: as wide as their widest cell, the last one cut to what the screen has. Rule [CL7]. */
import { displayWidth, truncate } from '../shared/format/visible.ts'

export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
  /** Widest it may become, in terminal columns. */
  readonly max?: number
}

const GAP = '  '

/** Cells must have passed `visible`. Returns lines without line ends. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map((column, i) => {
    const widest = Math.max(displayWidth(column.title), ...rows.map((row) => displayWidth(row[i] ?? '')))
    return column.max === undefined ? widest : Math.min(widest, column.max)
  })
  const line = (cells: readonly string[]) =>
    columns
      .map((column, i) => {
        const text = truncate(cells[i] ?? '', widths[i] ?? 0, 6)
        const space = ' '.repeat(Math.max(0, (widths[i] ?? 0) - displayWidth(text)))
        return column.align === 'right' ? space + text : text + space
      })
      .join(GAP)
      .trimEnd()
  return [line(columns.map((column) => column.title)), ...rows.map(line)]
}
