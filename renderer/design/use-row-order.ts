/** Rows in their order, kept calm by data-table-order.ts; here are its clock and its timer. Rule [UI23]. */
import { useEffect, useMemo, useState } from 'react'
import { useLocale } from 'use-intl'
import type { TableColumn } from './data-table-columns.ts'
import { RowOrder, type RowSort } from './data-table-order.ts'
import type { DefaultSort } from './use-table-columns.ts'

export function useRowOrder<T>(
  rows: readonly T[],
  columns: readonly TableColumn<T>[],
  sorted: DefaultSort | undefined,
  getRowId: (row: T) => string,
): readonly T[] {
  const locale = useLocale()
  const order = useMemo(() => {
    const collator = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' })
    return new RowOrder<T>(getRowId, collator.compare)
  }, [locale, getRowId])
  const sort = useMemo((): RowSort<T> | undefined => {
    const sortValue = columns.find(({ id }) => id === sorted?.columnId)?.sortValue
    return sorted === undefined || sortValue === undefined ? undefined : { ...sorted, sortValue }
  }, [columns, sorted])
  const [again, setAgain] = useState(0)
  // `again` counts the times that the order was let go.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const ordered = useMemo(() => order.order(rows, sort, performance.now()), [order, rows, sort, again])
  const { againAt } = ordered
  useEffect(() => {
    if (againAt === undefined) return
    const timer = setTimeout(() => setAgain((count) => count + 1), Math.max(0, againAt - performance.now()))
    return () => clearTimeout(timer)
  }, [againAt])
  return ordered.rows
}
