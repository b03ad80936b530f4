/**
 * The columns of a table as they are now: sorted by which, shown or hidden, how wide in the room there is. TanStack Table
 * keeps the state and its rules; what the user changed is remembered under the table's id. Rules [UI21] [UI22].
 */
import {
  columnSizingFeature,
  columnVisibilityFeature,
  functionalUpdate,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table'
import { useMemo, useState } from 'react'
import type { TableColumn } from './data-table-columns.ts'
import { layoutColumns, moveBorder, type TableLayout } from './data-table-layout.ts'
import { recallTable, rememberTable, type TableMemory } from './data-table-memory.ts'

const features = tableFeatures({ columnSizingFeature, columnVisibilityFeature, rowSortingFeature })

/** Rows are ordered by data-table-order.ts, which sorts more calmly than a row model can; here are columns only. */
const NO_ROWS: readonly Record<string, never>[] = []

export interface DefaultSort {
  readonly columnId: string
  readonly isDescending: boolean
}

export function useTableColumns<T>(
  tableId: string,
  columns: readonly TableColumn<T>[],
  defaultSort: DefaultSort | undefined,
  roomPx: number,
) {
  const [memory, setMemory] = useState<TableMemory>(() =>
    recallTable(
      tableId,
      columns.map(({ id }) => id),
      localStorage,
    ),
  )
  const change = (patch: Partial<TableMemory>) => {
    const next = { ...memory, ...patch }
    setMemory(next)
    rememberTable(tableId, next, localStorage)
  }
  const definitions = useMemo(
    () =>
      columns.map((column) => ({
        id: column.id,
        accessorFn: () => undefined,
        size: column.width,
        minSize: column.minWidth,
        enableSorting: column.sortValue !== undefined,
        enableHiding: column.priority > 1,
        sortDescFirst: column.sortFirst === 'descending',
      })),
    [columns],
  )
  const columnVisibility = useMemo(
    () => Object.fromEntries(columns.map(({ id, isOffAtFirst }) => [id, memory.shown[id] ?? isOffAtFirst !== true])),
    [columns, memory.shown],
  )
  const sort = memory.sort ?? defaultSort
  const sorting = useMemo(() => (sort === undefined ? [] : [{ id: sort.columnId, desc: sort.isDescending }]), [sort])
  const table = useTable({
    features,
    columns: definitions,
    data: NO_ROWS,
    manualSorting: true,
    enableSortingRemoval: false,
    enableMultiSort: false,
    state: { sorting, columnVisibility, columnSizing: memory.widths },
    onSortingChange: (update) => {
      const [first] = functionalUpdate(update, sorting)
      if (first !== undefined) change({ sort: { columnId: first.id, isDescending: first.desc } })
    },
    onColumnVisibilityChange: (update) => change({ shown: functionalUpdate(update, columnVisibility) }),
    onColumnSizingChange: (update) => change({ widths: functionalUpdate(update, memory.widths) }),
  })
  const layout = useMemo((): TableLayout => {
    const wanted = columns
      .filter(({ id }) => columnVisibility[id] === true)
      .map((column) => ({ ...column, width: memory.widths[column.id] ?? column.width }))
    return layoutColumns(wanted, roomPx)
  }, [columns, columnVisibility, memory.widths, roomPx])
  const shownIds = layout.places.map(({ id }) => id).join(' ')
  // Rows are drawn again when this changes: it must not when only widths do.
  const shown = useMemo(() => {
    const ids = shownIds.split(' ')
    return columns.filter(({ id }) => ids.includes(id))
  }, [columns, shownIds])
  return {
    shown,
    sort,
    layout,
    choices: columns.map((column) => ({
      id: column.id,
      text: column.header,
      isShown: columnVisibility[column.id] === true,
      isCrowdedOut: layout.crowdedOut.includes(column.id),
      canHide: table.getColumn(column.id)?.getCanHide() ?? false,
    })),
    heads: shown.map((column) => ({
      id: column.id,
      text: column.header,
      canSort: column.sortValue !== undefined,
      sorted: table.getColumn(column.id)?.getIsSorted() ?? (false as const),
      isEndAligned: column.align === 'end',
    })),
    toggleSort: (id: string) => table.getColumn(id)?.toggleSorting(),
    show: (id: string, isShown: boolean) => table.getColumn(id)?.toggleVisibility(isShown),
    moveBorder: (leftId: string, byPx: number) => {
      const places = moveBorder(layout.places, columns, leftId, byPx)
      table.setColumnSizing(Object.fromEntries(places.map(({ id, widthPx }) => [id, Math.round(widthPx)])))
    },
    resetWidth: (id: string) => table.getColumn(id)?.resetSize(),
    reset: () => {
      const { sort: kept } = memory
      change({ widths: {}, shown: {}, ...(kept === undefined ? {} : { sort: kept }) })
    },
  }
}
