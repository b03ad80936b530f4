/** Updates: asked for by a clock that tests own, of a double of electron-updater. */
import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import {
  CHECK_EVERY_MS,
  canUpdate,
  FIRST_CHECK_MS,
  type Updater,
  Updates,
} from '../../../main/electron/system/updates.ts'
import type { UpdateState } from '../../../shared/shell/shell-api.ts'
import { FakeClock } from './support/fake-clock.ts'

class FakeUpdater extends EventEmitter {
  autoDownload = false
  autoInstallOnAppQuit = false
  allowPrerelease = true
  allowDowngrade = true
  logger: Updater['logger'] = console
  checks = 0
  installed = 0
  failure: Error | undefined
  canCheck = true
  async checkForUpdates(): Promise<object | null> {
    this.checks += 1
    if (this.failure !== undefined) throw this.failure
    return this.canCheck ? {} : null
  }
  quitAndInstall(): void {
    this.installed += 1
  }
}

function ground(supported = true) {
  const updater = new FakeUpdater()
  const clock = new FakeClock()
  const states: UpdateState[] = []
  let loads = 0
  const updates = new Updates({
    supported,
    clock,
    onState: (state) => states.push(state),
    load: async () => {
      loads += 1
      // EventEmitter's `on` is wider than the typed one of electron-updater.
      return updater as unknown as Updater
    },
  })
  const settled = () => new Promise((resolve) => setImmediate(resolve))
  return { updater, clock, states, updates, loads: () => loads, settled }
}

describe('updates', () => {
  it.each([
    [{ packaged: true, platform: 'linux', env: {} }, true],
    [{ packaged: true, platform: 'win32', env: {} }, true],
    [{ packaged: true, platform: 'win32', env: { PORTABLE_EXECUTABLE_FILE: 'x' } }, false],
    [{ packaged: false, platform: 'darwin', env: {} }, false],
  ])('[EL26] %j can be replaced: %s', (facts, can) => {
    expect(canUpdate(facts)).toBe(can)
  })

  it('[EL26] are looked for half a minute after the start and once a day, with safe options', async () => {
    const g = ground()
    g.updates.setEnabled(true)
    g.updates.setEnabled(true)
    g.clock.advance(FIRST_CHECK_MS - 1)
    expect(g.loads()).toBe(0)
    g.clock.advance(1)
    await g.settled()
    expect(g.updater).toMatchObject({
      checks: 1,
      autoDownload: true,
      autoInstallOnAppQuit: true,
      allowPrerelease: false,
      allowDowngrade: false,
      logger: null,
    })
    g.updater.emit('update-not-available')
    g.clock.advance(CHECK_EVERY_MS)
    await g.settled()
    expect(g.updater.checks).toBe(2)
    expect(g.loads()).toBe(1)
    expect(g.states.map(({ state }) => state)).toEqual(['none', 'checking', 'none', 'checking'])
  })

  it('[EL26] switched off, nobody is asked; a person still may', async () => {
    const g = ground()
    g.updates.setEnabled(true)
    g.updates.setEnabled(false)
    g.clock.advance(10 * CHECK_EVERY_MS)
    await g.settled()
    expect(g.loads()).toBe(0)
    expect(g.updates.state).toEqual({ state: 'off' })
    await g.updates.check()
    g.updater.emit('update-not-available')
    expect(g.states.at(-1)).toEqual({ state: 'off' })
  })

  it('[EL26] are fetched with progress, offered, and installed when asked', async () => {
    const g = ground()
    expect(await g.updates.install()).toBe(false)
    await g.updates.check()
    g.updater.emit('update-available')
    g.updater.emit('download-progress', { percent: 45 })
    g.updater.emit('download-progress', { percent: 101 })
    g.updater.emit('update-downloaded', { version: '2.0.0' })
    expect(g.states.slice(1)).toEqual([
      { state: 'downloading', fraction: 0 },
      { state: 'downloading', fraction: 0.45 },
      { state: 'downloading', fraction: 1 },
      { state: 'ready', version: '2.0.0' },
    ])
    await g.updates.check()
    g.updates.setEnabled(true)
    g.updates.setEnabled(false)
    expect(g.updater.checks).toBe(1)
    expect(g.updates.state.state).toBe('ready')
    expect(await g.updates.install()).toBe(true)
    expect(g.updater.installed).toBe(1)
  })

  it('[EL26] a failure is told in one line and tried again the next day', async () => {
    const g = ground()
    g.updates.setEnabled(true)
    g.updater.failure = new Error('net::ERR_NAME_NOT_RESOLVED\n    at stack')
    g.clock.advance(FIRST_CHECK_MS)
    await g.settled()
    expect(g.states.at(-1)).toEqual({ state: 'failed', reason: 'net::ERR_NAME_NOT_RESOLVED' })
    g.updater.failure = undefined
    g.clock.advance(CHECK_EVERY_MS)
    await g.settled()
    g.updater.emit('update-not-available')
    expect(g.states.at(-1)).toEqual({ state: 'none' })
    g.updates.stop()
    expect(g.clock.pending).toEqual([])
  })

  it('[EL26] an updater that finds it cannot ask leaves nobody waiting', async () => {
    const g = ground()
    g.updater.canCheck = false
    await g.updates.check()
    expect(g.states.map(({ state }) => state)).toEqual(['checking', 'off'])
  })

  it('[EL26] where an installation cannot replace itself, nothing is loaded or asked', async () => {
    const g = ground(false)
    g.updates.setEnabled(true)
    await g.updates.check()
    g.clock.advance(2 * CHECK_EVERY_MS)
    expect([g.loads(), g.updates.state]).toEqual([0, { state: 'off' }])
  })
})
