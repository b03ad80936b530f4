/** A table as it is used: by mouse, by keyboard, by a screen reader, with many rows and many changes. Rules [UI20] - [UI24]. */
import { act, render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { IntlProvider } from 'use-intl'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { DataTable, type DataTableProps, type TableColumn } from '../../../renderer/design/data-table.tsx'
import en from '../../../renderer/messages/en/index.ts'
import { giveSizes } from '../support/sizes.ts'

interface Row {
  readonly id: string
  readonly name: string
  readonly rate: number
}

const drawn = { name: 0, rate: 0 }
const COLUMNS: readonly TableColumn<Row>[] = [
  {
    id: 'name',
    header: 'Name',
    width: 200,
    minWidth: 100,
    grow: 1,
    priority: 1,
    memoBy: ({ name }) => name,
    sortValue: ({ name }) => name,
    cell: ({ name }) => {
      drawn.name += 1
      return name
    },
  },
  {
    id: 'rate',
    header: 'Rate',
    width: 80,
    minWidth: 60,
    priority: 2,
    align: 'end',
    sortFirst: 'descending',
    sortValue: ({ rate }) => rate,
    cell: ({ rate }) => {
      drawn.rate += 1
      return rate
    },
  },
]
const getRowId = ({ id }: Row) => id
const rowsOf = (count: number): Row[] =>
  Array.from({ length: count }, (_, at) => ({ id: `r${at}`, name: `Row ${at}`, rate: at * 10 }))

const WIDTH_PX = 500
const HEIGHT_PX = 400

beforeEach(() => {
  localStorage.clear()
  drawn.name = 0
  drawn.rate = 0
  giveSizes(WIDTH_PX, HEIGHT_PX)
})

test('[UI89] text that does not fit is told whole by its tooltip', () => {
  render(<Stage />)
  expect(screen.getByText('Row 1').title).toBe('Row 1')
})

function Stage(props: Partial<DataTableProps<Row>> & { onChosen?: (ids: readonly string[]) => void }) {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  const { onChosen, ...rest } = props
  return (
    <IntlProvider locale="en" messages={en}>
      <DataTable
        id="test"
        label="Things"
        rows={rowsOf(3)}
        columns={COLUMNS}
        getRowId={getRowId}
        renderEmpty={() => <p>Nothing here</p>}
        selection={{
          ids,
          onChange: (next) => {
            setIds(next)
            onChosen?.([...next].sort())
          },
        }}
        {...rest}
      />
    </IntlProvider>
  )
}

const shownNames = () =>
  screen
    .getAllByRole('row')
    .slice(1)
    .sort((a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')))
    .map((row) => within(row).getByRole('rowheader').textContent)

describe('many rows', () => {
  test('[UI20] of five thousand rows only those in sight are in the document, and their number is told', () => {
    render(<Stage rows={rowsOf(5_000)} />)
    expect(screen.getByRole('grid').getAttribute('aria-rowcount')).toBe('5001')
    expect(screen.getAllByRole('row').length).toBeLessThan(40)
  })

  test('[UI20] a row that changed is drawn again, the others are not, and of it only what depends on the change', () => {
    const rows = rowsOf(8)
    const { rerender } = render(<Stage rows={rows} />)
    const before = { ...drawn }
    rerender(<Stage rows={rows.map((row) => (row.id === 'r3' ? { ...row, rate: 31 } : row))} />)
    expect(drawn.rate - before.rate).toBe(1)
    expect(drawn.name - before.name).toBe(0)
  })

  test('[UI20] without rows it says what the screen says of that', () => {
    render(<Stage rows={[]} />)
    expect(screen.getByText('Nothing here')).toBeTruthy()
  })
})

describe('order', () => {
  test('[UI22] a press on a head sorts, first in the direction that the column begins with, and is remembered', async () => {
    const user = userEvent.setup()
    const { unmount } = render(<Stage />)
    await user.click(screen.getByRole('button', { name: 'Rate' }))
    expect(shownNames()).toEqual(['Row 2', 'Row 1', 'Row 0'])
    expect(screen.getByRole('columnheader', { name: 'Rate' }).getAttribute('aria-sort')).toBe('descending')
    await user.click(screen.getByRole('button', { name: 'Rate' }))
    expect(shownNames()).toEqual(['Row 0', 'Row 1', 'Row 2'])
    unmount()
    render(<Stage defaultSort={{ columnId: 'name', isDescending: true }} />)
    expect(shownNames()).toEqual(['Row 0', 'Row 1', 'Row 2'])
    expect(screen.getByRole('columnheader', { name: 'Name' }).getAttribute('aria-sort')).toBe('none')
  })

  test('[UI23] rows whose values change keep their places for a second, then move', () => {
    vi.useFakeTimers()
    try {
      const sort = { columnId: 'rate', isDescending: true }
      const { rerender } = render(<Stage defaultSort={sort} />)
      expect(shownNames()).toEqual(['Row 2', 'Row 1', 'Row 0'])
      const next = rowsOf(3).map((row) => (row.id === 'r0' ? { ...row, rate: 99 } : row))
      act(() => void vi.advanceTimersByTime(300))
      rerender(<Stage rows={next} defaultSort={sort} />)
      expect(shownNames()).toEqual(['Row 2', 'Row 1', 'Row 0'])
      act(() => void vi.advanceTimersByTime(700))
      expect(shownNames()).toEqual(['Row 0', 'Row 2', 'Row 1'])
    } finally {
      vi.useRealTimers()
    }
  })

  test('[UI21] a column that has no room leaves, and the menu of columns says so', async () => {
    giveSizes(150, HEIGHT_PX)
    const user = userEvent.setup()
    render(<Stage />)
    expect(screen.queryByRole('columnheader', { name: 'Rate' })).toBeNull()
    await user.click(screen.getByRole('button', { name: 'Columns' }))
    expect(screen.getByRole('menuitemcheckbox', { name: /Rate/ }).textContent).toContain('no room')
  })

  test('[UI22] a column is hidden and shown from the menu; the first cannot be hidden', async () => {
    const user = userEvent.setup()
    render(<Stage />)
    await user.click(screen.getByRole('button', { name: 'Columns' }))
    expect(screen.getByRole('menuitemcheckbox', { name: 'Name' }).getAttribute('aria-disabled')).toBe('true')
    await user.click(screen.getByRole('menuitemcheckbox', { name: 'Rate' }))
    await user.keyboard('{Escape}')
    expect(screen.queryByRole('columnheader', { name: 'Rate' })).toBeNull()
  })
})

describe('selection', () => {
  test('[UI24] by mouse: one, one more with Ctrl, a range with Shift', async () => {
    const user = userEvent.setup()
    const chosen: (readonly string[])[] = []
    render(<Stage rows={rowsOf(5)} onChosen={(ids) => chosen.push(ids)} />)
    await user.click(screen.getByText('Row 1'))
    await user.keyboard('{Control>}')
    await user.click(screen.getByText('Row 3'))
    await user.keyboard('{/Control}{Shift>}')
    await user.click(screen.getByText('Row 4'))
    await user.keyboard('{/Shift}')
    expect(chosen).toEqual([['r1'], ['r1', 'r3'], ['r3', 'r4']])
  })

  test('[UI24] by keyboard: arrows, Shift, Space, everything, nothing; the grid says which row is meant', async () => {
    const user = userEvent.setup()
    const chosen: (readonly string[])[] = []
    render(<Stage rows={rowsOf(4)} onChosen={(ids) => chosen.push(ids)} />)
    const grid = screen.getByRole('grid')
    grid.focus()
    await user.keyboard('{ArrowDown}{ArrowDown}')
    const cursor = document.getElementById(grid.getAttribute('aria-activedescendant') ?? '')
    expect(within(cursor ?? grid).getByRole('rowheader').textContent).toBe('Row 1')
    await user.keyboard('{Shift>}{ArrowDown}{/Shift}')
    await user.keyboard('{Control>}{ArrowDown}{/Control} ')
    await user.keyboard('{Control>}a{/Control}{Escape}')
    expect(chosen).toEqual([['r0'], ['r1'], ['r1', 'r2'], ['r1', 'r2', 'r3'], ['r0', 'r1', 'r2', 'r3'], []])
  })

  test('[UI24] Enter and a double click open, Delete and the menu key act on what is selected', async () => {
    const user = userEvent.setup()
    const onRowAction = vi.fn()
    const onDelete = vi.fn()
    const contextMenu = vi.fn((ids: readonly string[]) => [
      [{ id: 'x', label: `Do it to ${ids.join(' and ')}`, onAction: () => {} }],
    ])
    render(<Stage onRowAction={onRowAction} onDelete={onDelete} contextMenu={contextMenu} />)
    await user.dblClick(screen.getByText('Row 2'))
    screen.getByRole('grid').focus()
    await user.keyboard('{Home}{Shift>}{ArrowDown}{/Shift}{Enter}{Delete}{ContextMenu}')
    expect(onRowAction.mock.calls.map(([row]) => row.id)).toEqual(['r2', 'r1'])
    expect(onDelete).toHaveBeenCalledExactlyOnceWith(['r0', 'r1'])
    expect(await screen.findByRole('menuitem', { name: 'Do it to r0 and r1' })).toBeTruthy()
  })

  test('[UI24] a right click on a row that is not selected means that row', async () => {
    const user = userEvent.setup()
    render(<Stage contextMenu={(ids) => [[{ id: 'x', label: `Only ${ids.join()}`, onAction: () => {} }]]} />)
    await user.click(screen.getByText('Row 0'))
    await user.pointer({ keys: '[MouseRight]', target: screen.getByText('Row 2') })
    expect(await screen.findByRole('menuitem', { name: 'Only r2' })).toBeTruthy()
  })

  test('[UI24] the head is one stop for Tab: arrows go along it, with Alt they move the border', async () => {
    const user = userEvent.setup()
    render(<Stage />)
    screen.getByRole('grid').focus()
    await user.tab()
    expect(document.activeElement?.textContent).toBe('Name')
    await user.keyboard('{Alt>}{ArrowLeft}{/Alt}')
    const widths = screen.getByRole('grid').style.getPropertyValue('--columns')
    expect(widths).toBe('368px 96px 36px')
    await user.keyboard('{ArrowRight}')
    expect(document.activeElement?.textContent).toBe('Rate')
    await user.tab()
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Columns')
  })
})
