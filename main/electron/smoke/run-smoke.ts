/**
 * `--smoke`: whether this installation works, without touching anybody's profile. The real window is made (not shown), its
 * page asks for its port and talks to a real engine process, and a second process runs the engine checks. JSON on stdout,
 * exit code 0 when everything passed. Used by the release workflow on each system.
 * Rule [EL28].
 */
import { mkdirSync, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MessagePortMain } from 'electron'
import { z } from 'zod'
import { INVOKE, SEND, TELL } from '../../../shared/shell/bridge.ts'
import { VERSION } from '../../../shared/version.ts'
import type { ElectronApi, ShellClock } from '../electron-api.ts'
import { EngineLink } from '../engine/engine-link.ts'
import { launchEngine } from '../engine/launch.ts'
import { PortBroker, type PortTaker } from '../engine/port-broker.ts'
import { EngineSupervisor } from '../engine/supervisor.ts'
import type { Places } from '../facts.ts'
import { assetHandler, assetTable, SCHEME, START_URL } from '../window/app-protocol.ts'
import { guardContents, guardSession, webPreferences } from '../window/web-guard.ts'
import { collectChecks } from './collect-checks.ts'
import type { Check } from './engine-checks.ts'

const Checks = z.array(z.object({ name: z.string(), ok: z.boolean(), tookMs: z.number(), detail: z.string() })).max(32)
/** Of each check here; a slow machine with a virus scanner needs seconds. */
export const CHECK_TIMEOUT_MS = 60_000

export interface SmokeOptions {
  readonly electron: ElectronApi
  readonly clock: ShellClock
  readonly places: Places
  readonly dev: boolean
  readonly stdout: { write(text: string): unknown }
}

export async function runSmoke({ electron, clock, places, dev, stdout }: SmokeOptions): Promise<void> {
  // At once: afterwards the app may be ready, and Chromium's files elsewhere.
  const folder = mkdtempSync(join(tmpdir(), 'shoal-smoke-'))
  mkdirSync(join(folder, 'window'))
  electron.app.setPath('userData', join(folder, 'window'))
  const { check, checks } = collectChecks(clock, CHECK_TIMEOUT_MS)
  let engine: EngineSupervisor<MessagePortMain> | undefined
  try {
    await check('app ready', async () => {
      guardContents(electron, dev)
      await electron.app.whenReady()
      guardSession(electron.session.defaultSession, dev)
      electron.protocol.handle(SCHEME, assetHandler(await assetTable(places.ui)))
      return `Electron ${process.versions.electron}, Node ${process.versions.node}`
    })
    const used = new Set<number>()
    let onUsed = () => {}
    let onRunning: (failure?: Error) => void = () => {}
    const running = new Promise<void>((resolve, reject) => {
      onRunning = (failure) => (failure === undefined ? resolve() : reject(failure))
    })
    engine = new EngineSupervisor<MessagePortMain>({
      clock,
      launch: (events) =>
        launchEngine(
          {
            electron,
            clock,
            modulePath: places.engine,
            env: process.env,
            start: async () => ({ profileDir: join(folder, 'profile'), network: 'local', logLevel: 'info' }),
          },
          events,
        ),
      onState: (state) => {
        if (state.state === 'running') onRunning()
        else onRunning(new Error(JSON.stringify(state)))
      },
      onPortUsed: (id) => {
        used.add(id)
        onUsed()
      },
    })
    const supervisor = engine
    const broker = new PortBroker(electron, (id, port) => supervisor.sendPort(id, port))
    await check('engine process', async () => {
      supervisor.start()
      await running
      return 'started'
    })
    await check('engine ping', async () => {
      const peer = await new Promise<string>((resolve, reject) => {
        const link = new EngineLink((state) => {
          if (state !== undefined) resolve(state.node.peer)
        }, reject)
        broker.want({ take: (port) => link.take(port) })
      })
      return peer
    })
    await check('window and port', async () => {
      const window = new electron.BrowserWindow({ show: false, webPreferences: webPreferences(places.preload, dev) })
      const page: PortTaker = { take: (port) => window.webContents.postMessage(TELL.port, null, [port]) }
      const answered = new Promise<void>((resolve) => {
        onUsed = () => {
          if ([...used].some((id) => broker.takerOf(id) === page)) resolve()
        }
      })
      const capabilities = { kind: 'electron', platform: process.platform, version: VERSION, pickPaths: 'native' }
      const rest = { drops: 'paths', reveal: true, notifications: 'none', startAtLogin: false, background: false }
      const last = { updates: false, restartEngine: false, keyProtection: 'file' }
      electron.ipcMain.handle(INVOKE.capabilities, () => ({ ...capabilities, ...rest, ...last }))
      electron.ipcMain.on(SEND.wantPort, () => broker.want(page))
      await window.loadURL(START_URL)
      await answered
      return 'the page got its port and its first answer'
    })
    for (const result of await engineProcessChecks(electron, places, join(folder, 'nodes'), clock)) checks.push(result)
  } finally {
    await engine?.stop()
    await rm(folder, { recursive: true, force: true }).catch(() => undefined)
  }
  const ok = checks.length > 0 && checks.every((result) => result.ok)
  stdout.write(`${JSON.stringify({ ok, version: VERSION, checks }, null, 2)}\n`)
  electron.app.exit(ok ? 0 : 1)
}

/** The checks of engine-checks.ts, in a utility process of their own. */
function engineProcessChecks(
  electron: Pick<ElectronApi, 'utilityProcess'>,
  places: Places,
  folder: string,
  clock: ShellClock,
): Promise<readonly Check[]> {
  return new Promise((resolve) => {
    const failed = (detail: string): Check[] => [{ name: 'engine checks', ok: false, tookMs: 0, detail }]
    const child = electron.utilityProcess.fork(places.smoke, [folder], { serviceName: 'Shoal smoke test' })
    const cancel = clock.after(CHECK_TIMEOUT_MS, () => settle(failed('no result in time')))
    const settle = (result: readonly Check[]) => {
      cancel()
      child.removeAllListeners()
      child.kill()
      resolve(result)
    }
    child.on('message', (data: unknown) => {
      const parsed = Checks.safeParse(data)
      settle(parsed.success ? parsed.data : failed('a malformed result'))
    })
    child.on('exit', (code) => settle(failed(`the process ended with ${code}`)))
  })
}
