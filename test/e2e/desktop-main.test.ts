/**
 * The bundled main process itself, loaded by plain Node with a double in the place of Electron, and with the bundled engine
 * in a worker thread in the place of the utility process: started, asked for a port by a page, the real engine reached over
 * it, crashed, started again, quit. What Chromium does is not here; everything of ours is.
 */

import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import Module, { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { connectToDaemon } from '../../cli/client.ts'
import { staleParts } from '../../scripts/lib/sources.mjs'
import { connectOverPort } from '../../shared/contract/port-client.ts'
import { INVOKE, SEND, TELL } from '../../shared/shell/bridge.ts'
import { ShellCapabilities } from '../../shared/shell/shell-api.ts'
import { nodePort } from '../contract/support/transports.ts'
import { type FakeElectron, fakeElectron } from '../unit/electron/support/fake-electron.ts'
import { WorkerProcess } from './support/worker-process.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const MAIN = join(ROOT, 'dist/electron/main.cjs')
const require = createRequire(import.meta.url)
/** Node's own loader: it gives `require('electron')` its meaning in Electron too. */
const loader = Module as unknown as { _load: (name: string, ...rest: unknown[]) => unknown }
const load_ = loader._load

beforeAll(() => {
  const stale = staleParts(['ui', 'electron'])
  if (stale.length > 0) execFileSync(process.execPath, [join(ROOT, 'scripts/build.mjs'), ...stale])
}, 120_000)

describe('the main process', () => {
  let folder: string
  let fake: FakeElectron
  let processes: WorkerProcess[]
  const argv = process.argv

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shoal-main-'))
    processes = []
    fake = fakeElectron((modulePath, args) => {
      const started = new WorkerProcess(modulePath, args)
      processes.push(started)
      return started
    })
    fake.app.isPackaged = false
  })
  afterEach(async () => {
    process.argv = argv
    loader._load = load_
    vi.unstubAllEnvs()
    for (const { worker } of processes) await worker.terminate()
    await rm(folder, { recursive: true, force: true })
  })

  /** As Electron does: the file is loaded at once, ready comes later. */
  function load(...args: string[]): void {
    process.argv = fake.app.isPackaged ? ['/opt/Shoal/shoal', ...args] : ['electron', MAIN, ...args]
    // For the whole test: parts are required late, and the package itself would download Electron.
    loader._load = (name, ...rest) => (name === 'electron' ? fake.electron : load_(name, ...rest))
    delete require.cache[MAIN]
    require(MAIN)
  }

  const profile = () => join(folder, 'profile')
  const window = () => {
    const [newest] = fake.windows.all.slice(-1)
    if (newest === undefined) throw new Error('no window')
    return newest
  }
  const page = () => ({ sender: window().webContents, senderFrame: { parent: null, url: 'app://shoal/' } })
  const portNumber = (count: number) =>
    vi.waitFor(() => {
      const port = window().contents.ports[count - 1]?.port
      if (port === undefined) throw new Error('no port yet')
      return port
    }, 20_000)

  it('[EL1] takes its profile, the scheme and the lock before it waits for anything', () => {
    load('--profile', profile())
    expect(fake.app.done).toEqual(['name Shoal', 'path userData', 'sandbox', 'scheme', 'lock', 'whenReady'])
    expect(fake.app.paths.userData).toBe(join(profile(), 'window'))
    expect(fake.schemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
    ])
    expect(fake.app.handover).toEqual({ argv: ['--profile', profile()], cwd: process.cwd() })
  })

  it('[EL1] a second start of the same profile quits and starts nothing', async () => {
    fake.app.lock = false
    load('--profile', profile())
    fake.app.becomeReady()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(fake.app.quits).toBe(1)
    expect(fake.windows.all).toEqual([])
    expect(processes).toEqual([])
  })

  it('[EL17] starts window and engine; the page reaches the real engine; a crash is mended; quitting stops it in order', async () => {
    load('--profile', profile(), '--network', 'local')
    fake.app.emit('open-url', { preventDefault() {} }, 'shoal:early')
    fake.app.becomeReady()
    await vi.waitFor(() => window(), 20_000)
    const served = await fake.served.get('app')?.(new Request('app://shoal/'))
    expect(await served?.text()).toBe(await readFile(join(ROOT, 'dist/ui/index.html'), 'utf8'))

    fake.send(SEND.listening, page())
    expect(window().contents.sent).toContainEqual({ channel: TELL.open, value: { links: ['shoal:early'], paths: [] } })
    expect(ShellCapabilities.parse(await fake.invoke(INVOKE.capabilities, page()))).toMatchObject({
      keyProtection: 'file',
      updates: false,
    })
    fake.send(SEND.wantPort, page())
    const first = await connectOverPort(nodePort((await portNumber(1)).raw))
    const { peer, network } = await first.api.status()
    expect(network).toBe('local')
    const byCommandLine = await connectToDaemon(profile())
    expect((await byCommandLine?.api.status())?.peer).toBe(peer)
    byCommandLine?.close()

    // A crash: the page is told, and gets a port to the next engine, which is the same peer.
    await processes[0]?.worker.terminate()
    await vi.waitFor(() => expect(window().contents.sent.at(-1)?.value).toMatchObject({ state: 'restarting' }), 20_000)
    await first.closed
    const second = await connectOverPort(nodePort((await portNumber(2)).raw))
    expect((await second.api.status()).peer).toBe(peer)
    expect(window().contents.sent.at(-1)?.value).toEqual({ state: 'running' })

    fake.app.quit()
    expect(fake.app.quits).toBe(0)
    await vi.waitFor(() => expect(fake.app.quits).toBe(1), 20_000)
    expect(await connectToDaemon(profile())).toBeUndefined()
    await expect(readFile(join(profile(), 'daemon.json'))).rejects.toThrow('ENOENT')
    expect(processes).toHaveLength(2)
    expect(fake.errors).toEqual([])
  })

  it('[EL30] installed, it seals the key of a fresh profile, and its updater is there', async () => {
    // Nothing of the tests reaches the autostart folder or the releases of anybody.
    vi.stubEnv('XDG_CONFIG_HOME', folder)
    vi.stubEnv('APPIMAGE', undefined)
    await writeFile(join(folder, 'app-update.yml'), 'provider: github\nowner: nobody\nrepo: nothing\n')
    Object.defineProperty(process, 'resourcesPath', { value: folder, configurable: true })
    fake.app.isPackaged = true
    load('--profile', profile(), '--network', 'local')
    fake.app.becomeReady()
    await vi.waitFor(() => window(), 20_000)
    expect(fake.app.done).toContain('client of shoal')
    fake.send(SEND.wantPort, page())
    const { api } = await connectOverPort(nodePort((await portNumber(1)).raw))
    expect((await readdir(profile())).filter((name) => name.startsWith('identity'))).toEqual(['identity.sealed'])
    const capabilities = ShellCapabilities.parse(await fake.invoke(INVOKE.capabilities, page()))
    expect(capabilities).toMatchObject({ keyProtection: 'system', updates: true, startAtLogin: true })
    const { peer } = await api.status()

    fake.send(SEND.listening, page())
    await fake.invoke(INVOKE.checkForUpdates, page())
    const updates = window().contents.sent.filter(({ channel }) => channel === TELL.update)
    expect(updates.map(({ value }) => (value as { state: string }).state).slice(-2)).toEqual(['checking', 'none'])

    await fake.invoke(INVOKE.restartEngine, page())
    const again = await connectOverPort(nodePort((await portNumber(2)).raw))
    expect((await again.api.status()).peer).toBe(peer)
    fake.app.quit()
    await vi.waitFor(() => expect(fake.app.quits).toBe(1), 20_000)
  })

  it('[EL28] --smoke checks window, port, engine and a transfer in a profile of its own, and exits with 0', async () => {
    const written: string[] = []
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      written.push(String(text))
      return true
    })
    try {
      load('--smoke', '--profile', profile())
      fake.app.becomeReady()
      // The page: once it is loaded it asks for its port and talks to the engine.
      await vi.waitFor(() => expect(window().contents.url).toBe('app://shoal/'), 30_000)
      fake.send(SEND.wantPort, page())
      const { api } = await connectOverPort(nodePort((await portNumber(1)).raw))
      await api.status()
      await vi.waitFor(() => expect(fake.app.exited).toBeDefined(), 60_000)
    } finally {
      write.mockRestore()
    }
    const report = JSON.parse(written.join(''))
    expect(report.checks.filter(({ ok }: { ok: boolean }) => !ok)).toEqual([])
    expect(report.checks.map(({ name }: { name: string }) => name)).toEqual([
      'app ready',
      'engine process',
      'engine ping',
      'window and port',
      'sqlite',
      'native cipher',
      'transports',
      'transfer',
    ])
    expect(fake.app.exited).toBe(0)
    await expect(readdir(profile())).rejects.toThrow('ENOENT')
  })
})
