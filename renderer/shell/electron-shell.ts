/**
 * The shell of the desktop app's window: ShellApi over the bridge that the preload script left. What the app does by
 * itself, because it must also do it while no window is open (progress on the icon, notifications of finished downloads),
 * is not done here a second time.
 * Rules [EL3] [EL22].
 */
import { ShoalError } from '../../shared/contract/errors.ts'
import { BRIDGE, type ShellBridge } from '../../shared/shell/bridge.ts'
import {
  type EngineProcessState,
  type OpenRequest,
  type ShellApi,
  ShellCapabilities,
  type UpdateState,
} from '../../shared/shell/shell-api.ts'
import { PortInbox, type PortSource } from '../engine/electron-transport.ts'
import type { Shell } from '../engine/transport.ts'

/** Undefined in a browser. */
export function electronBridge(page: object): ShellBridge | undefined {
  const bridge: unknown = Reflect.get(page, BRIDGE)
  // Only the preload script can have put it there: a page of a browser has no script but ours.
  return typeof bridge === 'object' && bridge !== null ? (bridge as ShellBridge) : undefined
}

export async function openElectronShell(bridge: ShellBridge, page: PortSource = window): Promise<Shell> {
  const capabilities = ShellCapabilities.parse(await bridge.capabilities())
  const inbox = new PortInbox(
    page,
    () => bridge.wantPort(),
    (event) => event.source === page,
  )
  const engine = new Channel<EngineProcessState>('latest')
  const requests = new Channel<OpenRequest>('queue')
  const updates = new Channel<UpdateState>('latest')
  bridge.listen({
    open: (request) => requests.tell(request),
    engine: (state) => {
      if (state.state !== 'running') inbox.engineGone()
      engine.tell(state)
    },
    update: (state) => updates.tell(state),
  })
  return { shell: electronShell(bridge, capabilities, { engine, requests, updates }), connect: (s) => inbox.connect(s) }
}

interface Channels {
  readonly engine: Channel<EngineProcessState>
  readonly requests: Channel<OpenRequest>
  readonly updates: Channel<UpdateState>
}

function electronShell(bridge: ShellBridge, capabilities: ShellCapabilities, channels: Channels): ShellApi {
  const never = (what: string) => Promise.reject(new ShoalError('NOT_ALLOWED', `The desktop app ${what}.`))
  return {
    capabilities,
    pickPaths: (what, title) => bridge.pickPaths(what, title),
    listFolder: () => never('lists no folders: it has dialogs'),
    createFolder: () => never('makes no folders: its dialogs do'),
    pathsOf: (files) => files.map((file) => bridge.pathOf(file)).filter((path) => path !== ''),
    upload: () => never('copies nothing: files are shared where they lie'),
    async reveal(path) {
      if (await bridge.reveal(path)) return
      throw new ShoalError('NOT_ALLOWED', 'Only what Shoal shares or has fetched can be shown.', { path })
    },
    notify: (title, body) => bridge.notify(title, body),
    showProgress: () => {},
    restartEngine: () => bridge.restartEngine(),
    quit: () => bridge.quit(),
    checkForUpdates: () => bridge.checkForUpdates(),
    installUpdate: () => bridge.installUpdate(),
    onOpen: (listener) => channels.requests.listen(listener),
    onEngineProcess: (listener) => channels.engine.listen(listener),
    onUpdate: (listener) => channels.updates.listen(listener),
  }
}

/** Values told before anybody listened; requests to open come seldom. */
const MAX_WAITING = 100

/** Keeps what was told before somebody listened: all of it, or for states the latest. */
class Channel<T> {
  readonly #keep: 'latest' | 'queue'
  /** Views that listen; as many as are drawn. */
  readonly #listeners = new Set<(value: T) => void>()
  #waiting: T[] = []

  constructor(keep: 'latest' | 'queue') {
    this.#keep = keep
  }

  tell(value: T): void {
    if (this.#keep === 'latest') this.#waiting = [value]
    else if (this.#listeners.size === 0) this.#waiting = [...this.#waiting, value].slice(0, MAX_WAITING)
    for (const listener of this.#listeners) listener(value)
  }

  listen(listener: (value: T) => void): () => void {
    this.#listeners.add(listener)
    const waiting = this.#waiting
    if (this.#keep === 'queue') this.#waiting = []
    for (const value of waiting) listener(value)
    return () => this.#listeners.delete(listener)
  }
}
