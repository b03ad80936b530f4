/** What the system hands to the window: several things at once, while a sheet is open, and more than anybody goes through. */
import { act, screen } from '@testing-library/react'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { OpenRequests } from '../../../renderer/app/open-requests.tsx'
import { closeSheet, MAX_WAITING_SHEETS, openSheet, queueSheets, sheets } from '../../../renderer/app/sheets.ts'
import { shareTasks } from '../../../renderer/share/share-tasks.ts'
import type { EngineApi } from '../../../shared/contract/engine-api.ts'
import type { OpenRequest } from '../../../shared/shell/shell-api.ts'
import { renderInWindow } from '../support/window.tsx'

const link = (name: string) => ({ kind: 'receive', link: `shoal:${name}` }) as const

beforeEach(() => {
  sheets.setState({ sheet: { kind: 'none' }, waiting: [] })
  shareTasks.store.setState({ tasks: [] })
})

describe('[UI85] what is to be opened', () => {
  test('the first at once, the others one after the other, in order', () => {
    expect(queueSheets([link('a'), link('b'), link('c')])).toEqual({ leftOut: 0 })
    expect(sheets.getState().sheet).toEqual(link('a'))
    closeSheet()
    expect(sheets.getState().sheet).toEqual(link('b'))
    closeSheet()
    closeSheet()
    expect(sheets.getState()).toMatchObject({ sheet: { kind: 'none' }, waiting: [] })
  })

  test('waits for the sheet that is open, also when another takes its place', () => {
    openSheet({ kind: 'share', root: 'one' })
    queueSheets([link('a')])
    openSheet({ kind: 'share', root: 'two' })
    expect(sheets.getState().sheet).toEqual({ kind: 'share', root: 'two' })
    closeSheet()
    expect(sheets.getState().sheet).toEqual(link('a'))
  })

  test('a link that is open or waits is not asked for twice', () => {
    queueSheets([link('a'), link('a'), link('b')])
    queueSheets([link('b')])
    expect(sheets.getState().waiting).toEqual([link('b')])
  })

  test('what is too much is counted, not dropped in silence', () => {
    const many = Array.from({ length: MAX_WAITING_SHEETS + 4 }, (_, at) => link(String(at)))
    expect(queueSheets(many)).toEqual({ leftOut: 3 })
    expect(sheets.getState().waiting).toHaveLength(MAX_WAITING_SHEETS)
  })
})

describe('[UI85] requests of the system', () => {
  function drawn() {
    const importPaths = vi.fn<EngineApi['importPaths']>(() => new Promise(() => {}))
    let tell: (request: OpenRequest) => void = () => {}
    renderInWindow(<OpenRequests />, {
      api: { importPaths },
      shell: {
        onOpen: (listener) => {
          tell = listener
          return () => {}
        },
      },
    })
    return { importPaths, tell: (request: OpenRequest) => act(async () => tell(request)) }
  }

  test('links and paths that come together are all taken, and nothing is begun before its turn', async () => {
    openSheet({ kind: 'share', root: 'open' })
    const { tell, importPaths } = drawn()
    await tell({ links: ['shoal:a', 'shoal:b'], paths: ['/home/u/one', '/home/u/two'] })
    await tell({ links: ['shoal:c'], paths: [] })
    const files = { kind: 'share-paths', paths: ['/home/u/one', '/home/u/two'] }
    expect(sheets.getState().waiting).toEqual([link('a'), link('b'), files, link('c')])
    sheets.setState(({ waiting }) => ({ waiting: waiting.slice(2) }))
    expect(importPaths).not.toHaveBeenCalled()
    await act(async () => closeSheet())
    expect(importPaths.mock.calls.map(([{ paths }]) => paths)).toEqual([files.paths])
    expect(sheets.getState().waiting).toEqual([link('c')])
  })

  test('more than may wait is told', async () => {
    openSheet({ kind: 'share', root: 'open' })
    const { tell } = drawn()
    const links = Array.from({ length: MAX_WAITING_SHEETS + 2 }, (_, at) => `shoal:${at}`)
    await tell({ links, paths: [] })
    expect(await screen.findByText('2 links or batches of files were not opened: too many are waiting.')).toBeTruthy()
  })
})
