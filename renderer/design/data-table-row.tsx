/**
 * One row of a table. Drawn again only when its row, its selection or its place changes; a cell only when what it depends
 * on does. Widths come from a variable of the grid, so that a border that is dragged draws no row again. Rule [UI20].
 */
// biome-ignore-all lint/a11y/useSemanticElements: a grid of which only the rows in sight are in the document, placed by transform
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid holds the focus and names the row by aria-activedescendant
// biome-ignore-all lint/a11y/useKeyWithClickEvents: keys act on the grid
import { ChevronRight, EllipsisVertical } from 'lucide-react'
import { type MouseEvent, memo, type ReactNode } from 'react'
import { classes } from './classes.ts'
import css from './data-table.module.css'
import type { TableColumn } from './data-table-columns.ts'

/** Never changes for one table: rows keep it. */
export interface RowActions {
  onClick(id: string, event: MouseEvent): void
  onOpen(id: string): void
  onMenu(id: string, x: number, y: number): void
}

interface TableRowProps<T> {
  readonly row: T
  readonly id: string
  readonly domId: string
  /** From 0. */
  readonly index: number
  readonly startPx: number
  readonly heightPx: number
  readonly columns: readonly TableColumn<T>[]
  readonly isSelected: boolean | undefined
  readonly isCursor: boolean
  readonly openLabel: string | undefined
  readonly menuLabel: string | undefined
  readonly actions: RowActions
}

function Row<T>(props: TableRowProps<T>) {
  const { row, id, index, columns, isSelected, isCursor, openLabel, menuLabel, actions } = props
  return (
    <div
      role="row"
      id={props.domId}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      className={classes(
        css.row,
        index % 2 === 1 && css.odd,
        isSelected === true && css.selected,
        isCursor && css.cursor,
      )}
      style={{ height: props.heightPx, transform: `translateY(${props.startPx}px)` }}
      onClick={(event) => actions.onClick(id, event)}
      onDoubleClick={() => actions.onOpen(id)}
      onContextMenu={(event) => {
        if (menuLabel === undefined) return
        event.preventDefault()
        actions.onMenu(id, event.clientX, event.clientY)
      }}
    >
      {columns.map((column, at) => (
        <TableCell key={column.id} column={column} row={row} isName={at === 0} />
      ))}
      {openLabel === undefined && menuLabel === undefined ? null : (
        <div role="gridcell" className={css.end}>
          {menuLabel === undefined ? null : (
            <button
              type="button"
              tabIndex={-1}
              className={css.endButton}
              aria-label={menuLabel}
              title={menuLabel}
              onClick={(event) => {
                event.stopPropagation()
                const box = event.currentTarget.getBoundingClientRect()
                actions.onMenu(id, box.left, box.bottom)
              }}
            >
              <EllipsisVertical aria-hidden />
            </button>
          )}
          {openLabel === undefined ? null : (
            <button
              type="button"
              tabIndex={-1}
              className={css.endButton}
              aria-label={openLabel}
              title={openLabel}
              onClick={(event) => {
                event.stopPropagation()
                actions.onOpen(id)
              }}
            >
              <ChevronRight aria-hidden />
            </button>
          )}
        </div>
      )}
    </div>
  )
}

// memo() forgets the type parameter of what it wraps.
export const TableRow = memo(Row) as typeof Row

interface TableCellProps<T> {
  readonly column: TableColumn<T>
  readonly row: T
  readonly isName: boolean
}

function Cell<T>({ column, row, isName }: TableCellProps<T>) {
  return (
    <div
      role={isName ? 'rowheader' : 'gridcell'}
      className={classes(css.cell, column.align === 'end' && css.alignEnd, column.align === 'end' && 'numeric')}
    >
      <CellContent content={column.cell(row)} />
    </div>
  )
}

/** Plain text that does not fit ends in an ellipsis and is told whole by its tooltip. */
function CellContent({ content }: { content: ReactNode }) {
  if (typeof content !== 'string') return content
  return (
    <span className={css.cellText} title={content}>
      {content}
    </span>
  )
}

function isSameCell<T>(before: TableCellProps<T>, after: TableCellProps<T>): boolean {
  if (before.column !== after.column || before.isName !== after.isName) return false
  if (before.row === after.row) return true
  const { memoBy } = after.column
  return memoBy !== undefined && Object.is(memoBy(before.row), memoBy(after.row))
}

// As above.
const TableCell = memo(Cell, isSameCell) as typeof Cell
