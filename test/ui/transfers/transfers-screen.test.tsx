/** The screen of the transfers: what it shows, what its buttons ask of the engine, what its dialogs say. Rules [UI27] - [UI31]. */
import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { TransfersScreen } from '../../../renderer/transfers/transfers-screen.tsx'
import { transfersView } from '../../../renderer/transfers/transfers-view.ts'
import { ShoalError } from '../../../shared/contract/errors.ts'
import type { ShareSummary } from '../../../shared/contract/model.ts'
import { giveSizes } from '../support/sizes.ts'
import { renderInWindow, SHARE } from '../support/window.tsx'

const OWN: ShareSummary = { ...SHARE, root: 'own', name: 'photos', survives: 1, availability: 2, peers: 1 }
const WHOLE: ShareSummary = { ...SHARE, root: 'whole', name: 'film.mkv', origin: 'fetched', haveBytes: 9_000_000 }
const PART: ShareSummary = {
  ...SHARE,
  root: 'part',
  name: 'data.tar',
  origin: 'fetched',
  state: 'downloading',
  haveBytes: 1_500_000,
  downBytesPerSecond: 2_000_000,
  etaMs: 61_000,
  peers: 3,
  seeds: 1,
}
const given = (...shares: ShareSummary[]) => ({ shares: new Map(shares.map((share) => [share.root, share])) })
const rowOf = (name: string) => screen.getByRole('row', { name: new RegExp(name) })

beforeEach(() => {
  localStorage.clear()
  transfersView.setState({ filter: 'all', search: '', selected: new Set() })
  giveSizes(1_600, 700)
})

describe('[UI31] a row', () => {
  test('says what is true of the share', () => {
    renderInWindow(<TransfersScreen />, { replica: given(PART) })
    const row = within(rowOf('data.tar'))
    expect(row.getByText('Bytes are arriving. Connected to 3 peers.')).toBeTruthy()
    expect(row.getByText('Downloading')).toBeTruthy()
    expect(row.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('50')
    expect(row.getByText('2.00 MB/s')).toBeTruthy()
    expect(row.getByText(/1 min 1 sec/)).toBeTruthy()
    expect(row.getByText('3 (1)')).toBeTruthy()
  })

  test('never says 100 % of what is not all here', () => {
    renderInWindow(<TransfersScreen />, { replica: given({ ...PART, haveBytes: 2_999_999 }) })
    expect(within(rowOf('data.tar')).getByText('99.9%')).toBeTruthy()
  })

  test('tells no speed and no time left while the engine does not answer', () => {
    const drawn = renderInWindow(<TransfersScreen />, { replica: given(PART) })
    drawn.lose()
    const row = within(rowOf('data.tar'))
    expect(row.queryByText(/MB\/s/)).toBeNull()
    expect(row.queryByText(/sec/)).toBeNull()
  })
})

describe('[UI27] what is shown', () => {
  test('a filter and a search, and a way back from nothing found', async () => {
    const user = userEvent.setup()
    renderInWindow(<TransfersScreen />, { replica: given(OWN, PART) })
    await user.click(screen.getByRole('radio', { name: 'Sharing (1)' }))
    expect(screen.queryByText('data.tar')).toBeNull()
    await user.type(screen.getByRole('textbox', { name: 'Search by name' }), 'xyz')
    expect(screen.getByText('No transfer has this name')).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Show all' }))
    expect(screen.getByText('data.tar')).toBeTruthy()
    await user.click(screen.getByRole('radio', { name: 'Trouble (0)' }))
    expect(screen.getByText('Nothing is in trouble')).toBeTruthy()
  })

  test('without any transfer it says how to begin', () => {
    renderInWindow(<TransfersScreen />)
    expect(screen.getByRole('button', { name: 'Share something' })).toBeTruthy()
  })
})

describe('[UI28] what can be done', () => {
  test('pause asks it of those that can be paused, and only of those', async () => {
    const user = userEvent.setup()
    const pause = vi.fn(async () => PART)
    renderInWindow(<TransfersScreen />, { replica: given(OWN, PART, { ...WHOLE, state: 'paused' }), api: { pause } })
    screen.getByRole('grid').focus()
    await user.keyboard('{Control>}a{/Control}')
    await user.click(screen.getByRole('button', { name: 'Pause' }))
    expect(pause.mock.calls.flat().sort()).toEqual(['own', 'part'])
  })

  test('what is filtered away is not acted upon', async () => {
    const user = userEvent.setup()
    const pause = vi.fn(async () => PART)
    renderInWindow(<TransfersScreen />, { replica: given(OWN, PART), api: { pause } })
    screen.getByRole('grid').focus()
    await user.keyboard('{Control>}a{/Control}')
    await user.type(screen.getByRole('textbox', { name: 'Search by name' }), 'data')
    await user.click(screen.getByRole('button', { name: 'Pause' }))
    expect(pause.mock.calls).toEqual([['part']])
  })

  test('what fails is counted and told once, with a reason', async () => {
    const user = userEvent.setup()
    const pause = vi.fn(async (root: string) => {
      if (root === 'part') throw new ShoalError('NOT_FOUND', 'It is gone.')
      return OWN
    })
    renderInWindow(<TransfersScreen />, { replica: given(OWN, PART), api: { pause } })
    screen.getByRole('grid').focus()
    await user.keyboard('{Control>}a{/Control}')
    await user.click(screen.getByRole('button', { name: 'Pause' }))
    expect(await screen.findByText('1 of 2 did not work')).toBeTruthy()
  })

  test('Enter opens the details', async () => {
    const user = userEvent.setup()
    const drawn = renderInWindow(<TransfersScreen />, { replica: given(PART) })
    screen.getByRole('grid').focus()
    await user.keyboard('{ArrowDown}{Enter}')
    expect(drawn.location()).toBe('/transfers/part')
  })

  test('without an engine nothing is offered', async () => {
    const user = userEvent.setup()
    const drawn = renderInWindow(<TransfersScreen />, { replica: given(PART) })
    await user.click(screen.getByText('data.tar'))
    drawn.lose()
    for (const name of ['Pause', 'Limits…', 'Remove…'])
      expect(screen.getByRole<HTMLButtonElement>('button', { name }).disabled).toBe(true)
  })
})

describe('[UI29] the dialog before a removal', () => {
  const ask = async (user: ReturnType<typeof userEvent.setup>, name: string) => {
    await user.click(screen.getByText(name))
    await user.keyboard('{Delete}')
    return within(await screen.findByRole('alertdialog', { name: /Remove/ }))
  }

  test('own files: they are not touched, and how many copies remain', async () => {
    const user = userEvent.setup()
    const remove = vi.fn(async () => {})
    renderInWindow(<TransfersScreen />, { replica: given(OWN), api: { remove } })
    screen.getByRole('grid').focus()
    const dialog = await ask(user, 'photos')
    expect(dialog.getByText(/Your files are not touched/).textContent).toContain('/home/u/photos')
    expect(dialog.getByText(/there is still 1 reachable copy/)).toBeTruthy()
    expect(dialog.queryByRole('checkbox')).toBeNull()
    await user.click(dialog.getByRole('button', { name: 'Remove' }))
    expect(remove).toHaveBeenCalledExactlyOnceWith({ root: 'own', withData: false })
  })

  test('a complete download: its files stay unless they are chosen to go', async () => {
    const user = userEvent.setup()
    const remove = vi.fn(async () => {})
    renderInWindow(<TransfersScreen />, { replica: given(WHOLE), api: { remove } })
    screen.getByRole('grid').focus()
    const dialog = await ask(user, 'film.mkv')
    expect(dialog.getByText(/nobody who is reachable now/)).toBeTruthy()
    await user.click(dialog.getByRole('checkbox', { name: 'Also delete the downloaded files (9.00 MB)' }))
    await user.click(dialog.getByRole('button', { name: 'Remove and delete files' }))
    expect(remove).toHaveBeenCalledExactlyOnceWith({ root: 'whole', withData: true })
  })

  test('an incomplete one: what arrived is deleted', async () => {
    const user = userEvent.setup()
    renderInWindow(<TransfersScreen />, { replica: given(PART) })
    screen.getByRole('grid').focus()
    const dialog = await ask(user, 'data.tar')
    expect(dialog.getByText(/What has arrived so far \(1.50 MB\) is deleted/)).toBeTruthy()
  })

  test('several kinds at once: each sentence names whom it is about, and own files are never asked to be deleted', async () => {
    const user = userEvent.setup()
    const remove = vi.fn(async () => {})
    renderInWindow(<TransfersScreen />, { replica: given(OWN, WHOLE, PART), api: { remove } })
    screen.getByRole('grid').focus()
    await user.keyboard('{Control>}a{/Control}{Delete}')
    const dialog = within(await screen.findByRole('alertdialog', { name: /Remove/ }))
    for (const name of ['photos', 'data.tar']) expect(dialog.getAllByText(name).length).toBe(1)
    await user.click(dialog.getByRole('checkbox'))
    await user.click(dialog.getByRole('button', { name: 'Remove 3 and delete files' }))
    expect(remove.mock.calls.flat()).toEqual(
      expect.arrayContaining([
        { root: 'own', withData: false },
        { root: 'whole', withData: true },
        { root: 'part', withData: true },
      ]),
    )
  })
})

describe('[UI30] limits', () => {
  test('empty is none, untouched stays, nonsense is refused in place', async () => {
    const user = userEvent.setup()
    const limit = vi.fn(async () => {})
    renderInWindow(<TransfersScreen />, { replica: given({ ...PART, limitUpBytesPerSecond: 500_000 }), api: { limit } })
    await user.click(screen.getByText('data.tar'))
    await user.click(screen.getByRole('button', { name: 'Limits…' }))
    const dialog = within(await screen.findByRole('dialog'))
    const down = dialog.getByRole('textbox', { name: 'Download limit' })
    expect(dialog.getByRole<HTMLInputElement>('textbox', { name: 'Upload limit' }).value).toBe('500')
    await user.type(down, 'fast')
    expect(dialog.getByRole<HTMLButtonElement>('button', { name: 'Set limits' }).disabled).toBe(true)
    await user.clear(down)
    await user.type(down, '1.5')
    await user.click(dialog.getByRole('button', { name: 'Set limits' }))
    expect(limit).toHaveBeenCalledExactlyOnceWith({ root: 'part', down: 1_500_000 })
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  })
})
