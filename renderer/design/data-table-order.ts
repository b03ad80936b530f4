/**
 * The order of a table's rows while their values change many times a second. Rows that come or go, and another column or
 * direction, count at once; changed values of the same rows only after CALM_MS, so that rows do not jump under the pointer
 * ten times a second. Rows without a value come last in either direction; equals keep the order they were given in.
 * Decides from `now`; timers are the caller's. Rule [UI23].
 */

export type SortValue = string | number | undefined

export interface RowSort<T> {
  readonly columnId: string
  readonly isDescending: boolean
  readonly sortValue: (row: T) => SortValue
}

/** Longest time that a row may stand where its value no longer belongs, ms. */
export const CALM_MS = 1_000

export interface Ordered<T> {
  readonly rows: readonly T[]
  /** When the order should be asked for again even if nothing changes until then; absent: it is right. */
  readonly againAt?: number
}

export class RowOrder<T> {
  readonly #getRowId: (row: T) => string
  readonly #compareText: (a: string, b: string) => number
  #ids: readonly string[] = []
  #key = ''
  #sortedAt = Number.NEGATIVE_INFINITY

  constructor(getRowId: (row: T) => string, compareText: (a: string, b: string) => number) {
    this.#getRowId = getRowId
    this.#compareText = compareText
  }

  order(rows: readonly T[], sort: RowSort<T> | undefined, now: number): Ordered<T> {
    if (sort === undefined) return { rows }
    const key = `${sort.columnId} ${sort.isDescending}`
    if (key === this.#key && now - this.#sortedAt < CALM_MS) {
      const kept = this.#inLastOrder(rows)
      if (kept !== undefined) {
        return isSorted(kept, this.#comparison(sort))
          ? { rows: kept }
          : { rows: kept, againAt: this.#sortedAt + CALM_MS }
      }
    }
    const sorted = this.#sort(rows, sort)
    this.#ids = sorted.map(this.#getRowId)
    this.#key = key
    this.#sortedAt = now
    return { rows: sorted }
  }

  /** Undefined when they are not the same rows as last time. */
  #inLastOrder(rows: readonly T[]): readonly T[] | undefined {
    if (rows.length !== this.#ids.length) return undefined
    const byId = new Map(rows.map((row) => [this.#getRowId(row), row]))
    const kept: T[] = []
    for (const id of this.#ids) {
      const row = byId.get(id)
      if (row === undefined) return undefined
      kept.push(row)
    }
    return kept
  }

  /** Each row's value is taken once: a comparison that asked for it again would do so a dozen times per row. */
  #sort(rows: readonly T[], sort: RowSort<T>): readonly T[] {
    const compare = this.#compareValues(sort.isDescending)
    return rows
      .map((row) => ({ row, value: sort.sortValue(row) }))
      .sort((a, b) => compare(a.value, b.value))
      .map(({ row }) => row)
  }

  #comparison({ isDescending, sortValue }: RowSort<T>): (a: T, b: T) => number {
    const compare = this.#compareValues(isDescending)
    return (a, b) => compare(sortValue(a), sortValue(b))
  }

  #compareValues(isDescending: boolean): (a: SortValue, b: SortValue) => number {
    const sign = isDescending ? -1 : 1
    return (a, b) => {
      if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined)
      if (typeof a === 'number' && typeof b === 'number') return (a - b) * sign
      return this.#compareText(String(a), String(b)) * sign
    }
  }
}

function isSorted<T>(rows: readonly T[], compare: (a: T, b: T) => number): boolean {
  let last: T | undefined
  for (const row of rows) {
    if (last !== undefined && compare(last, row) > 0) return false
    last = row
  }
  return true
}
