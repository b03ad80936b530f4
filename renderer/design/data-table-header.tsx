/**
 * The head of a table: by what it is sorted, and how wide its columns are. One tab stop: the arrow keys go from column to
 * column, with Alt they move the border to the right of it. Rules [UI22] [UI24].
 */
// biome-ignore-all lint/a11y/useSemanticElements: a grid of which only the rows in sight are in the document, placed by transform
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid holds the focus and names the row by aria-activedescendant
import { ArrowDown, ArrowUp } from 'lucide-react'
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react'
import { classes } from './classes.ts'
import css from './data-table.module.css'

export interface HeaderColumn {
  readonly id: string
  readonly text: string
  readonly canSort: boolean
  readonly sorted: 'asc' | 'desc' | false
  readonly isEndAligned: boolean
}

interface TableHeaderProps {
  readonly columns: readonly HeaderColumn[]
  readonly hasEnd: boolean
  readonly endLabel: string
  readonly onSort: (columnId: string) => void
  readonly onMoveBorder: (leftColumnId: string, byPx: number) => void
  readonly onResetWidth: (columnId: string) => void
}

const KEY_STEP_PX = 16

export function TableHeader({ columns, hasEnd, endLabel, onSort, onMoveBorder, onResetWidth }: TableHeaderProps) {
  const row = useRef<HTMLDivElement>(null)
  const [current, setCurrent] = useState(0)
  const stop = Math.min(current, columns.length - 1)
  const onKeyDown = (event: KeyboardEvent, at: number) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (step === 0) return
    event.preventDefault()
    event.stopPropagation()
    const column = columns[at]
    if (event.altKey) {
      if (column !== undefined) onMoveBorder(column.id, step * KEY_STEP_PX)
      return
    }
    const next = Math.min(Math.max(at + step, 0), columns.length - 1)
    setCurrent(next)
    row.current?.querySelectorAll<HTMLElement>('[data-head]')[next]?.focus()
  }
  return (
    <div role="rowgroup" className={css.head}>
      <div role="row" aria-rowindex={1} className={css.headRow} ref={row}>
        {columns.map((column, at) => (
          <div
            key={column.id}
            role="columnheader"
            className={css.headCell}
            {...(column.canSort ? { 'aria-sort': ariaSort(column.sorted) } : {})}
          >
            <button
              type="button"
              data-head
              tabIndex={at === stop ? 0 : -1}
              aria-disabled={!column.canSort}
              title={column.text}
              className={classes(
                css.headButton,
                column.isEndAligned && css.alignEnd,
                !column.canSort && css.unsortable,
              )}
              onFocus={() => setCurrent(at)}
              onKeyDown={(event) => onKeyDown(event, at)}
              onClick={() => column.canSort && onSort(column.id)}
            >
              <span className={css.headText}>{column.text}</span>
              {column.sorted === false ? null : column.sorted === 'asc' ? (
                <ArrowUp aria-hidden />
              ) : (
                <ArrowDown aria-hidden />
              )}
            </button>
            {at === columns.length - 1 ? null : (
              <Border onMove={(byPx) => onMoveBorder(column.id, byPx)} onReset={() => onResetWidth(column.id)} />
            )}
          </div>
        ))}
        {hasEnd ? (
          <div role="columnheader" className={css.headCell}>
            <span className="visually-hidden">{endLabel}</span>
          </div>
        ) : null}
      </div>
    </div>
  )
}

/** For the pointer only; the keyboard moves it from the column's button. */
function Border({ onMove, onReset }: { onMove: (byPx: number) => void; onReset: () => void }) {
  const at = useRef<number | undefined>(undefined)
  const end = (event: PointerEvent<HTMLDivElement>) => {
    at.current = undefined
    event.currentTarget.releasePointerCapture(event.pointerId)
  }
  return (
    <div
      className={css.border}
      aria-hidden
      onPointerDown={(event) => {
        at.current = event.clientX
        event.currentTarget.setPointerCapture(event.pointerId)
      }}
      onPointerMove={(event) => {
        if (at.current === undefined) return
        onMove(event.clientX - at.current)
        at.current = event.clientX
      }}
      onPointerUp={end}
      onPointerCancel={end}
      onDoubleClick={onReset}
    />
  )
}

function ariaSort(sorted: 'asc' | 'desc' | false) {
  if (sorted === false) return 'none'
  return sorted === 'asc' ? 'ascending' : 'descending'
}
