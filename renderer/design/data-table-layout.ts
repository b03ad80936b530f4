/**
 * How wide the columns of a table are. A table never scrolls sideways: where there is no room, columns leave in the order
 * of their priority, the rest shrinks, and where there is more than enough, those that may grow take it. Pure.
 * Rules [UI21] [UI22].
 */

export interface ColumnSpace {
  readonly id: string
  /** What it takes where there is room, px. */
  readonly width: number
  /** Below this it is not readable, px. */
  readonly minWidth: number
  /** Its part of the room that is left over; 0 when absent. */
  readonly grow?: number
  /** 1 stays always. The greatest leaves first; of equals the last one. */
  readonly priority: number
}

export interface ColumnPlace {
  readonly id: string
  readonly widthPx: number
}

export interface TableLayout {
  readonly places: readonly ColumnPlace[]
  /** Wanted, but there is no room for them now. */
  readonly crowdedOut: readonly string[]
}

export function layoutColumns(wanted: readonly ColumnSpace[], availablePx: number): TableLayout {
  const { kept, crowdedOut } = keepWhatFits(wanted, availablePx)
  const widths = kept.map(({ width, minWidth }) => Math.max(width, minWidth))
  const totalPx = sum(widths)
  if (totalPx > availablePx) shrink(kept, widths, totalPx - availablePx, availablePx)
  else grow(kept, widths, availablePx - totalPx)
  return { places: kept.map(({ id }, at) => ({ id, widthPx: widths[at] ?? 0 })), crowdedOut }
}

/**
 * The border to the right of a column, moved: the side that it moves into gives, the nearest column first and each down to
 * its least, and the column on the other side gains as much. So the border stays under the pointer while there is room.
 */
export function moveBorder(
  places: readonly ColumnPlace[],
  columns: readonly Pick<ColumnSpace, 'id' | 'minWidth'>[],
  leftId: string,
  byPx: number,
): readonly ColumnPlace[] {
  const at = places.findIndex(({ id }) => id === leftId)
  if (at < 0 || at === places.length - 1) return places
  const widths = places.map(({ widthPx }) => widthPx)
  const slackOf = (index: number) => {
    const least = columns.find(({ id }) => id === places[index]?.id)?.minWidth ?? 0
    return Math.max(0, (widths[index] ?? 0) - least)
  }
  const [gains, first, step] = byPx > 0 ? [at, at + 1, 1] : [at + 1, at, -1]
  let wantedPx = Math.abs(byPx)
  for (let giver = first; wantedPx > 0 && giver >= 0 && giver < places.length; giver += step) {
    const givenPx = Math.min(slackOf(giver), wantedPx)
    widths[giver] = (widths[giver] ?? 0) - givenPx
    widths[gains] = (widths[gains] ?? 0) + givenPx
    wantedPx -= givenPx
  }
  return places.map(({ id }, index) => ({ id, widthPx: widths[index] ?? 0 }))
}

function keepWhatFits(wanted: readonly ColumnSpace[], availablePx: number) {
  const kept = [...wanted]
  const crowdedOut: string[] = []
  while (sum(kept.map(({ minWidth }) => minWidth)) > availablePx) {
    const first = kept.reduce<ColumnSpace | undefined>(
      (worst, column) => (column.priority > 1 && column.priority >= (worst?.priority ?? 0) ? column : worst),
      undefined,
    )
    if (first === undefined) break
    kept.splice(kept.indexOf(first), 1)
    crowdedOut.push(first.id)
  }
  return { kept, crowdedOut }
}

/** Each gives in proportion to what it has above its least; where even the least is too much, all shrink alike. */
function shrink(columns: readonly ColumnSpace[], widths: number[], excessPx: number, availablePx: number): void {
  const slack = columns.map(({ minWidth }, at) => (widths[at] ?? 0) - minWidth)
  const totalSlackPx = sum(slack)
  if (totalSlackPx >= excessPx) {
    for (const [at, own] of slack.entries()) widths[at] = (widths[at] ?? 0) - (own / totalSlackPx) * excessPx
    return
  }
  const leastPx = sum(columns.map(({ minWidth }) => minWidth))
  for (const [at, { minWidth }] of columns.entries()) widths[at] = (minWidth / leastPx) * Math.max(0, availablePx)
}

function grow(columns: readonly ColumnSpace[], widths: number[], roomPx: number): void {
  const growth = columns.map((column) => column.grow ?? 0)
  const total = sum(growth)
  if (total === 0) return
  for (const [at, own] of growth.entries()) widths[at] = (widths[at] ?? 0) + (own / total) * roomPx
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
