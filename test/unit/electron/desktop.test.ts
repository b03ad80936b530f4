/** The desktop app put together, on doubles of Electron and of the engine's process: a person's day with it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RpcServer } from '../../../main/daemon/rpc-server.ts'
import { Desktop, type DesktopOptions } from '../../../main/electron/desktop.ts'
import { launchEngine } from '../../../main/electron/engine/launch.ts'
import { PortSocket } from '../../../main/electron/engine/port-socket.ts'
import { isTrusted } from '../../../main/electron/ipc.ts'
import { OpenRequests } from '../../../main/electron/open-requests.ts'
import { EventHub } from '../../../main/engine/telemetry/event-hub.ts'
import { openLogger } from '../../../main/engine/telemetry/logger.ts'
import { connectOverPort } from '../../../shared/contract/port-client.ts'
import type { Settings, SettingsPatch } from '../../../shared/contract/settings.ts'
import { INVOKE, SEND, TELL } from '../../../shared/shell/bridge.ts'
import { ShellCapabilities } from '../../../shared/shell/shell-api.ts'
import { EngineDouble } from '../../contract/support/engine-double.ts'
import { nodePort } from '../../contract/support/transports.ts'
import { share } from '../../support/samples.ts'
import { FakeClock } from './support/fake-clock.ts'
import { type FakeChild, type FakeElectron, fakeElectron } from './support/fake-electron.ts'
import type { FakePortMain } from './support/fake-ports.ts'

const settled = async () => {
  for (let i = 0; i < 20; i += 1) await new Promise((resolve) => setImmediate(resolve))
}
const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

class Engine extends EngineDouble {
  override async changeSettings(patch: SettingsPatch) {
    const { settings } = this.settings_
    const ui = { ...settings.ui, ...patch.ui } as Settings['ui']
    const desktop = { ...settings.desktop, ...patch.desktop } as Settings['desktop']
    this.settings_ = { ...this.settings_, settings: { ...settings, ui, desktop } }
    this.hub.publish({ type: 'settings', value: this.settings_ })
    return this.settings_
  }
}

describe('the desktop app', () => {
  let fake: FakeElectron
  let clock: FakeClock
  let desktop: Desktop
  let double: Engine
  let server: RpcServer
  let problems: string[]
  let requests: OpenRequests
  const closing: (() => void)[] = []

  beforeEach(() => {
    fake = fakeElectron()
    clock = new FakeClock()
    problems = []
    double = new Engine(new EventHub({ intervalMs: 1 }))
    server = new RpcServer(double, openLogger({ level: 'silent' }).logger)
    requests = new OpenRequests({ kindOf: async () => 'file', readLinkFile: async () => undefined })
    desktop = new Desktop(options())
  })
  afterEach(async () => {
    for (const close of closing.splice(0)) close()
    desktop.window.destroy()
    await server.stop()
  })

  function options(over: Partial<DesktopOptions> = {}): DesktopOptions {
    return {
      electron: fake.electron,
      clock,
      requests,
      version: '0.1.0',
      dev: false,
      hidden: false,
      preload: '/app/preload.cjs',
      icon: undefined,
      trayImages: { load: () => ({}) as Electron.NativeImage },
      saved: undefined,
      saveWindow: () => {},
      login: { platform: 'win32', home: '/me', env: {}, execPath: '/app' },
      website: undefined,
      canUpdate: false,
      loadUpdater: () => Promise.reject(new Error('none')),
      keyProtection: async () => 'file',
      launch: (events) =>
        launchEngine(
          {
            electron: fake.electron,
            clock,
            modulePath: '/e.js',
            env: {},
            start: async () => ({ profileDir: '/p', logLevel: 'info' }),
          },
          events,
        ),
      report: (problem) => problems.push(problem),
      ...over,
    }
  }

  const child = (): FakeChild => {
    const newest = fake.children.at(-1)
    if (newest === undefined) throw new Error('no engine was started')
    return newest
  }
  /** The engine's process says that it runs, and serves every port that it was sent. */
  async function engineRuns(): Promise<void> {
    await until(() => fake.children.length > 0 && child().posted.length > 0)
    const process = child()
    process.says({ type: 'started' })
    const post = process.postMessage.bind(process)
    const serve = (port: FakePortMain) => {
      const socket = new PortSocket(port)
      server.serve(socket)
      socket.start()
      closing.push(() => socket.close())
    }
    for (const { ports } of process.posted) for (const port of ports) serve(port)
    process.postMessage = (message, ports = []) => {
      post(message, ports)
      for (const port of ports) serve(port)
    }
    await until(() => double.hub.subscribers === 1)
    await settled()
  }
  const window = () => {
    const newest = fake.windows.all.at(-1)
    if (newest === undefined) throw new Error('no window')
    return newest
  }
  /** As ipcMain sees a message of our page. */
  const page = (over: object = {}) => ({
    sender: window().webContents,
    senderFrame: { parent: null, url: 'app://shoal/', ...over },
  })
  const told = (channel: string) =>
    window()
      .contents.sent.filter((message) => message.channel === channel)
      .map(({ value }) => value)

  it('[EL17] starts the window and the engine, and knows from the engine what the tray shows', async () => {
    double.status_ = { ...double.status_, shoalPeers: 3 }
    desktop.start()
    await engineRuns()
    expect(window().visible).toBe(true)
    expect(fake.trays.all[0]?.toolTip).toContain('The engine is not running')
    clock.advance(1_000)
    expect(fake.trays.all[0]?.toolTip).toContain('3 peers connected')
    expect(fake.menus).toHaveLength(1)
    expect(problems).toEqual([])
  })

  it('[EL14] started at login it shows no window until asked for', async () => {
    desktop = new Desktop(options({ hidden: true }))
    desktop.start()
    await engineRuns()
    expect(fake.windows.all).toHaveLength(0)
    desktop.ask()
    expect(window().visible).toBe(true)
  })

  it('[EL22] a page that asks gets a port to the engine, again after a reload and after a restart of the engine', async () => {
    desktop.start()
    fake.send(SEND.wantPort, page())
    expect(window().contents.ports).toHaveLength(0)
    await engineRuns()
    expect(window().contents.ports).toHaveLength(1)
    const port = window().contents.ports[0]?.port
    if (port === undefined) throw new Error('no port')
    expect(window().contents.ports[0]?.channel).toBe(TELL.port)
    const { api } = await connectOverPort(nodePort(port.raw))
    expect((await api.status()).name).toBe('Quiet Heron')

    window().contents.reload()
    fake.send(SEND.wantPort, page())
    expect(window().contents.ports).toHaveLength(2)

    child().ends(1)
    clock.advance(300)
    fake.send(SEND.listening, page())
    expect(told(TELL.engine).at(-1)).toEqual({ state: 'restarting', attempt: 1, nextTryMs: 1_000 })
    clock.advance(1_000)
    await settled()
    expect(fake.children).toHaveLength(2)
    child().says({ type: 'started' })
    expect(window().contents.ports).toHaveLength(3)
    expect(told(TELL.engine).at(-1)).toEqual({ state: 'running' })
  })

  it('[EL11] what is to be opened waits for a page that listens, and again while it is loaded anew', async () => {
    await requests.add({ links: ['shoal:a'], paths: [] })
    desktop.start()
    expect(told(TELL.open)).toEqual([])
    fake.send(SEND.listening, page())
    expect(told(TELL.open)).toEqual([{ links: ['shoal:a'], paths: [] }])
    window().contents.reload()
    await requests.add({ links: ['shoal:b'], paths: [] })
    expect(told(TELL.open)).toHaveLength(1)
    fake.send(SEND.listening, page())
    expect(told(TELL.open).at(-1)).toEqual({ links: ['shoal:b'], paths: [] })
  })

  it.each([
    ['a frame of another page', { senderFrame: { parent: null, url: 'https://evil.example/' } }],
    ['a frame within ours', { senderFrame: { parent: {}, url: 'app://shoal/' } }],
    ['a frame that is gone', { senderFrame: null }],
  ])('[EL8] %s is not heard', async (_who, over) => {
    desktop.start()
    await engineRuns()
    const event = { ...page(), ...over }
    for (const channel of Object.values(INVOKE))
      await expect(fake.invoke(channel, event, '/downloads')).rejects.toThrow('Refused')
    for (const channel of Object.values(SEND)) fake.send(channel, event, 'x', 'y')
    expect(window().contents.ports).toHaveLength(0)
    expect(told(TELL.engine)).toEqual([{ state: 'running' }])
    expect(fake.notifications.shown).toHaveLength(0)
    expect(isTrusted(event as never)).toBe(false)
  })

  it.each([
    [INVOKE.pickPaths, ['everything', 'Title']],
    [INVOKE.pickPaths, ['files']],
    [INVOKE.pickPaths, ['files', 'x'.repeat(201)]],
    [INVOKE.reveal, [7]],
    [INVOKE.reveal, ['']],
    [INVOKE.reveal, [`/${'x'.repeat(5_000)}`]],
    [INVOKE.quit, ['now']],
    [INVOKE.capabilities, [{}]],
  ])('[EL8] %s with %j is refused as malformed', async (channel, args) => {
    desktop.start()
    await expect(fake.invoke(channel, page(), ...args)).rejects.toThrow('malformed')
    expect(fake.state.openDialogs).toEqual([])
    expect(desktop.quitting.quitting).toBe(false)
  })

  it('[EL22] says what it can, with a shape that the window understands', async () => {
    desktop = new Desktop(options({ keyProtection: async () => 'system', canUpdate: true }))
    desktop.start()
    const capabilities = ShellCapabilities.parse(await fake.invoke(INVOKE.capabilities, page()))
    expect(capabilities).toMatchObject({ kind: 'electron', keyProtection: 'system', updates: true, startAtLogin: true })
    fake.app.isPackaged = false
    expect(await fake.invoke(INVOKE.capabilities, page())).toMatchObject({ startAtLogin: false })
  })

  it('[EL10] shows in its folder what the engine names, and nothing else', async () => {
    double.sharesByRoot.set('r', share('r', { path: '/shares/cat.jpg' }))
    desktop.start()
    expect(await fake.invoke(INVOKE.reveal, page(), '/shares/cat.jpg')).toBe(false)
    await engineRuns()
    expect(await fake.invoke(INVOKE.reveal, page(), '/shares/cat.jpg')).toBe(true)
    expect(await fake.invoke(INVOKE.reveal, page(), '/etc/passwd')).toBe(false)
    expect(fake.state.revealed).toEqual(['/shares/cat.jpg'])
  })

  it('[EL14] closing is explained once, then hides; the engine goes on', async () => {
    desktop.start()
    await engineRuns()
    expect(window().pressClose()).toBe(false)
    expect(window().pressClose()).toBe(false)
    await until(() => double.settings_.settings.ui.backgroundExplained)
    await settled()
    expect(fake.state.messageBoxes).toHaveLength(1)
    expect(window().visible).toBe(false)
    desktop.ask()
    expect(window().pressClose()).toBe(false)
    expect(window().visible).toBe(false)
    expect(fake.state.messageBoxes).toHaveLength(1)
    expect(desktop.engine.running).toBe(true)
  })

  it('[EL14] who does not want it, quits, now and later', async () => {
    fake.state.messageBox = 1
    desktop.start()
    await engineRuns()
    window().pressClose()
    await until(() => desktop.quitting.quitting)
    expect(double.settings_.settings.desktop.keepInBackground).toBe(false)
    child().ends(0)
    clock.advance(300)
    await until(() => fake.app.quits === 1)
  })

  it('[EL19] quitting is held until the engine has ended; asking again changes nothing', async () => {
    desktop.start()
    await engineRuns()
    fake.app.quit()
    fake.app.quit()
    expect(fake.app.quits).toBe(0)
    expect(window().visible).toBe(false)
    await until(() => child().posted.some(({ message }) => JSON.stringify(message) === '{"type":"stop"}'))
    child().says({ type: 'stopped' })
    child().ends(0)
    clock.advance(300)
    await until(() => fake.app.quits === 1)
    expect(window().destroyed).toBe(true)
    expect(fake.trays.all[0]?.destroyed).toBe(true)
    expect(fake.children).toHaveLength(1)
    expect(child().killed).toBe(false)
  })

  it('[EL19] when Windows ends the session, the engine is stopped at once', async () => {
    desktop.start()
    await engineRuns()
    window().emit('session-end')
    await until(() => child().posted.some(({ message }) => JSON.stringify(message) === '{"type":"stop"}'))
    child().ends(0)
    clock.advance(300)
    await until(() => fake.app.quits === 1)
  })

  it('[EL19] an engine that does not answer holds nobody up for more than its time', async () => {
    desktop.start()
    await engineRuns()
    fake.app.quit()
    await settled()
    clock.advance(5_000)
    await until(() => fake.app.quits === 1)
    expect(child().killed).toBe(true)
  })

  it('[EL27] language and theme follow the settings while the app runs', async () => {
    desktop.start()
    await engineRuns()
    const ui = { ...double.settings_.settings.ui, language: 'es', theme: 'dark' } as const
    await double.changeSettings({ ui })
    await until(() => fake.menus.length === 2)
    expect(fake.menus[1]?.[0]?.label).toBe('Archivo')
    expect(fake.nativeTheme.themeSource).toBe('dark')
  })

  it('[EL12] the menu shares files and opens a link from the clipboard', async () => {
    const heard: unknown[] = []
    desktop.start()
    requests.listen((request) => heard.push(request))
    const items = fake.menus[0]?.[0]?.submenu as { click?: () => void }[]
    fake.state.openDialog = { canceled: false, filePaths: ['/me/a'] }
    items[0]?.click?.()
    fake.state.clipboard = ' shoal:abc\n'
    items[2]?.click?.()
    await until(() => heard.length === 2)
    expect(heard).toEqual(
      expect.arrayContaining([
        { links: [], paths: ['/me/a'] },
        { links: ['shoal:abc'], paths: [] },
      ]),
    )
    fake.state.clipboard = 'hello'
    items[2]?.click?.()
    await until(() => fake.notifications.shown.length === 1)
    expect(heard).toHaveLength(2)
  })

  it('[EL16] a window that does not work can be tried again', async () => {
    desktop.start()
    const first = window()
    for (let i = 0; i < 4; i += 1) first.contents.emit('render-process-gone', {}, { reason: 'crashed' })
    await until(() => fake.windows.all.length === 2)
    expect(first.destroyed).toBe(true)
    expect(window().visible).toBe(true)
  })
})

describe('the double itself', () => {
  it('refuses parts of Electron that it does not have', () => {
    const { electron } = fakeElectron()
    expect(() => electron.app.getLocale()).toThrow("The double of Electron's app has no getLocale")
    expect(() => electron.shell.beep()).toThrow('no beep')
  })
})
