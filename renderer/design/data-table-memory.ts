/**
 * What a table remembers between visits: order, widths, which columns are shown. Kept by the window in localStorage, for it
 * is a matter of this screen and not of the node; what cannot be read is as if there were nothing. Rule [UI22].
 */

export interface TableMemory {
  readonly sort?: { readonly columnId: string; readonly isDescending: boolean }
  /** px, of columns that the user made wider or narrower. */
  readonly widths: Readonly<Record<string, number>>
  /** Of columns that the user hid or showed. */
  readonly shown: Readonly<Record<string, boolean>>
}

const NOTHING: TableMemory = { widths: {}, shown: {} }
const MAX_WIDTH_PX = 4_000

const key = (tableId: string) => `shoal.table.${tableId}`

export function recallTable(tableId: string, columnIds: readonly string[], storage: Storage): TableMemory {
  let value: unknown
  try {
    value = JSON.parse(storage.getItem(key(tableId)) ?? '')
  } catch {
    return NOTHING
  }
  if (!isRecord(value)) return NOTHING
  const { sort, widths, shown } = value
  const isWidth = (width: unknown): width is number => typeof width === 'number' && width > 0 && width <= MAX_WIDTH_PX
  return {
    widths: pick(widths, columnIds, isWidth),
    shown: pick(shown, columnIds, (is): is is boolean => typeof is === 'boolean'),
    ...(isRecord(sort) && columnIds.includes(String(sort.columnId)) && typeof sort.isDescending === 'boolean'
      ? { sort: { columnId: String(sort.columnId), isDescending: sort.isDescending } }
      : {}),
  }
}

export function rememberTable(tableId: string, memory: TableMemory, storage: Storage): void {
  try {
    storage.setItem(key(tableId), JSON.stringify(memory))
  } catch {
    // Storage is full or forbidden: the table is as it is, and next time as it was.
  }
}

function pick<V>(value: unknown, ids: readonly string[], is: (value: unknown) => value is V): Record<string, V> {
  if (!isRecord(value)) return {}
  const kept: Record<string, V> = {}
  for (const id of ids) {
    const one = Object.hasOwn(value, id) ? value[id] : undefined
    if (is(one)) kept[id] = one
  }
  return kept
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
