/**
 * The built window as the desktop app shows it, in a real Chromium: served by the app's own handler under the app's own
 * policy, with a bridge as the preload script leaves it, on the bundled engine in a worker thread, over real ports. What is
 * played here is only Electron: the scheme is another, and the page's end of the port is carried by Playwright.
 */
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { connectToDaemon, type DaemonConnection } from '../../cli/client.ts'
import { assetHandler, assetTable } from '../../main/electron/window/app-protocol.ts'
import { staleParts } from '../../scripts/lib/sources.mjs'
import { BRIDGE, PORT_MESSAGE } from '../../shared/shell/bridge.ts'
import type { ShellCapabilities } from '../../shared/shell/shell-api.ts'
import { VERSION } from '../../shared/version.ts'
import { WorkerProcess } from '../e2e/support/worker-process.ts'
import { chromiumMissing, type OpenPage, Windows, watched } from './support/chromium.ts'
import { WAIT_MS } from './support/window.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
/** Any secure origin will do: 'self' of the policy is the origin, whatever its scheme. */
const ORIGIN = 'https://shoal.test'

const capabilities: ShellCapabilities = {
  kind: 'electron',
  platform: process.platform,
  version: VERSION,
  pickPaths: 'native',
  drops: 'paths',
  reveal: true,
  notifications: 'system',
  startAtLogin: true,
  background: true,
  updates: true,
  restartEngine: true,
  keyProtection: 'system',
}

/** Runs in the page before anything of ours: what the preload script leaves, with ports that Playwright carries. */
function leaveBridge([name, message, said]: [string, string, unknown]): void {
  const page = window as unknown as Record<string, unknown> & {
    toEngine(data: unknown): void
    askForPort(): void
    engine?: MessagePort
    listeners?: Record<string, (value: unknown) => void>
  }
  Object.assign(page, {
    givePort() {
      const { port1, port2 } = new globalThis.MessageChannel()
      Object.assign(page, { engine: port1 })
      port1.onmessage = ({ data }) => page.toEngine(data)
      window.postMessage(message, window.location.origin, [port2])
    },
    [name]: {
      capabilities: async () => said,
      pickPaths: async () => undefined,
      pathOf: () => '',
      reveal: async () => false,
      restartEngine: async () => {},
      quit: async () => {},
      checkForUpdates: async () => {},
      installUpdate: async () => {},
      notify: () => {},
      wantPort: () => page.askForPort(),
      listen: (listeners: NonNullable<typeof page.listeners>) => {
        page.listeners = listeners
      },
    },
  })
}

describe.skipIf(chromiumMissing !== undefined)('the window in the desktop app', () => {
  const windows = new Windows()
  let folder: string
  let opened: OpenPage
  let engine: WorkerProcess
  let daemon: DaemonConnection
  let port: MessagePort | undefined
  let wanted = false

  const profile = () => join(folder, 'profile')

  async function startEngine(): Promise<void> {
    engine = new WorkerProcess(join(ROOT, 'dist/electron/engine.js'), [])
    const started = new Promise<void>((resolve, reject) => {
      engine.on('message', (message: { type: string }) =>
        message.type === 'started' ? resolve() : reject(new Error(JSON.stringify(message))),
      )
    })
    engine.postMessage({ type: 'start', start: { profileDir: profile(), network: 'local', logLevel: 'info' } })
    await started
    engine.removeAllListeners('message')
    const connection = await connectToDaemon(profile())
    if (connection === undefined) throw new Error('the engine is no daemon')
    daemon = connection
  }

  /** As the port broker does: one end to the engine, the other to the page. */
  async function givePort(): Promise<void> {
    const { port1, port2 } = new MessageChannel()
    engine.worker.postMessage({ message: { type: 'port', id: 1 }, ports: [port1] }, [port1])
    port?.close()
    port = port2
    const { page } = opened
    await page.evaluate(() => (window as unknown as { givePort(): void }).givePort())
    let turn = Promise.resolve()
    port2.on('message', (data: unknown) => {
      const deliver = () =>
        page.evaluate((value) => (window as unknown as { engine: MessagePort }).engine.postMessage(value), data)
      turn = turn.then(deliver).catch(() => undefined)
    })
  }

  const tell = (listener: 'engine' | 'open', value: unknown) =>
    opened.page.evaluate(
      ([name, said]) =>
        (window as unknown as { listeners: Record<string, (v: unknown) => void> }).listeners[name as string]?.(said),
      [listener, value],
    )

  beforeAll(async () => {
    const stale = staleParts(['ui', 'electron'])
    if (stale.length > 0) execFileSync(process.execPath, [join(ROOT, 'scripts/build.mjs'), ...stale])
    folder = await mkdtemp(join(tmpdir(), 'shoal-desktop-'))
    await startEngine()
    const context = await windows.context()
    const handle = assetHandler(await assetTable(join(ROOT, 'dist/ui')))
    await context.route('**/*', async (route) => {
      const url = route.request().url().replace(ORIGIN, 'app://shoal')
      const answer = await handle(new Request(url, { method: route.request().method() }))
      await route.fulfill({
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        body: Buffer.from(await answer.arrayBuffer()),
      })
    })
    await context.exposeFunction('toEngine', (data: unknown) => port?.postMessage(data))
    await context.exposeFunction('askForPort', () => {
      wanted = true
    })
    await context.addInitScript(leaveBridge, [BRIDGE, PORT_MESSAGE, capabilities] as [string, string, unknown])
    opened = await watched(context)
    await opened.page.goto(`${ORIGIN}/`)
  })
  afterAll(async () => {
    daemon?.close()
    port?.close()
    await windows.close()
    await engine?.worker.terminate()
    await rm(folder, { recursive: true, force: true })
  })

  it('[EL22] asks for its port once it listens, and shows the engine that is behind it', async () => {
    await vi.waitFor(() => expect(wanted).toBe(true), { timeout: WAIT_MS })
    await givePort()
    const { name } = await daemon.api.status()
    await opened.page.getByText(name, { exact: false }).first().waitFor({ timeout: WAIT_MS })
  })

  it('[EL5] breaks nothing of the policy, and loads nothing from elsewhere', async () => {
    const { page } = opened
    const foreign = await page.evaluate(
      (origin) =>
        performance
          .getEntriesByType('resource')
          .map(({ name }) => name)
          .filter((name) => !name.startsWith(origin)),
      ORIGIN,
    )
    expect(foreign).toEqual([])
    expect(opened.errors).toEqual([])
    // The policy is in force: what it forbids does not happen.
    const inline = await page.evaluate(() => {
      const script = document.createElement('script')
      script.textContent = 'window.inlineRan = true'
      document.head.append(script)
      return 'inlineRan' in window
    })
    expect(inline).toBe(false)
    expect(opened.errors.splice(0).join()).toContain('Content Security Policy')
  })

  it('[EL11] takes up a link that the system handed over', async () => {
    const root = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi'
    await tell('open', { links: [`shoal:${root}?dn=cats`], paths: [] })
    await opened.page.getByRole('dialog').first().waitFor({ timeout: WAIT_MS })
    await vi.waitFor(async () => expect((await daemon.api.shares()).map((share) => share.root)).toContain(root), {
      timeout: WAIT_MS,
    })
  })

  it('[EL18] says that the engine is being started again, and goes on with the next one', async () => {
    await engine.worker.terminate()
    await tell('engine', { state: 'restarting', attempt: 2, nextTryMs: 1_000 })
    await opened.page
      .getByText(/being started again \(try 2\)/)
      .first()
      .waitFor({ timeout: WAIT_MS })
    await startEngine()
    await tell('engine', { state: 'running' })
    await givePort()
    const { name } = await daemon.api.status()
    await opened.page.getByText(name, { exact: false }).first().waitFor({ timeout: WAIT_MS })
    await daemon.api.changeSettings({ name: 'Born Again' })
    await opened.page.getByText('Born Again').first().waitFor({ timeout: WAIT_MS })
  })
})
