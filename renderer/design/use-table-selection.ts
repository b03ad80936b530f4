/**
 * The selection of a table: which rows, which one keys act on, where a range began. What is selected belongs to the screen
 * around the table; the cursor is the table's own. Rule [UI24].
 */
import { type KeyboardEvent, type MouseEvent, useState } from 'react'
import { all, clicked, type Move, moved, only, type TableSelection, toggled } from './data-table-selection.ts'

export interface TableSelectionProps {
  readonly ids: ReadonlySet<string>
  /** `cursor`: the row that was pressed or gone to last. */
  readonly onChange: (ids: ReadonlySet<string>, cursor: string | undefined) => void
  /** `many` when absent. */
  readonly mode?: 'one' | 'many'
}

const MOVES: Readonly<Record<string, Move>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'home',
  End: 'end',
  PageUp: 'page-up',
  PageDown: 'page-down',
}

const NOBODY: ReadonlySet<string> = new Set()

export function useTableSelection(props: TableSelectionProps | undefined, order: readonly string[]) {
  const [point, setPoint] = useState<Pick<TableSelection, 'cursor' | 'anchor'>>({
    cursor: undefined,
    anchor: undefined,
  })
  const selection: TableSelection = { ...point, ids: props?.ids ?? NOBODY }
  const isMany = props !== undefined && props.mode !== 'one'
  const modifiersOf = (event: MouseEvent | KeyboardEvent) => ({
    shift: isMany && event.shiftKey,
    toggle: isMany && (event.ctrlKey || event.metaKey),
  })
  const select = (next: TableSelection) => {
    setPoint({ cursor: next.cursor, anchor: next.anchor })
    if (props !== undefined && next.ids !== selection.ids) props.onChange(next.ids, next.cursor)
  }
  const selectionKey = {
    clicked: (id: string, event: MouseEvent) => clicked(selection, order, id, modifiersOf(event)),
    /** Undefined: the key has nothing to do with the selection. */
    pressed: (event: KeyboardEvent, pageRows: number): TableSelection | undefined => {
      const move = MOVES[event.key]
      const { cursor } = selection
      if (move !== undefined) return moved(selection, order, move, pageRows, modifiersOf(event))
      if (props === undefined) return undefined
      if (event.key === ' ') {
        if (cursor === undefined) return undefined
        return isMany ? toggled(selection, cursor) : only(cursor)
      }
      if (isMany && event.key.toLowerCase() === 'a' && (event.ctrlKey || event.metaKey)) return all(selection, order)
      if (event.key === 'Escape' && selection.ids.size > 0) return { ...selection, ids: NOBODY }
      return undefined
    },
  }
  return { selection, selectionKey, select }
}
