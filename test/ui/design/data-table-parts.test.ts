/** What a table decides without a screen: widths, order, selection, memory. Rules [UI21] - [UI24]. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { layoutColumns, moveBorder } from '../../../renderer/design/data-table-layout.ts'
import { recallTable, rememberTable } from '../../../renderer/design/data-table-memory.ts'
import { CALM_MS, RowOrder } from '../../../renderer/design/data-table-order.ts'
import {
  all,
  clicked,
  moved,
  NOTHING_SELECTED,
  only,
  type TableSelection,
  toggled,
} from '../../../renderer/design/data-table-selection.ts'

const NAME = { id: 'name', width: 300, minWidth: 160, grow: 1, priority: 1 }
const SIZE = { id: 'size', width: 90, minWidth: 70, priority: 2 }
const ADDED = { id: 'added', width: 120, minWidth: 90, priority: 4 }

const total = (places: readonly { widthPx: number }[]) => places.reduce((sum, { widthPx }) => sum + widthPx, 0)

describe('columns', () => {
  test('[UI21] what may grow takes the room that is left', () => {
    expect(layoutColumns([NAME, SIZE, ADDED], 1_000).places).toEqual([
      { id: 'name', widthPx: 790 },
      { id: 'size', widthPx: 90 },
      { id: 'added', widthPx: 120 },
    ])
  })

  test('[UI21] where room is short all shrink, none below its least', () => {
    const { places, crowdedOut } = layoutColumns([NAME, SIZE, ADDED], 400)
    expect(crowdedOut).toEqual([])
    expect(total(places)).toBeCloseTo(400)
    expect(places.map(({ widthPx }) => Math.round(widthPx))).toEqual([219, 78, 103])
  })

  test('[UI21] where it is shorter still the least important leave', () => {
    expect(layoutColumns([NAME, SIZE, ADDED], 300).crowdedOut).toEqual(['added'])
    expect(layoutColumns([NAME, SIZE, ADDED], 200).crowdedOut).toEqual(['added', 'size'])
    expect(layoutColumns([NAME, SIZE, ADDED], 100).places).toEqual([{ id: 'name', widthPx: 100 }])
  })

  test('[UI21] whatever the columns and the room, nothing is wider than the room', () => {
    const column = fc.record({
      width: fc.integer({ min: 1, max: 500 }),
      minWidth: fc.integer({ min: 1, max: 300 }),
      grow: fc.integer({ min: 0, max: 3 }),
      priority: fc.integer({ min: 1, max: 5 }),
    })
    fc.assert(
      fc.property(fc.array(column, { maxLength: 12 }), fc.integer({ min: 0, max: 2_000 }), (columns, roomPx) => {
        const named = columns.map((one, at) => ({ ...one, id: String(at) }))
        const { places, crowdedOut } = layoutColumns(named, roomPx)
        expect(total(places)).toBeLessThanOrEqual(roomPx + 0.001)
        expect(places.length + crowdedOut.length).toBe(columns.length)
        for (const { priority, id } of named) if (priority === 1) expect(crowdedOut).not.toContain(id)
      }),
      { seed: 7 },
    )
  })

  test('[UI22] a border that is moved takes from the side that it moves into, the nearest first', () => {
    const { places } = layoutColumns([NAME, SIZE, ADDED], 510)
    const moved = (id: string, byPx: number) =>
      moveBorder(places, [NAME, SIZE, ADDED], id, byPx).map(({ widthPx }) => widthPx)
    expect(moved('name', -20)).toEqual([280, 110, 120])
    expect(moved('name', 10)).toEqual([310, 80, 120])
    expect(moved('name', 35)).toEqual([335, 70, 105])
    expect(moved('name', 500)).toEqual([350, 70, 90])
    expect(moved('size', -50)).toEqual([270, 70, 170])
    expect(moved('added', 50)).toEqual([300, 90, 120])
    expect(moved('unknown', 50)).toEqual([300, 90, 120])
  })
})

interface Row {
  readonly id: string
  readonly rate?: number
}

const byRate = { columnId: 'rate', isDescending: true, sortValue: (row: Row) => row.rate }
const ids = (rows: readonly Row[]) => rows.map(({ id }) => id).join('')

describe('order', () => {
  const order = () =>
    new RowOrder<Row>(
      ({ id }) => id,
      (a, b) => a.localeCompare(b),
    )

  test('[UI23] changed values of the same rows count after a second, not at once', () => {
    const rows = order()
    expect(
      ids(
        rows.order(
          [
            { id: 'a', rate: 3 },
            { id: 'b', rate: 2 },
          ],
          byRate,
          0,
        ).rows,
      ),
    ).toBe('ab')
    const swapped = [
      { id: 'a', rate: 1 },
      { id: 'b', rate: 2 },
    ]
    const soon = rows.order(swapped, byRate, 100)
    expect(ids(soon.rows)).toBe('ab')
    expect(soon.rows[0]).toBe(swapped[0])
    expect(soon.againAt).toBe(CALM_MS)
    const later = rows.order(swapped, byRate, CALM_MS)
    expect(ids(later.rows)).toBe('ba')
    expect(later.againAt).toBeUndefined()
  })

  test('[UI23] a row that comes or goes and another direction count at once', () => {
    const rows = order()
    rows.order(
      [
        { id: 'a', rate: 3 },
        { id: 'b', rate: 2 },
      ],
      byRate,
      0,
    )
    const three = [
      { id: 'a', rate: 1 },
      { id: 'b', rate: 2 },
      { id: 'c', rate: 9 },
    ]
    expect(ids(rows.order(three, byRate, 10).rows)).toBe('cba')
    expect(ids(rows.order(three, { ...byRate, isDescending: false }, 20).rows)).toBe('abc')
    expect(ids(rows.order(three.slice(1), byRate, 30).rows)).toBe('cb')
  })

  test('[UI23] what has no value is last in either direction, equals keep their order', () => {
    const rows = [{ id: 'a' }, { id: 'b', rate: 1 }, { id: 'c', rate: 1 }, { id: 'd', rate: 5 }]
    expect(ids(order().order(rows, byRate, 0).rows)).toBe('dbca')
    expect(ids(order().order(rows, { ...byRate, isDescending: false }, 0).rows)).toBe('bcda')
  })
})

describe('selection', () => {
  const ORDER = ['a', 'b', 'c', 'd', 'e']
  const plain = { shift: false, toggle: false }
  const shift = { shift: true, toggle: false }
  const toggle = { shift: false, toggle: true }
  const chosen = (selection: TableSelection) => [...selection.ids].sort().join('')

  test('[UI24] a click chooses one, with Ctrl one more or less, with Shift a range from where it began', () => {
    const b = clicked(NOTHING_SELECTED, ORDER, 'b', plain)
    expect(chosen(b)).toBe('b')
    const bd = clicked(b, ORDER, 'd', toggle)
    expect(chosen(bd)).toBe('bd')
    expect(chosen(clicked(bd, ORDER, 'b', toggle))).toBe('d')
    const range = clicked(b, ORDER, 'd', shift)
    expect(chosen(range)).toBe('bcd')
    expect(chosen(clicked(range, ORDER, 'a', shift))).toBe('ab')
    expect(chosen(clicked(bd, ORDER, 'e', { shift: true, toggle: true }))).toBe('bde')
  })

  test('[UI24] arrows go and choose, with Shift they stretch, with Ctrl they only go', () => {
    const b = only('b')
    expect(moved(b, ORDER, 'down', 3, plain)).toEqual(only('c'))
    const stretched = moved(moved(b, ORDER, 'down', 3, shift), ORDER, 'down', 3, shift)
    expect(chosen(stretched)).toBe('bcd')
    expect(chosen(moved(stretched, ORDER, 'up', 3, shift))).toBe('bc')
    const gone = moved(b, ORDER, 'end', 3, toggle)
    expect([chosen(gone), gone.cursor]).toEqual(['b', 'e'])
    expect(chosen(toggled(gone, 'e'))).toBe('be')
  })

  test('[UI24] it stops at both ends and begins at the nearer one', () => {
    expect(moved(only('a'), ORDER, 'up', 3, plain).cursor).toBe('a')
    expect(moved(only('e'), ORDER, 'page-down', 3, plain).cursor).toBe('e')
    expect(moved(only('b'), ORDER, 'page-down', 2, plain).cursor).toBe('d')
    expect(moved(NOTHING_SELECTED, ORDER, 'down', 3, plain).cursor).toBe('a')
    expect(moved(NOTHING_SELECTED, ORDER, 'up', 3, plain).cursor).toBe('e')
    expect(moved(only('gone'), ORDER, 'home', 3, plain).cursor).toBe('a')
    expect(moved(NOTHING_SELECTED, [], 'down', 3, plain)).toBe(NOTHING_SELECTED)
  })

  test('[UI24] everything is what is shown', () => {
    expect(chosen(all(only('b'), ORDER))).toBe('abcde')
  })
})

describe('memory', () => {
  const storage = () => {
    const kept = new Map<string, string>()
    return {
      length: 0,
      clear: () => kept.clear(),
      key: () => null,
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    }
  }
  const memory = { sort: { columnId: 'size', isDescending: true }, widths: { name: 222 }, shown: { size: false } }

  test('[UI22] what was set is there again, for columns that still are', () => {
    const box = storage()
    rememberTable('t', memory, box)
    expect(recallTable('t', ['name', 'size'], box)).toEqual(memory)
    expect(recallTable('t', ['name'], box)).toEqual({ widths: { name: 222 }, shown: {} })
    expect(recallTable('other', ['name', 'size'], box)).toEqual({ widths: {}, shown: {} })
  })

  test.each(['', '{', 'null', '[]', '{"widths":{"name":-1},"shown":{"name":"x"},"sort":{"columnId":7}}'])(
    '[UI22] what cannot be read is as if there were nothing: %s',
    (text) => {
      const box = storage()
      box.setItem('shoal.table.t', text)
      expect(recallTable('t', ['name'], box)).toEqual({ widths: {}, shown: {} })
    },
  )
})
