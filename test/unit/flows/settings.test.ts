/** The settings of a profile without an engine: read back, patched, overridden, waiting, refused, and switched by the clock. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Calendar } from '../../../main/engine/flows/schedule.ts'
import { SettingsKeeper } from '../../../main/engine/flows/settings.ts'
import { usableFolder } from '../../../main/engine/flows/settings-folder.ts'
import {
  applyPatch,
  defaultSettings,
  overridesOf,
  readSettings,
  type SettingOptions,
} from '../../../main/engine/flows/settings-values.ts'
import type { SettingsPatch } from '../../../shared/contract/settings.ts'

const PEER = '12D3KooWD9Rmp32e5sAsBxzW5fhK81T6jaXhM7tMjRo4jr8Xj3Nb'
const folder = mkdtempSync(join(tmpdir(), 'shoal-settings-'))
const profileDir = join(folder, 'profile')
mkdirSync(profileDir)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const defaults = defaultSettings('/home/ada/Downloads')

/** Days of 24 hours since the epoch, which was a Thursday. */
const calendar: Calendar = {
  weekday: (at, days) => (Math.floor(at / 86_400_000) + days + 4) % 7,
  moment: (at, days, minute) => (Math.floor(at / 86_400_000) + days) * 86_400_000 + minute * 60_000,
}

/** A keeper over a store in memory and a clock that the test turns. */
function keeper(options: Partial<SettingOptions> = {}, stored = new Map<string, unknown>()) {
  let now = 8 * 3_600_000
  let timer: { at: number; run: () => void } | undefined
  const told: number[] = []
  const settings = new SettingsKeeper({
    profileDir,
    store: { get: (key) => stored.get(key), set: (key, value) => void stored.set(key, structuredClone(value)) },
    defaults,
    overrides: overridesOf({ bootstrap: [], ...options }),
    calendar,
    now: () => now,
    after(ms, run) {
      const mine = { at: now + ms, run }
      timer = mine
      return () => {
        if (timer === mine) timer = undefined
      }
    },
  })
  settings.start(() => told.push(now))
  told.length = 0
  return {
    settings,
    stored,
    told,
    isWaiting: () => timer !== undefined,
    /** Turns the clock, running what falls due. */
    turnTo(minute: number) {
      const until = minute * 60_000
      while (timer !== undefined && timer.at <= until) {
        const { at, run } = timer
        timer = undefined
        now = at
        run()
      }
      now = until
    },
  }
}

describe('reading', () => {
  it('[SE1] nothing stored: the defaults', () => {
    expect(readSettings(undefined, defaults)).toEqual(defaults)
    expect(readSettings('rubbish', defaults)).toEqual(defaults)
  })

  it('[SE1] what does not fit is the default, field by field, and the rest stays', () => {
    const stored = {
      name: 'Ada',
      uploadSlots: -3,
      future: { field: 1 },
      network: { mode: 'moon', quic: false, listenPort: 4001, later: true },
      ui: 'none',
      schedule: { days: [1, 9], enabled: true },
    }
    const read = readSettings(stored, defaults)
    expect(read).toEqual({
      ...defaults,
      name: 'Ada',
      network: { ...defaults.network, quic: false, listenPort: 4001 },
      schedule: { ...defaults.schedule, enabled: true },
    })
  })

  it('[SE7] limits of a profile from before there were settings are kept', async () => {
    const { settings } = keeper({}, new Map([['limits', { down: 5_000 }]]))
    expect(settings.limits).toEqual({ down: 5_000, up: undefined })
    expect(settings.view().settings.limits).toEqual({ down: 5_000, up: null })
  })
})

describe('patches', () => {
  it('[SE4] a group replaces only the fields given in it, and a key without a value says nothing', () => {
    const patch: SettingsPatch = { limits: { up: 7 }, ui: { theme: 'dark' }, network: { mdns: undefined } }
    expect(applyPatch(defaults, patch)).toEqual({
      ...defaults,
      limits: { down: null, up: 7 },
      ui: { ...defaults.ui, theme: 'dark' },
    })
  })

  it('[SE4] a name of null is no name any more', () => {
    const named = applyPatch(defaults, { name: 'Ada' })
    expect(named.name).toBe('Ada')
    expect('name' in applyPatch(named, { name: null })).toBe(false)
    expect(applyPatch(named, { uploadSlots: 2 }).name).toBe('Ada')
  })

  it('[SE1] a change is stored, told, and there after a restart', async () => {
    const first = keeper()
    const view = await first.settings.change({ uploadSlots: 3, limits: { down: 1_000 } })
    expect(view.settings).toMatchObject({ uploadSlots: 3, limits: { down: 1_000, up: null } })
    expect(first.told).toHaveLength(1)
    expect(keeper({}, first.stored).settings.view().settings).toEqual(view.settings)
  })

  it.each<[string, SettingsPatch, string]>([
    ['a name of spaces', { name: '   ' }, 'BAD_INPUT'],
    ['a name that turns the writing round', { name: 'a\u202eb' }, 'BAD_INPUT'],
    ['a name with a line break', { name: 'a\nb' }, 'BAD_INPUT'],
    ['a name of a joiner', { name: '\u200d' }, 'BAD_INPUT'],
    ['a name of fillers, which are letters', { name: '\u3164\u115f' }, 'BAD_INPUT'],
    ['a name of an empty Braille cell', { name: '\u2800' }, 'BAD_INPUT'],
    ['a name of marks on nothing', { name: '\u0301\ufe0f' }, 'BAD_INPUT'],
    ['a name with half a character', { name: 'a\ud800' }, 'BAD_INPUT'],
    ['a bootstrap address without a peer', { network: { bootstrap: ['/ip4/1.2.3.4/tcp/1'] } }, 'BAD_INPUT'],
    ['a bootstrap address that is none', { network: { bootstrap: ['hello'] } }, 'BAD_INPUT'],
    ['a relative folder', { downloadFolder: 'Downloads' }, 'BAD_INPUT'],
  ])('[SE8] %s is refused, and nothing of that change is kept', async (_, patch, code) => {
    const { settings, stored, told } = keeper()
    await expect(settings.change({ uploadSlots: 2, ...patch })).rejects.toMatchObject({ code })
    expect([settings.view().settings, stored.size, told]).toEqual([defaults, 0, []])
  })

  it('[SE8] names in every writing, with emoji, are names', async () => {
    const { settings } = keeper()
    for (const name of ['Ana Júlia', '静かな鷺', '👩‍👧 home'])
      expect((await settings.change({ name: ` ${name} ` })).settings.name).toBe(name)
  })
})

describe('the command line', () => {
  const options = { network: 'local', name: 'Given', uploadSlots: 2, mdns: false, downloadDir: '/d' } as const

  it('[SE2] wins, is named, and is not stored', async () => {
    const { settings, stored } = keeper(options, new Map([['settings', { name: 'Stored', uploadSlots: 9 }]]))
    const { settings: now, fixed } = settings.view()
    expect([now.name, now.uploadSlots, now.network.mode, now.downloadFolder]).toEqual(['Given', 2, 'local', '/d'])
    expect([...fixed].sort()).toEqual(['downloadFolder', 'name', 'network.mdns', 'network.mode', 'uploadSlots'])
    // A window may send a whole group back, with what the command line decides in it.
    await settings.change({ network: { ...now.network, lanDht: false }, uploadSlots: 2, name: 'Given' })
    const later = keeper({}, stored).settings.view().settings
    expect([later.name, later.uploadSlots, later.network]).toEqual([
      'Stored',
      9,
      { ...defaults.network, lanDht: false },
    ])
  })

  it.each<[SettingsPatch, string]>([
    [{ name: 'Other' }, 'name'],
    [{ name: null }, 'name'],
    [{ uploadSlots: 3 }, 'uploadSlots'],
    [{ network: { mode: 'internet' } }, 'network.mode'],
    [{ downloadFolder: '/other' }, 'downloadFolder'],
  ])('[SE2] changing %j meanwhile is refused and named', async (patch, field) => {
    const { settings } = keeper(options)
    await expect(settings.change(patch)).rejects.toMatchObject({ code: 'NOT_ALLOWED', facts: { field } })
  })

  it('[SE2] bootstrap addresses of the command line replace those stored', () => {
    const address = `/ip4/127.0.0.1/tcp/1/p2p/${PEER}`
    const { settings } = keeper({ bootstrap: [address] })
    expect(settings.view()).toMatchObject({
      settings: { network: { bootstrap: [address] } },
      fixed: ['network.bootstrap'],
    })
  })
})

describe('waiting', () => {
  it('[SE3] network settings wait for the next start, until they are as they were', async () => {
    const { settings, stored } = keeper()
    expect((await settings.change({ network: { mdns: false, listenPort: 4001 } })).waiting).toEqual([
      'network.mdns',
      'network.listenPort',
    ])
    expect((await settings.change({ network: { mdns: true } })).waiting).toEqual(['network.listenPort'])
    expect(keeper({}, stored).settings.view().waiting).toEqual([])
  })

  it('[SE3] everything else does not', async () => {
    const { settings } = keeper()
    const view = await settings.change({ name: 'Ada', uploadSlots: 1, downloadFolder: folder, ui: { language: 'es' } })
    expect(view.waiting).toEqual([])
  })
})

describe('limits and the schedule', () => {
  const NIGHTLY: SettingsPatch = {
    limits: { down: 1_000, up: null },
    schedule: { enabled: true, fromMinute: 540, toMinute: 1_020, days: [0, 1, 2, 3, 4, 5, 6], down: 10, up: 20 },
  }

  it('[SE5] its limits count from its beginning to its end, and everybody is told at both', async () => {
    const { settings, told, turnTo } = keeper()
    await settings.change(NIGHTLY)
    expect([settings.limits, settings.view().scheduleActive]).toEqual([{ down: 1_000, up: undefined }, false])
    told.length = 0
    turnTo(541)
    expect([settings.limits, settings.view()]).toMatchObject([
      { down: 10, up: 20 },
      { scheduleActive: true, scheduleChangesAt: 1_020 * 60_000 },
    ])
    turnTo(1_021)
    expect(settings.limits).toEqual({ down: 1_000, up: undefined })
    expect(told).toEqual([540 * 60_000, 1_020 * 60_000])
  })

  it('[SE7] `limit` changes the normal limits while the schedule is on, and they count after it', async () => {
    const { settings, turnTo } = keeper()
    await settings.change(NIGHTLY)
    turnTo(600)
    await settings.limit({ down: 77.4, up: 0.2 })
    expect(settings.limits).toEqual({ down: 10, up: 20 })
    turnTo(1_100)
    expect(settings.limits).toEqual({ down: 77, up: 1 })
    await settings.limit({ down: null })
    expect(settings.limits).toEqual({ down: undefined, up: 1 })
  })

  it('[SE5] switched off, it waits for nothing', async () => {
    const { settings, isWaiting } = keeper()
    expect(isWaiting()).toBe(false)
    await settings.change(NIGHTLY)
    expect(isWaiting()).toBe(true)
    await settings.change({ schedule: { enabled: false } })
    expect([isWaiting(), settings.view().scheduleChangesAt]).toEqual([false, undefined])
  })

  it('[SE5] stopped, it tells nobody any more', async () => {
    const { settings, told, isWaiting } = keeper()
    await settings.change(NIGHTLY)
    told.length = 0
    settings.stop()
    expect([isWaiting(), told]).toEqual([false, []])
  })
})

describe('download folders', () => {
  it('[SE6] a folder that is not there is made', async () => {
    const wanted = join(folder, 'a', 'b')
    expect(await usableFolder(`${wanted}/../b`)).toBe(wanted)
    expect(existsSync(wanted)).toBe(true)
  })

  it('[SE6] a file, or a folder below one, is refused', async () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    for (const path of [file, join(file, 'below')])
      await expect(usableFolder(path)).rejects.toMatchObject({ code: 'PATH_MISSING', facts: { path } })
  })

  it.skipIf(process.getuid?.() === 0)('[SE6] a folder that may not be written to is refused', async () => {
    const locked = join(folder, 'locked')
    await usableFolder(locked)
    chmodSync(locked, 0o500)
    await expect(usableFolder(locked)).rejects.toMatchObject({ code: 'PATH_READ_ONLY' })
  })

  it.skipIf(!existsSync('/proc/self'))('[SE6] where nothing can be made, that is said', async () => {
    await expect(usableFolder('/proc/shoal')).rejects.toMatchObject({ code: 'PATH_MISSING' })
  })
})
