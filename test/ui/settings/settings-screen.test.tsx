/** The settings as they are changed: saved only when the engine said so, refused with a reason, waiting, decided elsewhere. Rules [UI32] - [UI35]. */
import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, test, vi } from 'vitest'
import { SettingsScreen } from '../../../renderer/settings/settings-screen.tsx'
import { ShoalError } from '../../../shared/contract/errors.ts'
import type { Settings, SettingsPatch, SettingsView } from '../../../shared/contract/settings.ts'
import { REPLICA, renderInWindow } from '../support/window.tsx'

const VIEW = REPLICA.settings
const withSettings = (settings: Partial<Settings>, view: Partial<SettingsView> = {}): SettingsView => ({
  ...VIEW,
  ...view,
  settings: { ...VIEW.settings, ...settings },
})
/** Answers when told to. */
function slowAnswer(answer: SettingsView) {
  const { promise, resolve, reject } = Promise.withResolvers<SettingsView>()
  const changeSettings = vi.fn((_patch: SettingsPatch) => promise)
  return { changeSettings, resolve: () => resolve(answer), reject }
}

describe('[UI32] saving', () => {
  test('"Saved" stands only after the answer, and what is shown is what counts until then', async () => {
    const user = userEvent.setup()
    const { ui } = VIEW.settings
    const { changeSettings, resolve } = slowAnswer(withSettings({ ui: { ...ui, theme: 'light' } }))
    renderInWindow(<SettingsScreen section="general" />, { api: { changeSettings } })
    await user.click(screen.getByRole('radio', { name: 'Light' }))
    expect(changeSettings).toHaveBeenCalledExactlyOnceWith({ ui: { theme: 'light' } })
    expect(screen.getByText('Saving…')).toBeTruthy()
    expect(screen.getByRole('radio', { name: 'Dark' }).getAttribute('aria-checked')).toBe('true')
    expect(screen.queryByText('Saved')).toBeNull()
    resolve()
    expect(await screen.findByText('Saved')).toBeTruthy()
    expect(screen.getByRole('radio', { name: 'Light' }).getAttribute('aria-checked')).toBe('true')
  })

  test('what the engine refuses is told in place and changes nothing', async () => {
    const user = userEvent.setup()
    const changeSettings = vi.fn(async () => {
      throw new ShoalError('BAD_INPUT', 'A name has visible characters only.')
    })
    renderInWindow(<SettingsScreen section="general" />, { api: { changeSettings } })
    await user.type(screen.getByRole('textbox', { name: 'Your name to other peers' }), 'Ada{Enter}')
    expect(await screen.findByText(/Not saved.*visible characters only/)).toBeTruthy()
    expect(screen.queryByText('Saved')).toBeNull()
  })

  test('another window’s change is shown', () => {
    const drawn = renderInWindow(<SettingsScreen section="speed" />)
    const slots = screen.getByRole<HTMLInputElement>('textbox', { name: 'Upload slots' })
    expect(slots.value).toBe('4')
    drawn.change({ settings: withSettings({ uploadSlots: 9 }) })
    expect(slots.value).toBe('9')
  })

  test('an answer counts until the event stream tells something newer', async () => {
    const user = userEvent.setup()
    const changeSettings = vi.fn(async () => withSettings({ uploadSlots: 7 }))
    const drawn = renderInWindow(<SettingsScreen section="speed" />, { api: { changeSettings } })
    const slots = screen.getByRole<HTMLInputElement>('textbox', { name: 'Upload slots' })
    await user.clear(slots)
    await user.type(slots, '7{Enter}')
    expect(changeSettings).toHaveBeenCalledExactlyOnceWith({ uploadSlots: 7 })
    await waitFor(() => expect(slots.value).toBe('7'))
    drawn.change({ settings: withSettings({ uploadSlots: 12 }) })
    expect(slots.value).toBe('12')
  })

  test('what cannot be it is said in place and never sent', async () => {
    const user = userEvent.setup()
    renderInWindow(<SettingsScreen section="speed" />)
    const slots = screen.getByRole('textbox', { name: 'Upload slots' })
    await user.clear(slots)
    await user.type(slots, '0{Enter}')
    expect(screen.getByText(/A whole number from 1 to 1,000/)).toBeTruthy()
    await user.type(screen.getByRole('textbox', { name: 'Download limit' }), 'fast{Enter}')
    expect(screen.getByText(/Write a number/)).toBeTruthy()
  })

  test('leaving a field saves it, and an unchanged one asks nothing', async () => {
    const user = userEvent.setup()
    const changeSettings = vi.fn(async () => withSettings({ limits: { down: 2_000_000, up: null } }))
    renderInWindow(<SettingsScreen section="speed" />, { api: { changeSettings } })
    const down = screen.getByRole('textbox', { name: 'Download limit' })
    await user.click(down)
    await user.tab()
    expect(changeSettings).not.toHaveBeenCalled()
    await user.type(down, '2')
    await user.tab()
    expect(changeSettings).toHaveBeenCalledExactlyOnceWith({ limits: { down: 2_000_000 } })
  })

  test('without an engine nothing can be changed', () => {
    const drawn = renderInWindow(<SettingsScreen section="speed" />)
    drawn.lose()
    expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'Upload slots' }).disabled).toBe(true)
    expect(screen.getByRole<HTMLInputElement>('switch').disabled).toBe(true)
  })
})

describe('[UI32] what waits and what is decided elsewhere', () => {
  test('a waiting field says so, with a button that starts the engine anew', async () => {
    const user = userEvent.setup()
    const restartEngine = vi.fn(async () => {})
    renderInWindow(<SettingsScreen section="network" />, {
      replica: { settings: withSettings({}, { waiting: ['network.quic', 'network.mdns'] }) },
      shell: { restartEngine },
    })
    expect(screen.getAllByText('Takes effect when the engine is started again.').length).toBe(2)
    expect(screen.getByText(/2 settings wait for the next start/)).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Restart the engine' }))
    expect(restartEngine).toHaveBeenCalledOnce()
  })

  test('where the shell cannot restart it, it says what to do instead', () => {
    renderInWindow(<SettingsScreen section="network" />, {
      replica: { settings: withSettings({}, { waiting: ['network.quic'] }) },
      capabilities: { restartEngine: false },
    })
    expect(screen.queryByRole('button', { name: 'Restart the engine' })).toBeNull()
    expect(screen.getByText(/End Shoal and start it again/)).toBeTruthy()
  })

  test('a field that the command line decides is off, with the reason', () => {
    renderInWindow(<SettingsScreen section="network" />, {
      replica: { settings: withSettings({}, { fixed: ['network.mode'] }) },
    })
    for (const radio of screen.getAllByRole<HTMLInputElement>('radio')) expect(radio.disabled).toBe(true)
    expect(screen.getByText(/Decided by how Shoal was started/)).toBeTruthy()
    expect(screen.getByRole<HTMLInputElement>('switch', { name: /QUIC/ }).disabled).toBe(false)
  })

  test('what has no effect in the chosen mode says so', () => {
    renderInWindow(<SettingsScreen section="network" />)
    const row = (name: RegExp) => screen.getByRole('switch', { name }).closest('label')?.textContent ?? ''
    expect(row(/internet DHT/)).toContain('No effect with “This network only”')
    expect(row(/LAN DHT/)).not.toContain('No effect')
  })
})

describe('[UI33] the schedule', () => {
  const schedule = { enabled: true, fromMinute: 540, toMinute: 1_020, days: [1, 2], down: 100_000, up: null }

  test('says what counts now, by what the engine says', () => {
    const drawn = renderInWindow(<SettingsScreen section="speed" />, {
      replica: { settings: withSettings({ schedule }, { scheduleActive: true, scheduleChangesAt: 3_600_000 }) },
    })
    expect(
      screen.getByText(/The limits of the schedule apply now \(download: 100 kB\/s, upload: no limit\)/),
    ).toBeTruthy()
    drawn.change({ settings: withSettings({ schedule }, { scheduleActive: false }) })
    expect(screen.getByText(/The usual limits apply now \(download: no limit, upload: no limit\)/)).toBeTruthy()
  })

  test('times and days are changed one by one', async () => {
    const user = userEvent.setup()
    const changeSettings = vi.fn(async () => withSettings({ schedule }))
    renderInWindow(<SettingsScreen section="speed" />, {
      replica: { settings: withSettings({ schedule }) },
      api: { changeSettings },
    })
    const from = screen.getByRole('textbox', { name: 'From' })
    await user.clear(from)
    await user.type(from, '22:30{Enter}')
    await user.click(screen.getByRole('button', { name: 'Wednesday' }))
    expect(changeSettings.mock.calls).toEqual([
      [{ schedule: { fromMinute: 1_350 } }],
      [{ schedule: { days: [1, 2, 3] } }],
    ])
  })
})

describe('[UI34] what this shell can do', () => {
  test('a browser offers nothing of the desktop', () => {
    renderInWindow(<SettingsScreen section="background" />)
    expect(screen.queryByRole('switch')).toBeNull()
    expect(screen.getByText(/Closing this page ends nothing/)).toBeTruthy()
  })

  test('the desktop app offers it', async () => {
    const user = userEvent.setup()
    const changeSettings = vi.fn(async () => VIEW)
    renderInWindow(<SettingsScreen section="background" />, {
      api: { changeSettings },
      capabilities: { kind: 'electron', startAtLogin: true, background: true, updates: true, notifications: 'system' },
    })
    await user.click(screen.getByRole('switch', { name: /Start when I log in/ }))
    expect(changeSettings).toHaveBeenCalledExactlyOnceWith({ desktop: { startAtLogin: true } })
    for (const name of [/Keep sharing/, /download is complete/, /in trouble/, /Look for new versions/])
      expect(screen.getByRole('switch', { name })).toBeTruthy()
  })
})

describe('[UI35] the identity', () => {
  const native = { pickPaths: 'native' as const }

  test.each([
    ['system', /kept encrypted/],
    ['file', /It is not encrypted/],
    ['obfuscated', /not protected/],
  ] as const)('how the key is kept is said plainly: %s', (keyProtection, words) => {
    renderInWindow(<SettingsScreen section="identity" />, { capabilities: { keyProtection } })
    expect(screen.getByText(words)).toBeTruthy()
  })

  test('export asks where, and says it is written only when it is', async () => {
    const user = userEvent.setup()
    const exportIdentity = vi.fn(async () => {})
    renderInWindow(<SettingsScreen section="identity" />, {
      api: { exportIdentity },
      shell: { pickPaths: async () => ['/home/u/me.key'] },
      capabilities: native,
    })
    await user.click(screen.getByRole('button', { name: 'Export the key…' }))
    expect(await screen.findByText('The key was written')).toBeTruthy()
    expect(exportIdentity).toHaveBeenCalledExactlyOnceWith({ path: '/home/u/me.key' })
  })

  test('import asks first, then says who we are from the next start', async () => {
    const user = userEvent.setup()
    const importIdentity = vi.fn(async () => ({ peer: '12D3KooWother' }))
    renderInWindow(<SettingsScreen section="identity" />, {
      api: { importIdentity },
      shell: { pickPaths: async () => ['/home/u/old.key'] },
      capabilities: native,
    })
    await user.click(screen.getByRole('button', { name: 'Import a key…' }))
    const dialog = within(await screen.findByRole('alertdialog', { name: 'Use this key?' }))
    expect(importIdentity).not.toHaveBeenCalled()
    await user.click(dialog.getByRole('button', { name: 'Import' }))
    expect(await screen.findByText('12D3KooWother')).toBeTruthy()
  })
})

test('addresses of peers are judged before they are sent, and by the engine after', async () => {
  const user = userEvent.setup()
  const address = '/ip4/192.0.2.7/tcp/4001/p2p/12D3KooWPA28UyaCc1tDm9ZYgyCfjCQVBr3fkn1SYNMwoPGL51vB'
  const network = { ...VIEW.settings.network, bootstrap: [address] }
  const changeSettings = vi.fn(async () => withSettings({ network }))
  renderInWindow(<SettingsScreen section="network" />, { api: { changeSettings } })
  const field = screen.getByRole('textbox', { name: 'Address of a peer' })
  await user.type(field, '/ip4/192.0.2.7/tcp/4001{Enter}')
  expect(screen.getByText(/An address ends in \/p2p\//)).toBeTruthy()
  await user.clear(field)
  await user.type(field, `${address}{Enter}`)
  expect(changeSettings).toHaveBeenCalledExactlyOnceWith({ network: { bootstrap: [address] } })
  expect(await screen.findByText(address)).toBeTruthy()
})

test('each section has an address, and an unknown one shows the first', () => {
  renderInWindow(<SettingsScreen section="nonsense" />)
  const nav = within(screen.getByRole('navigation', { name: 'Sections of the settings' }))
  expect(nav.getByRole('link', { name: 'General' }).getAttribute('aria-current')).toBe('page')
  expect(nav.getAllByRole('link').map((link) => link.getAttribute('href'))).toContain('/settings/identity')
})
