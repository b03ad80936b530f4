/** Several things shared in one go: one share and one link, the way to a link each, and how such a share is shown. */
import { act, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { OpenRequests } from '../../../renderer/app/open-requests.tsx'
import { closeSheet, openSheet } from '../../../renderer/app/sheets.ts'
import { ShareSheet } from '../../../renderer/share/share-sheet.tsx'
import { MAX_TASKS_AT_ONCE, type Source } from '../../../renderer/share/share-tasks.ts'
import { together } from '../../../renderer/share/together.ts'
import { placeOf } from '../../../renderer/transfers/share-abilities.ts'
import { ShoalError } from '../../../shared/contract/errors.ts'
import { MAX_SHARE_NAME_LENGTH } from '../../../shared/contract/limits.ts'
import type { ImportJob } from '../../../shared/contract/model.ts'
import { renderInWindow, SHARE } from '../support/window.tsx'

afterEach(() => act(closeSheet))

const PATHS = ['/one/a.jpg', '/two/b.jpg', '/three']
const NAME = 'a.jpg and 2 more'
const sources = (paths: readonly string[]): Source[] => paths.map((path) => ({ kind: 'path', path }))
const word = (first: string, more: number) => `${first} +${more}`

const jobOf = (change: Partial<ImportJob> = {}): ImportJob => ({
  job: 'all',
  path: '/one/a.jpg',
  together: { name: NAME, paths: 3 },
  state: 'hashing',
  files: 3,
  totalBytes: 10,
  doneBytes: 5,
  skipped: [],
  ...change,
})

describe('[UI18] several paths become', () => {
  test('one source, called after the first; each path once', () => {
    expect(together(sources([...PATHS, '/one/a.jpg']), word)).toEqual([
      { kind: 'together', paths: PATHS, name: 'a.jpg +2' },
    ])
  })
  test('what it is, when it is one, however often it was named', () => {
    expect(together(sources(['/a', '/a']), word)).toEqual([{ kind: 'path', path: '/a' }])
    expect(together([], word)).toEqual([])
  })
  test('a copy of a drop stays the one thing that it is', () => {
    const copy: Source = { kind: 'copy', name: 'x', files: [] }
    expect(together([copy], word)).toEqual([copy])
  })
  test('a name that the engine takes, however long the first one is', () => {
    for (const letter of ['x', '🐟']) {
      const [only] = together(sources([`/${letter.repeat(255)}`, '/b']), (first, more) => `${first} and ${more} more`)
      if (only?.kind !== 'together') throw new Error('not one share')
      expect(only.name.length).toBeLessThanOrEqual(MAX_SHARE_NAME_LENGTH)
      expect(only.name).toMatch(/and 1 more$/)
      expect(only.name.isWellFormed()).toBe(true)
    }
  })
})

/** What the system hands over begins a share; the sheet of it is drawn. */
function begin(
  paths: readonly string[],
  jobs: ReadonlyMap<string, ImportJob> = new Map(),
  shares = new Map(),
  refused?: ShoalError,
) {
  const api = {
    importPaths: vi.fn(async () => (refused === undefined ? jobOf() : Promise.reject(refused))),
    importPath: vi.fn(async ({ path }: { path: string }) => jobOf({ job: path, path })),
    cancelImport: vi.fn(async () => {}),
  }
  const drawn = renderInWindow(<OpenRequests />, { api, replica: { jobs, shares } })
  act(() => openSheet({ kind: 'share-paths', paths }))
  return { api, drawn }
}

const each = PATHS.map((path) => [{ path }])

describe('[UI18] a link each', () => {
  test('while they are indexed: that ends, and each is begun', async () => {
    const user = userEvent.setup()
    const { api } = begin(PATHS, new Map([['all', jobOf()]]))
    const sheet = await screen.findByRole('dialog', { name: NAME })
    expect(api.importPaths).toHaveBeenCalledExactlyOnceWith({ paths: PATHS, name: NAME })
    expect(within(sheet).getByText(/These 3 things become one share/)).toBeTruthy()
    await user.click(within(sheet).getByRole('button', { name: 'A link each' }))
    expect(api.cancelImport).toHaveBeenCalledExactlyOnceWith('all')
    expect(await screen.findByRole('dialog', { name: 'Sharing 3 things' })).toBeTruthy()
    await waitFor(() => expect(api.importPath.mock.calls).toEqual(each))
  })

  test('once it is shared: each is begun too, and the one link stays, which is said before', async () => {
    const user = userEvent.setup()
    const done = jobOf({ state: 'done', root: SHARE.root })
    const { api } = begin(PATHS, new Map([['all', done]]), new Map([[SHARE.root, { ...SHARE, name: NAME }]]))
    expect(await screen.findByText(/this one stays until you stop sharing it/)).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'A link each' }))
    await waitFor(() => expect(api.importPath.mock.calls).toEqual(each))
    expect(api.cancelImport).not.toHaveBeenCalled()
  })

  test('where they cannot be one folder: the reason, and the same offer', async () => {
    const user = userEvent.setup()
    const refused = new ShoalError('BAD_INPUT', 'Two have the same name.')
    const { api } = begin(PATHS, new Map(), new Map(), refused)
    expect((await screen.findByRole('alert')).textContent).toMatch(/Two have the same name\.$/)
    expect(screen.getByText(/They cannot be one share/)).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'A link each' }))
    await waitFor(() => expect(api.importPath.mock.calls).toEqual(each))
  })

  test('is not offered of one thing, nor of more than can be begun at once', async () => {
    const one = begin(['/one/a.jpg'])
    expect(await screen.findByRole('dialog', { name: 'a.jpg' })).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'A link each' })).toBeNull()
    one.drawn.unmount()
    begin(Array.from({ length: MAX_TASKS_AT_ONCE + 1 }, (_, index) => `/${index}`))
    expect(await screen.findByRole('dialog', { name: `0 and ${MAX_TASKS_AT_ONCE} more` })).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'A link each' })).toBeNull()
  })
})

test('[UI18] a share of several says where the first of them lie, and how many more there are', () => {
  const { path: _none, ...rest } = SHARE
  const share = { ...rest, paths: { count: 5, first: ['/one/a.jpg', '/two/b.jpg', '/three'] } }
  renderInWindow(<ShareSheet sheet={{ kind: 'share', root: SHARE.root }} onClose={() => {}} />, {
    replica: { shares: new Map([[SHARE.root, share]]) },
  })
  for (const one of share.paths.first) expect(screen.getByText(one)).toBeTruthy()
  expect(screen.getByText('5 places')).toBeTruthy()
  expect(screen.getByText('and 2 more')).toBeTruthy()
  expect(placeOf(share)).toBe('/one/a.jpg')
  expect(placeOf(SHARE)).toBe(SHARE.path)
})
