/**
 * A table of many rows whose values change many times a second: sorted, selected and read by mouse, keyboard and screen
 * reader alike, with only the rows in sight drawn. It neither filters nor groups: it is given the rows to show. Rows that
 * did not change must keep their identity. Rules [UI20] - [UI24].
 */
// biome-ignore-all lint/a11y/useSemanticElements: a grid of which only the rows in sight are in the document, placed by transform
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type ReactNode, useId, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { classes } from './classes.ts'
import css from './data-table.module.css'
import type { TableColumn } from './data-table-columns.ts'
import { TableHeader } from './data-table-header.tsx'
import { ColumnMenu, RowMenu } from './data-table-menus.tsx'
import { type RowActions, TableRow } from './data-table-row.tsx'
import { only } from './data-table-selection.ts'
import type { MenuAction } from './menu.tsx'
import { useElementWidth } from './use-element-width.ts'
import { useRowOrder } from './use-row-order.ts'
import { type DefaultSort, useTableColumns } from './use-table-columns.ts'
import { type TableSelectionProps, useTableSelection } from './use-table-selection.ts'

export type { TableColumn } from './data-table-columns.ts'

export interface DataTableProps<T> {
  /** Under which name its order and columns are remembered. */
  readonly id: string
  readonly label: string
  readonly rows: readonly T[]
  /** Keep it the same between renders: all rows are drawn again when it changes. */
  readonly columns: readonly TableColumn<T>[]
  /** A function of the module: not made anew for each render. */
  readonly getRowId: (row: T) => string
  readonly defaultSort?: DefaultSort
  /** Absent: rows can be gone through, not selected. */
  readonly selection?: TableSelectionProps
  /** Double click, Enter, and with `rowActionLabel` a button at the end of the row. */
  readonly onRowAction?: (row: T) => void
  readonly rowActionLabel?: string
  /** The Delete key. */
  readonly onDelete?: (ids: readonly string[]) => void
  /** What can be done with these rows: by right click, by the button at the end of the row, by the menu key. */
  readonly contextMenu?: (ids: readonly string[]) => readonly (readonly MenuAction[])[]
  readonly renderEmpty: () => ReactNode
  /** px; 40 when absent. */
  readonly rowHeight?: number
  /** px; absent: the height of what it stands in. */
  readonly maxHeight?: number
}

const ROW_HEIGHT_PX = 40
const HEAD_HEIGHT_PX = 34
const END_BUTTON_PX = 28
const END_LEAST_PX = 36
const OVERSCAN_ROWS = 6

export function DataTable<T>(props: DataTableProps<T>) {
  const { rows, columns, getRowId, contextMenu, onRowAction } = props
  const t = useTranslations('common.table')
  const rowHeight = props.rowHeight ?? ROW_HEIGHT_PX
  const grid = useRef<HTMLDivElement>(null)
  const domId = useId()
  const widthPx = useElementWidth(grid)
  const hasMenu = contextMenu !== undefined
  const hasOpen = onRowAction !== undefined && props.rowActionLabel !== undefined
  const endPx = Math.max(END_LEAST_PX, (Number(hasMenu) + Number(hasOpen)) * END_BUTTON_PX + 8)
  const table = useTableColumns(props.id, columns, props.defaultSort, Math.max(0, widthPx - endPx))
  const ordered = useRowOrder(rows, columns, table.sort, getRowId)
  const order = useMemo(() => ordered.map(getRowId), [ordered, getRowId])
  const { selection, selectionKey, select } = useTableSelection(props.selection, order)
  const [menu, setMenu] = useState<{ x: number; y: number; ids: readonly string[] }>()

  const cursorAt = selection.cursor === undefined ? -1 : order.indexOf(selection.cursor)
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: ordered.length,
    getScrollElement: () => grid.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => order[index] ?? index,
    scrollMargin: HEAD_HEIGHT_PX,
    scrollPaddingStart: HEAD_HEIGHT_PX,
    overscan: OVERSCAN_ROWS,
    useFlushSync: false,
    // The row that keys act on is always there: the grid refers to it.
    rangeExtractor: (range) => {
      const inSight = defaultRangeExtractor(range)
      return cursorAt < 0 || inSight.includes(cursorAt) ? inSight : [...inSight, cursorAt]
    },
  })

  const openMenu = (id: string, x: number, y: number) => {
    const isPart = selection.ids.has(id)
    if (!isPart && props.selection !== undefined) select(only(id))
    setMenu({ x, y, ids: isPart ? order.filter((one) => selection.ids.has(one)) : [id] })
  }
  const openRow = (id: string | undefined) => {
    const row = id === undefined ? undefined : ordered[order.indexOf(id)]
    if (row !== undefined) onRowAction?.(row)
  }
  const actions = useSteadyActions({
    onClick: (id, event) => select(selectionKey.clicked(id, event)),
    onOpen: openRow,
    onMenu: openMenu,
  })

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.target !== event.currentTarget) return
    const { cursor } = selection
    const pageRows = Math.floor((grid.current?.clientHeight ?? 0) / rowHeight) - 2
    const next = selectionKey.pressed(event, pageRows)
    if (next !== undefined) {
      select(next)
      if (next.cursor !== undefined) virtualizer.scrollToIndex(order.indexOf(next.cursor))
    } else if (event.key === 'Enter') openRow(cursor)
    else if (event.key === 'Delete' && selection.ids.size > 0 && props.onDelete !== undefined) {
      props.onDelete(order.filter((id) => selection.ids.has(id)))
    } else if ((event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) && hasMenu) {
      const box = document.getElementById(`${domId}-${cursor}`)?.getBoundingClientRect()
      if (cursor !== undefined && box !== undefined) openMenu(cursor, box.left + END_LEAST_PX, box.bottom)
    } else return
    event.preventDefault()
  }

  if (rows.length === 0) return props.renderEmpty()
  return (
    <div className={classes(css.table, props.maxHeight === undefined && css.fill)}>
      <div
        ref={grid}
        role="grid"
        aria-label={props.label}
        aria-rowcount={ordered.length + 1}
        aria-multiselectable={props.selection !== undefined && props.selection.mode !== 'one'}
        aria-activedescendant={cursorAt < 0 ? undefined : `${domId}-${selection.cursor}`}
        tabIndex={0}
        className={css.grid}
        style={{
          '--columns': [...table.layout.places.map((place) => `${place.widthPx}px`), `${endPx}px`].join(' '),
          ...(props.maxHeight === undefined ? {} : { maxHeight: props.maxHeight }),
        }}
        onKeyDown={onKeyDown}
      >
        <TableHeader
          columns={table.heads}
          hasEnd={hasMenu || hasOpen}
          endLabel={t('actions')}
          onSort={table.toggleSort}
          onMoveBorder={table.moveBorder}
          onResetWidth={table.resetWidth}
        />
        <div role="rowgroup" className={css.body} style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(({ index, start }) => {
            const row = ordered[index]
            const id = order[index]
            if (row === undefined || id === undefined) return null
            return (
              <TableRow
                key={id}
                row={row}
                id={id}
                domId={`${domId}-${id}`}
                index={index}
                startPx={start - HEAD_HEIGHT_PX}
                heightPx={rowHeight}
                columns={table.shown}
                isSelected={props.selection === undefined ? undefined : selection.ids.has(id)}
                isCursor={id === selection.cursor}
                openLabel={hasOpen ? props.rowActionLabel : undefined}
                menuLabel={hasMenu ? t('actions') : undefined}
                actions={actions}
              />
            )
          })}
        </div>
      </div>
      <div className={css.columnMenu}>
        <ColumnMenu columns={table.choices} onShow={table.show} onReset={table.reset} />
      </div>
      {menu === undefined || contextMenu === undefined ? null : (
        <RowMenu at={menu} label={t('actions')} groups={contextMenu(menu.ids)} onClose={() => setMenu(undefined)} />
      )}
    </div>
  )
}

/** The same object for the life of the table, which does what the newest one would: rows are not drawn again for it. */
function useSteadyActions(newest: RowActions): RowActions {
  const latest = useRef(newest)
  useLayoutEffect(() => {
    latest.current = newest
  })
  const [steady] = useState<RowActions>(() => ({
    onClick: (id, event) => latest.current.onClick(id, event),
    onOpen: (id) => latest.current.onOpen(id),
    onMenu: (id, x, y) => latest.current.onMenu(id, x, y),
  }))
  return steady
}
