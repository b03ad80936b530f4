/** The app as the desktop sees it: sleep, dock, tray, menus, notifications, start at login, updates, languages. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MenuItemConstructorOptions } from 'electron'
import { describe, expect, it } from 'vitest'
import { pickLanguage, speaker } from '../../../main/electron/messages/messages.ts'
import { activityOf } from '../../../main/electron/system/activity.ts'
import { DockIcon } from '../../../main/electron/system/dock.ts'
import { autostartEntry, autostartFile, setStartAtLogin } from '../../../main/electron/system/login-item.ts'
import { menuTemplate } from '../../../main/electron/system/menu.ts'
import { CALM_MS, PowerGuard } from '../../../main/electron/system/power.ts'
import { TrayIcon, trayLines } from '../../../main/electron/system/tray.ts'
import { followTheme } from '../../../main/electron/window/theme.ts'
import type { ImportJob } from '../../../shared/contract/model.ts'
import { share } from '../../support/samples.ts'
import { FakeClock } from './support/fake-clock.ts'
import { fakeElectron } from './support/fake-electron.ts'
import { replica } from './support/replica.ts'

const say = speaker('en')

describe('what moves', () => {
  it('[EL23] is summed over what downloads; what waits without a size counts as a download, not as progress', () => {
    const state = replica({
      node: { downBytesPerSecond: 5, upBytesPerSecond: 7, shoalPeers: 3 },
      shares: [
        share('a', { state: 'downloading', wantedBytes: 300, haveBytes: 100 }),
        share('b', { state: 'finishing', wantedBytes: 100, haveBytes: 100 }),
        share('c', { state: 'seeding', wantedBytes: 1_000, haveBytes: 1_000 }),
        share('d', { state: 'failed' }),
      ],
    })
    expect(activityOf(state)).toEqual({
      downBytesPerSecond: 5,
      upBytesPerSecond: 7,
      peers: 3,
      progress: 0.5,
      downloads: 2,
      troubles: 1,
      moving: true,
    })
    expect(activityOf(replica())).toMatchObject({ progress: undefined, downloads: 0, moving: false })
  })

  it('[EL15] hashing is work, finished jobs are not', () => {
    const job = (state: ImportJob['state']): ImportJob => ({
      job: 'j',
      path: '/a',
      state,
      files: 1,
      totalBytes: 2,
      doneBytes: 1,
      skipped: [],
    })
    expect(activityOf(replica({ jobs: [job('hashing')] })).moving).toBe(true)
    expect(activityOf(replica({ jobs: [job('done')] })).moving).toBe(false)
  })
})

describe('sleep', () => {
  it('[EL15] is held off while something moves, until half a minute after, once', () => {
    const { electron, state } = fakeElectron()
    const clock = new FakeClock()
    const power = new PowerGuard(electron.powerSaveBlocker, clock)
    power.update(false)
    expect(state.blocked).toBe(0)
    power.update(true)
    power.update(true)
    expect(state.blocked).toBe(1)
    power.update(false)
    clock.advance(CALM_MS - 1)
    expect(state.blocked).toBe(1)
    power.update(true)
    clock.advance(CALM_MS)
    expect(state.blocked).toBe(1)
    power.update(false)
    power.update(false)
    clock.advance(CALM_MS)
    expect(state.blocked).toBe(0)
    power.update(true)
    power.stop()
    power.stop()
    expect(state.blocked).toBe(0)
    expect(clock.pending).toEqual([])
  })
})

describe('the dock', () => {
  it('[EL15] shows one progress and the number of downloads, told only when they change', () => {
    const { electron, app } = fakeElectron()
    const bars: [number, string | undefined][] = []
    const dock = new DockIcon(electron.app, () => ({
      setProgressBar: (bar, options) => bars.push([bar, options?.mode]),
    }))
    const activity = { ...activityOf(replica()), downloads: 1, progress: 0.5, downBytesPerSecond: 9 }
    dock.update(activity)
    dock.update({ ...activity, progress: 0.5001 })
    dock.update({ ...activity, downBytesPerSecond: 0 })
    dock.update(undefined)
    expect(bars).toEqual([
      [0.5, 'normal'],
      [0.5, 'paused'],
      [-1, 'normal'],
    ])
    expect(app.badges).toEqual([1, 0])
    dock.update(activity)
    dock.forget()
    dock.update(activity)
    expect(bars).toHaveLength(5)
  })
})

describe('the tray', () => {
  it('[EL23] says speeds and peers, and when no engine runs', () => {
    const activity = activityOf(
      replica({ node: { downBytesPerSecond: 1_250_000, upBytesPerSecond: 0, shoalPeers: 1 } }),
    )
    expect(trayLines(activity, say)).toEqual(['Down 1.25 MB/s, up 0 B/s', '1 peer connected'])
    expect(trayLines({ ...activity, peers: 0 }, speaker('es'))[1]).toBe('Ningún par conectado')
    expect(trayLines({ ...activity, peers: 4 }, speaker('pt-BR'))[1]).toBe('4 pares conectados')
    expect(trayLines(undefined, say)).toEqual(['The engine is not running'])
  })

  it('[EL23] is drawn at most once a second, and only when its words change', () => {
    const { electron, trays } = fakeElectron()
    const clock = new FakeClock()
    const done: string[] = []
    const actions = {
      open: () => done.push('open'),
      toggle: () => done.push('toggle'),
      shareFiles: () => done.push('share'),
      quit: () => done.push('quit'),
    }
    const tray = new TrayIcon(electron, clock, actions)
    expect(tray.start({} as Electron.NativeImage, say)).toBe(true)
    const [shown] = trays.all
    const activity = activityOf(replica())
    for (let peers = 1; peers <= 50; peers += 1) tray.update({ ...activity, peers }, say)
    expect(shown?.menus).toHaveLength(1)
    clock.advance(1_000)
    expect(shown?.menus).toHaveLength(2)
    expect(shown?.toolTip).toContain('50 peers')
    tray.update({ ...activity, peers: 50 }, say)
    clock.advance(5_000)
    expect(shown?.menus).toHaveLength(2)
    shown?.emit('click')
    for (const item of shown?.menus.at(-1) ?? []) clickOf(item)?.()
    expect(done).toEqual(['toggle', 'open', 'share', 'quit'])
    tray.stop()
    expect(shown?.destroyed).toBe(true)
    expect(clock.pending).toEqual([])
  })

  it('[EL14] is done without where there is none', () => {
    const { electron, trays } = fakeElectron()
    trays.missing = true
    const tray = new TrayIcon(electron, new FakeClock(), { open() {}, toggle() {}, shareFiles() {}, quit() {} })
    expect(tray.start({} as Electron.NativeImage, say)).toBe(false)
    tray.update(undefined, say)
    tray.stop()
  })
})

/** Menu items are called by Electron with arguments that ours do not take. */
function clickOf(item: MenuItemConstructorOptions): (() => void) | undefined {
  return item.click as (() => void) | undefined
}

describe('menus', () => {
  const actions = { shareFiles() {}, shareFolder() {}, openFromClipboard() {}, quit() {} }
  const flat = (items: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
    items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flat(item.submenu) : [])])

  it.each(['linux', 'win32', 'darwin'])(
    '[EL27] on %s every item has words in every language, none twice in one menu',
    (platform) => {
      for (const language of ['en', 'pt-BR', 'es'] as const) {
        const template = menuTemplate(speaker(language), actions, { platform, dev: true })
        for (const item of flat(template)) {
          if (item.type !== 'separator') expect(item.label, JSON.stringify(item)).toMatch(/\p{L}/u)
        }
        const quits = flat(template).filter(({ accelerator }) => accelerator === 'CommandOrControl+Q')
        expect(quits).toHaveLength(1)
      }
      expect(menuTemplate(say, actions, { platform, dev: false })[0]?.label).toBe(
        platform === 'darwin' ? 'Shoal' : 'File',
      )
    },
  )

  it('[EL7] reload and developer tools are there only for developers, the website only where one is known', () => {
    const roles = (dev: boolean) => flat(menuTemplate(say, actions, { platform: 'linux', dev })).map(({ role }) => role)
    expect(roles(false)).not.toContain('toggleDevTools')
    expect(roles(false)).not.toContain('reload')
    expect(roles(true)).toEqual(expect.arrayContaining(['reload', 'toggleDevTools']))
    const labels = (website?: () => void) =>
      flat(menuTemplate(say, { ...actions, ...(website && { website }) }, { platform: 'linux', dev: false })).map(
        ({ label }) => label,
      )
    expect(labels()).not.toContain('Shoal on the Web')
    expect(labels(() => {})).toContain('Shoal on the Web')
  })
})

describe('languages', () => {
  it.each([
    ['auto', ['pt-PT', 'en'], 'pt-BR'],
    ['auto', ['es-419'], 'es'],
    ['auto', ['fr', 'de', 'en-US'], 'en'],
    ['auto', ['zh'], 'en'],
    ['auto', [], 'en'],
    ['es', ['en'], 'es'],
  ] as const)('[EL27] setting %s with system %j is %s', (setting, system, language) => {
    expect(pickLanguage(setting, system)).toBe(language)
  })

  it('[EL27] every language says everything, with the same values', async () => {
    const files = await Promise.all(
      ['en', 'pt-BR', 'es'].map(async (name) => {
        const text = await readFile(new URL(`../../../main/electron/messages/${name}.json`, import.meta.url), 'utf8')
        return JSON.parse(text) as Record<string, string>
      }),
    )
    const [english = {}, ...others] = files
    const holes = (text = '') => (text.match(/\{\w+\}/g) ?? []).sort()
    for (const other of others) {
      expect(Object.keys(other).sort()).toEqual(Object.keys(english).sort())
      for (const [key, text] of Object.entries(english)) expect(holes(other[key]), key).toEqual(holes(text))
      const same = Object.entries(english).filter(
        ([key, text]) => other[key] === text && !key.startsWith('window.zoom'),
      )
      expect(same).toEqual([])
    }
    expect(speaker('en')('notice.done.body', { name: '{peer} $& x' })).toBe('{peer} $& x is here, whole and verified.')
  })

  it('[EL27] native parts follow the theme', () => {
    const { electron, nativeTheme } = fakeElectron()
    followTheme(electron.nativeTheme, 'dark')
    expect(electron.nativeTheme.themeSource).toBe('dark')
    followTheme(nativeTheme, 'auto')
    expect(nativeTheme.themeSource).toBe('system')
  })
})

describe('start at login', () => {
  const env = (over: Record<string, string> = {}) => ({
    platform: 'linux',
    home: '/home/me',
    execPath: '/opt/Shoal/shoal',
    env: over,
  })

  it('[EL25] Linux: an entry in the autostart folder, quoted as the specification asks', () => {
    expect(autostartFile(env())).toBe('/home/me/.config/autostart/shoal.desktop')
    expect(autostartFile(env({ XDG_CONFIG_HOME: '/x' }))).toBe('/x/autostart/shoal.desktop')
    expect(autostartFile(env({ XDG_CONFIG_HOME: 'relative' }))).toBe('/home/me/.config/autostart/shoal.desktop')
    expect(autostartEntry(env())).toContain('Exec="/opt/Shoal/shoal" --hidden\n')
    expect(autostartEntry(env({ APPIMAGE: '/home/me/My "Apps"/100% $hoal.AppImage' }))).toContain(
      'Exec="/home/me/My \\\\"Apps\\\\"/100%% \\\\$hoal.AppImage" --hidden\n',
    )
  })

  it('[EL25] Linux: written when wanted, removed when not', async () => {
    const home = await mkdtemp(join(tmpdir(), 'shoal-login-'))
    const { electron } = fakeElectron()
    const facts = { ...env(), home }
    await setStartAtLogin(electron.app, facts, true)
    expect(await readFile(autostartFile(facts), 'utf8')).toBe(autostartEntry(facts))
    await setStartAtLogin(electron.app, facts, false)
    await setStartAtLogin(electron.app, facts, false)
    await expect(readFile(autostartFile(facts))).rejects.toThrow('ENOENT')
    await rm(home, { recursive: true })
  })

  it('[EL25] macOS and Windows: the list of the system, told only of changes', async () => {
    const { electron, app } = fakeElectron()
    await setStartAtLogin(electron.app, { ...env(), platform: 'win32' }, true)
    await setStartAtLogin(electron.app, { ...env(), platform: 'win32' }, true)
    await setStartAtLogin(electron.app, { ...env(), platform: 'darwin' }, false)
    expect(app.loginSettings).toEqual([{ openAtLogin: true, args: ['--hidden'] }, { openAtLogin: false }])
  })
})
