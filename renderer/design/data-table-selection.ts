/**
 * What is selected after a click or a key, as in the file managers that people know. The cursor is the row that keys act
 * on; the anchor is where a range began. Pure: rows are ids in the order in which they are shown. Rule [UI24].
 */

export interface TableSelection {
  readonly ids: ReadonlySet<string>
  readonly cursor: string | undefined
  readonly anchor: string | undefined
}

export const NOTHING_SELECTED: TableSelection = { ids: new Set(), cursor: undefined, anchor: undefined }

export interface Modifiers {
  readonly shift: boolean
  /** Ctrl, or Cmd on a Mac. */
  readonly toggle: boolean
}

export type Move = 'up' | 'down' | 'home' | 'end' | 'page-up' | 'page-down'

export function clicked(
  before: TableSelection,
  order: readonly string[],
  id: string,
  modifiers: Modifiers,
): TableSelection {
  if (modifiers.shift) return extended(before, order, id, modifiers.toggle)
  return modifiers.toggle ? toggled(before, id) : only(id)
}

export function only(id: string): TableSelection {
  return { ids: new Set([id]), cursor: id, anchor: id }
}

export function toggled(before: TableSelection, id: string): TableSelection {
  const ids = new Set(before.ids)
  if (!ids.delete(id)) ids.add(id)
  return { ids, cursor: id, anchor: id }
}

export function all(before: TableSelection, order: readonly string[]): TableSelection {
  return { ...before, ids: new Set(order) }
}

/** With shift the range follows the cursor; with the toggle key only the cursor moves. */
export function moved(
  before: TableSelection,
  order: readonly string[],
  move: Move,
  pageRows: number,
  modifiers: Modifiers,
): TableSelection {
  const at = before.cursor === undefined ? -1 : order.indexOf(before.cursor)
  const id = order[Math.min(Math.max(target(move, at, order.length, Math.max(1, pageRows)), 0), order.length - 1)]
  if (id === undefined) return before
  if (modifiers.shift) return extended(before, order, id, modifiers.toggle)
  return modifiers.toggle ? { ...before, cursor: id } : only(id)
}

function target(move: Move, at: number, count: number, pageRows: number): number {
  switch (move) {
    case 'up':
      return at < 0 ? count - 1 : at - 1
    case 'down':
      return at + 1
    case 'home':
      return 0
    case 'end':
      return count - 1
    case 'page-up':
      return at - pageRows
    case 'page-down':
      return Math.max(at, 0) + pageRows
  }
}

/** From the anchor to here; `keep`: what was selected before stays. */
function extended(before: TableSelection, order: readonly string[], id: string, keep: boolean): TableSelection {
  const anchor = before.anchor !== undefined && order.includes(before.anchor) ? before.anchor : id
  const ends = [order.indexOf(anchor), order.indexOf(id)]
  const range = order.slice(Math.min(...ends), Math.max(...ends) + 1)
  return { ids: new Set(keep ? [...before.ids, ...range] : range), cursor: id, anchor }
}
