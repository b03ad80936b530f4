/** What a table is told of a column, and of its rows' menu: shared by the parts of data-table.tsx. */
import type { ReactNode } from 'react'
import type { SortValue } from './data-table-order.ts'

export interface TableColumn<T> {
  readonly id: string
  readonly header: string
  readonly cell: (row: T) => ReactNode
  /** What the cell depends on, when that is less than the row: it is not drawn again while this stays the same. */
  readonly memoBy?: (row: T) => unknown
  /** Absent: cannot be sorted by. Undefined values come last. */
  readonly sortValue?: (row: T) => SortValue
  /** The direction of the first press; numbers mostly begin with the greatest. `ascending` when absent. */
  readonly sortFirst?: 'ascending' | 'descending'
  /** px; see data-table-layout.ts. */
  readonly width: number
  readonly minWidth: number
  readonly grow?: number
  readonly priority: number
  readonly align?: 'start' | 'end'
  /** Shown only when the user asks for it in the menu of columns. */
  readonly isOffAtFirst?: boolean
}
