/** The screen of one share in states that are hard to reach. */
import { act, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { DetailScreen } from '../../../renderer/detail/detail-screen.tsx'
import type { ChunkMapEvent } from '../../../shared/contract/chunk-map.ts'
import type { FileEntry, Peer, ShareSummary, SwarmPeer } from '../../../shared/contract/model.ts'
import { giveSizes } from '../support/sizes.ts'
import { renderInWindow, SHARE } from '../support/window.tsx'
import { mapEvent } from './chunk-events.ts'

const ROOT = SHARE.root
const DOWNLOADING: ShareSummary = {
  ...SHARE,
  origin: 'fetched',
  state: 'downloading',
  chunkCount: 4,
  haveChunks: 2,
  haveBytes: 1_500_000,
  downBytesPerSecond: 1_000_000,
  etaMs: 90_000,
  peers: 2,
  seeds: 1,
  availability: 2,
  survives: 1,
}
const row = (peer: string, more: Partial<SwarmPeer> = {}): SwarmPeer => ({
  root: ROOT,
  peer,
  name: peer,
  routes: ['link'],
  liveness: 'alive',
  haveChunks: 4,
  downBytesPerSecond: 5_000,
  upBytesPerSecond: 0,
  receivedBytes: 10,
  sentBytes: 20,
  inFlight: 1,
  window: 1_000_000,
  chokedByPeer: false,
  chokedByUs: true,
  corruptChunks: 0,
  lastSeenAt: 1,
  ...more,
})
const shares = (share: ShareSummary) => new Map([[share.root, share]])

async function* once(event: ChunkMapEvent, signal: AbortSignal | undefined): AsyncGenerator<ChunkMapEvent> {
  yield event
  await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()))
}
const watching = (event: ChunkMapEvent) => ({
  watchChunks: (_input: { root: string }, options?: { signal?: AbortSignal }) => once(event, options?.signal),
})

beforeEach(() => {
  localStorage.clear()
  giveSizes(900, 400)
})

describe('how a share stands', () => {
  test('[UI45] a share that is gone says so and leads back', async () => {
    const drawn = renderInWindow(<DetailScreen root="nothing" tab={undefined} />)
    expect(screen.getByText('This share is not here any more')).toBeTruthy()
    await userEvent.click(screen.getByRole('button', { name: 'Back to the transfers' }))
    expect(drawn.location()).toBe('/transfers')
  })

  test('[UI45] while the engine is not heard no speed and no time left is told', () => {
    const drawn = renderInWindow(<DetailScreen root={ROOT} tab="log" />, { replica: { shares: shares(DOWNLOADING) } })
    expect(screen.getByText('1.00 MB/s')).toBeTruthy()
    expect(screen.getByText('1 min 30 sec')).toBeTruthy()
    drawn.lose()
    expect(screen.queryByText('1.00 MB/s')).toBeNull()
    expect(screen.queryByText('1 min 30 sec')).toBeNull()
    expect(screen.getAllByText('–').length).toBeGreaterThanOrEqual(3)
  })

  test('[UI45] 100 % is said when it is so, and not before', () => {
    const almost = { ...DOWNLOADING, wantedBytes: 1_000_000_000, haveBytes: 999_999_999 }
    renderInWindow(<DetailScreen root={ROOT} tab="log" />, { replica: { shares: shares(almost) } })
    expect(screen.getByText(/^99\.9%/)).toBeTruthy()
    expect(screen.queryByText(/100/)).toBeNull()
  })

  test.each([
    [{ availability: 0, survives: 0 }, 'Some chunks are out of reach now.'],
    [{ availability: 1, survives: 0 }, 'A single copy: its holder must stay.'],
    [{ availability: 3, survives: 2 }, 'Survives 2 departures.'],
  ])('[UI45] copies within reach %o: %s', (more, words) => {
    renderInWindow(<DetailScreen root={ROOT} tab="log" />, { replica: { shares: shares({ ...DOWNLOADING, ...more }) } })
    expect(screen.getByText(words)).toBeTruthy()
  })

  test('[UI45] the view is part of the address, and its tab is chosen by keyboard', async () => {
    const drawn = renderInWindow(<DetailScreen root={ROOT} tab="log" />, {
      replica: { shares: shares(DOWNLOADING) },
      api: watching({ type: 'none' }),
    })
    expect(screen.getByRole('tab', { name: 'Log' }).getAttribute('aria-selected')).toBe('true')
    act(() => screen.getByRole('tab', { name: 'Log' }).focus())
    await userEvent.keyboard('{ArrowLeft}')
    expect(drawn.location()).toBe(`/transfers/${ROOT}/files`)
  })
})

describe('chunks', () => {
  const map = mapEvent(
    [
      { state: 'have', supplier: 1, copies: 3, arrivedSeconds: 10 },
      { state: 'have', supplier: 0, copies: 2 },
      { state: 'in-flight', supplier: 1, copies: 1 },
      { state: 'missing', copies: 0 },
    ],
    ['ana'],
  )
  const peers = new Map([['ana', { peer: 'ana', nickname: 'Ana', connected: true, shoal: true } as Peer]])

  test('[UI44] the map is summed up in words, and the table has the same chunks', async () => {
    renderInWindow(<DetailScreen root={ROOT} tab="chunks" />, {
      replica: { shares: shares(DOWNLOADING), peers },
      api: watching(map),
    })
    const summary = '4 chunks: 2 here, 1 in flight, 1 missing. The rarest chunk has no reachable copy.'
    expect(await screen.findByText(summary)).toBeTruthy()
    expect(screen.getByRole('application').getAttribute('aria-label')).toBe(summary)
    await userEvent.click(screen.getByRole('radio', { name: 'Table' }))
    const table = screen.getByRole('table', { name: 'Chunks' })
    expect(table.getAttribute('aria-rowcount')).toBe('5')
    const rows = within(table).getAllByRole('row').slice(1)
    expect(rows.map((one) => within(one).getAllByRole('cell')[1]?.textContent)).toEqual([
      'Here',
      'Here',
      'In flight',
      'Missing',
    ])
    expect(rows.map((one) => within(one).getAllByRole('cell')[2]?.textContent)).toEqual(['Ana', '–', 'Ana', '–'])
    expect(rows.map((one) => within(one).getAllByRole('cell')[3]?.textContent)).toEqual(['3', '2', '1', '0'])
  })

  test('[UI42] coloured by supplier, the legend names who delivered what', async () => {
    renderInWindow(<DetailScreen root={ROOT} tab="chunks" />, {
      replica: { shares: shares(DOWNLOADING), peers },
      api: watching(map),
    })
    await userEvent.click(await screen.findByRole('radio', { name: 'Supplier' }))
    const legend = screen.getByRole('list', { name: 'What the colours and marks mean' })
    expect(
      within(legend)
        .getAllByRole('listitem')
        .map((one) => one.textContent),
    ).toEqual(['Ana1', 'Here from before1', 'In flight1', 'Missing1'])
  })

  test('[UI40] before the manifest is known there is no map, and it says why', async () => {
    const { totalBytes: _, chunkCount: __, ...unknown } = DOWNLOADING
    renderInWindow(<DetailScreen root={ROOT} tab="chunks" />, {
      replica: { shares: shares({ ...unknown, state: 'resolving' }) },
      api: watching({ type: 'none' }),
    })
    expect(await screen.findByText(/not known yet. The map appears/)).toBeTruthy()
  })
})

describe('swarm and peers', () => {
  test('[UI48] the swarm is summed up in words, with the way to the table', () => {
    const swarm = new Map([
      [ROOT, new Map([row('a'), row('b', { liveness: 'suspect', haveChunks: 1 })].map((one) => [one.peer, one]))],
    ])
    renderInWindow(<DetailScreen root={ROOT} tab="swarm" />, {
      replica: { shares: shares(DOWNLOADING), swarm },
      api: watching({ type: 'none' }),
    })
    const words = '2 peers: 1 has all of it, 1 does not answer. Down 1.00 MB/s, up 0 B/s.'
    expect(screen.getByRole('application').getAttribute('aria-label')?.replace(/\s/g, ' ')).toBe(words)
    const link = screen.getByRole('link', { name: 'See the table of peers' })
    expect(link.getAttribute('href')).toContain(`/transfers/${ROOT}/peers`)
  })

  test('[UI46] alone, the picture says who will appear there', () => {
    renderInWindow(<DetailScreen root={ROOT} tab="swarm" />, {
      replica: { shares: shares(SHARE) },
      api: watching({ type: 'none' }),
    })
    expect(screen.getByText('Nobody else yet')).toBeTruthy()
  })

  test('[UI49] every peer is a row with its state in words, and can be blocked', async () => {
    const block = vi.fn(async () => {})
    const swarm = new Map([
      [ROOT, new Map([row('a'), row('b', { liveness: 'suspect', haveChunks: 1 })].map((one) => [one.peer, one]))],
    ])
    renderInWindow(<DetailScreen root={ROOT} tab="peers" />, {
      replica: { shares: shares(DOWNLOADING), swarm },
      api: { block },
    })
    const grid = screen.getByRole('grid', { name: 'Peers of this share' })
    const [, first, second] = within(grid).getAllByRole('row')
    expect([first?.textContent, second?.textContent].sort()).toEqual([
      expect.stringContaining('aHas all'),
      expect.stringContaining('bNot answering'),
    ])
    if (first === undefined) throw new Error('There is a first row.')
    await userEvent.click(within(first).getByRole('button'))
    await userEvent.click(await screen.findByRole('menuitem', { name: 'Block this peer' }))
    expect(block).toHaveBeenCalledWith({ peer: first.textContent?.startsWith('a') ? 'a' : 'b', blocked: true })
  })
})

describe('files', () => {
  const files = (selected: readonly boolean[]): FileEntry[] =>
    selected.map((isSelected, index) => ({
      index,
      path: `f${index}.bin`,
      sizeBytes: 1_000_000,
      haveBytes: index === 0 ? 500_000 : 0,
      selected: isSelected,
    }))

  test('[UI51] a choice is sent a moment later, as numbers of files, and is in force when the engine has answered', async () => {
    const answers = [files([true, true, false]), files([true, true, true])]
    const select = vi.fn(async () => DOWNLOADING)
    renderInWindow(<DetailScreen root={ROOT} tab="files" />, {
      replica: { shares: shares(DOWNLOADING) },
      api: { select, files: async () => ({ total: 3, files: answers[Math.min(select.mock.calls.length, 1)] ?? [] }) },
    })
    const third = await screen.findByRole('treeitem', { name: /f2\.bin/ })
    expect(third.getAttribute('aria-checked')).toBe('false')
    expect(screen.getByText('50%')).toBeTruthy()
    await userEvent.click(third)
    expect(screen.getByText('Telling the engine…')).toBeTruthy()
    expect(select).not.toHaveBeenCalled()
    await waitFor(() => expect(select).toHaveBeenCalledWith({ root: ROOT, select: [0, 1, 2] }), { timeout: 5_000 })
    expect(await screen.findByText(/Only ticked files are fetched/)).toBeTruthy()
  })

  test('[UI51] nothing chosen is not sent, and it says so', async () => {
    const select = vi.fn(async () => DOWNLOADING)
    renderInWindow(<DetailScreen root={ROOT} tab="files" />, {
      replica: { shares: shares(DOWNLOADING) },
      api: { select, files: async () => ({ total: 2, files: files([true, true]) }) },
    })
    await screen.findByRole('treeitem', { name: /f0\.bin/ })
    await userEvent.click(screen.getByRole('button', { name: 'None' }))
    expect(screen.getByText(/Nothing is chosen, so nothing was changed/)).toBeTruthy()
    expect(select).not.toHaveBeenCalled()
  })

  test('[UI51] files of an in-place share cannot be chosen', async () => {
    renderInWindow(<DetailScreen root={ROOT} tab="files" />, {
      replica: { shares: shares(SHARE) },
      api: { files: async () => ({ total: 2, files: files([true, true]) }) },
    })
    const first = await screen.findByRole('treeitem', { name: /f0\.bin/ })
    expect(first.getAttribute('aria-disabled')).toBe('true')
    expect(screen.getByText('These files are shared from where they lie on your disk.')).toBeTruthy()
  })
})

describe('[UI83] names that turn the writing round are shown as such to whoever listens, too', () => {
  const NAME = 'invoice\u202egpj.exe'
  const SHOWN = 'invoice\\u{202e}gpj.exe'

  test('of files', async () => {
    renderInWindow(<DetailScreen root={ROOT} tab="files" />, {
      replica: { shares: shares(DOWNLOADING) },
      api: {
        files: async () => ({
          total: 1,
          files: [{ index: 0, path: NAME, sizeBytes: 1_000_000, haveBytes: 500_000, selected: true }],
        }),
      },
    })
    expect(await screen.findByLabelText(`How much of ${SHOWN} is here`)).toBeTruthy()
    expect(document.body.outerHTML).not.toContain('\u202e')
  })

  test('of peers', () => {
    const swarm = new Map([[ROOT, new Map([['a', row('a', { name: NAME, haveChunks: 1 })]])]])
    renderInWindow(<DetailScreen root={ROOT} tab="peers" />, { replica: { shares: shares(DOWNLOADING), swarm } })
    expect(screen.getAllByText(SHOWN).length).toBeGreaterThan(0)
    expect(document.body.outerHTML).not.toContain('\u202e')
  })
})

describe('log', () => {
  test('[UI50] the newest line stands at the end, and lines can be looked at by group', async () => {
    const log = [
      { at: 1_000, kind: 'share-added', root: ROOT, text: '', facts: { origin: 'link' } },
      { at: 2_000, kind: 'announce-failed', root: ROOT, text: '', facts: { route: 'lan-dht' } },
    ] as const
    const drawn = renderInWindow(<DetailScreen root={ROOT} tab="log" />, {
      replica: { shares: shares(DOWNLOADING), log },
    })
    const lines = () => screen.getAllByRole('listitem').map((one) => one.lastElementChild?.textContent)
    expect(lines()).toEqual([
      'A link was opened.',
      'Nobody on the local network took the announcement. It is tried again.',
    ])
    drawn.change({ log: [...log, { at: 3_000, kind: 'share-paused', root: ROOT, text: '', facts: {} }] })
    expect(lines().at(-1)).toBe('Paused.')
    await userEvent.click(screen.getByRole('button', { name: /Show/ }))
    await userEvent.click(await screen.findByRole('option', { name: 'Announcements' }))
    expect(lines()).toHaveLength(1)
  })
})
