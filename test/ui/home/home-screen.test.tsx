/** The home screen in states that are hard to reach, and what it decides. */
import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, test, vi } from 'vitest'
import { OpenRequests } from '../../../renderer/app/open-requests.tsx'
import { closeSheet } from '../../../renderer/app/sheets.ts'
import { HomeScreen } from '../../../renderer/home/home-screen.tsx'
import { openingOf, recentShares } from '../../../renderer/home/recent.ts'
import { statusWords } from '../../../renderer/home/status-words.ts'
import type { Peer } from '../../../shared/contract/model.ts'
import { NODE, renderInWindow, SHARE } from '../support/window.tsx'

const peer = (id: string, path: Peer['path']): Peer => ({ peer: id, connected: true, shoal: true, path }) as Peer

describe('[UI2] the status sentence', () => {
  test('"online" needs a connection', () => {
    const node = { ...NODE, network: 'internet' as const }
    expect(statusWords(node, [], undefined, true).who).toBe('internet-alone')
    expect(statusWords({ ...node, connections: 1 }, [], undefined, true).who).toBe('internet')
  })

  test('peers of this computer and this network are near, those from outside are not', () => {
    const words = statusWords(NODE, [peer('a', 'loopback'), peer('b', 'lan'), peer('c', 'direct')], undefined, true)
    expect(words).toMatchObject({ who: 'lan', nearby: 2, away: 1 })
  })

  test('while the engine does not answer it says that and nothing else', () => {
    const drawn = renderInWindow(<HomeScreen />, {
      replica: { peers: new Map([['a', peer('a', 'lan')]]), node: { ...NODE, connections: 1 } },
    })
    expect(screen.getByText(/1 peer nearby/)).toBeTruthy()
    drawn.lose()
    expect(screen.queryByText(/nearby/)).toBeNull()
    expect(screen.getByText(/nothing is known of the network right now/)).toBeTruthy()
    expect(screen.getByRole('button', { name: 'Share files' }).getAttribute('disabled')).not.toBeNull()
  })
})

describe('[UI3] the clipboard', () => {
  const withClipboard = (text: string) => vi.spyOn(navigator.clipboard, 'readText').mockResolvedValue(text)

  test('is read only when asked, and only a link is taken', async () => {
    const user = userEvent.setup()
    const read = withClipboard('my secret diary')
    renderInWindow(<HomeScreen />)
    expect(read).not.toHaveBeenCalled()
    await user.click(screen.getByRole('button', { name: 'From the clipboard' }))
    expect(await screen.findByText('There is no link on the clipboard.')).toBeTruthy()
    expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'Link' }).value).toBe('')
  })
})

describe('shares on the home screen', () => {
  test('the newest first, but what waits for the user before them', () => {
    const old = { ...SHARE, root: 'old', addedAt: 1 }
    const ready = { ...SHARE, root: 'ready', addedAt: 0, state: 'ready' as const, origin: 'fetched' as const }
    const fresh = { ...SHARE, root: 'fresh', addedAt: 9 }
    expect(recentShares([old, ready, fresh]).map(({ root }) => root)).toEqual(['ready', 'fresh', 'old'])
  })

  test.each([
    ['share', { origin: 'in-place', state: 'seeding' }],
    ['detail', { origin: 'fetched', state: 'downloading', path: '/d' }],
    ['share', { origin: 'fetched', state: 'seeding', path: '/d' }],
  ] as const)('opens as %s', (expected, change) => {
    expect(openingOf({ ...SHARE, ...change })).toBe(expected)
  })

  test('a link that was never begun is gone on with', () => {
    const { path: _, ...never } = SHARE
    expect(openingOf({ ...never, origin: 'fetched', state: 'ready' })).toBe('receive')
  })

  test('a hostile name is text', () => {
    const name = '<img src=x onerror=alert(1)>\u202egpj'
    renderInWindow(<HomeScreen />, { replica: { shares: new Map([['r', { ...SHARE, name }]]) } })
    expect(screen.getByText('<img src=x onerror=alert(1)>\\u{202e}gpj')).toBeTruthy()
    expect(document.querySelector('img[onerror]')).toBeNull()
  })
})

test('[UI4] the sample is made and its sheet shown', async () => {
  const user = userEvent.setup()
  const job = {
    job: 'j',
    path: '/p/sample',
    state: 'hashing' as const,
    files: 4,
    totalBytes: 100,
    doneBytes: 50,
    skipped: [],
  }
  const drawn = renderInWindow(
    <>
      <HomeScreen />
      <OpenRequests />
    </>,
    { api: { shareSample: async () => job }, replica: { jobs: new Map([['j', job]]) } },
  )
  await user.click(screen.getByRole('button', { name: 'Try the sample' }))
  const sheet = await screen.findByRole('dialog', { name: 'sample' })
  expect(within(sheet).getByRole('progressbar').getAttribute('aria-valuenow')).toBe('50')
  // Closed, it is found on the home screen.
  await user.click(within(sheet).getByRole('button', { name: 'Continue in the background' }))
  expect(screen.queryByRole('dialog')).toBeNull()
  await user.click(screen.getByRole('button', { name: 'Show' }))
  drawn.change({
    jobs: new Map([['j', { ...job, state: 'done', root: SHARE.root }]]),
    shares: new Map([[SHARE.root, SHARE]]),
  })
  expect(await screen.findByText('Send this link')).toBeTruthy()
  closeSheet()
})
