/**
 * The shell of a window in a browser: the daemon that served the page does for it what it can, and the browser the rest.
 * What neither can (dialogs of the system, showing a file in its folder), `capabilities` deny.
 * Rules [DA22] [DA24] [DA25] [DA26].
 */
import { ShoalError } from '../../shared/contract/errors.ts'
import { fromWireError } from '../../shared/contract/rpc-errors.ts'
import { BROWSER_CAPABILITIES } from '../../shared/shell/browser-capabilities.ts'
import type { EngineProcessState, ShellApi, ShellCapabilities } from '../../shared/shell/shell-api.ts'
import type { DaemonClient } from '../../shared/shell/shell-contract.ts'
import { connectBySocket } from '../engine/browser-transport.ts'
import { NoSession, type Shell } from '../engine/transport.ts'
import { askSession, pageKey, redeemAddress } from './browser-session.ts'
import { uploadFiles } from './browser-upload.ts'

export async function openBrowserShell(location: Location): Promise<Shell> {
  await redeemAddress()
  // A daemon that cannot be reached now is tried again by `connect`; a page without a session shows no more than that.
  const known = await askSession().catch(() => undefined)
  const link: DaemonLink = { client: undefined }
  return {
    shell: new BrowserShell(withBrowser(known?.capabilities ?? UNKNOWN), link, location),
    async connect(signal) {
      const { session } = await askSession(signal)
      if (session !== 'open') throw new NoSession(session)
      const { client, transport } = await connectBySocket(location, pageKey(), signal)
      link.client = client
      void transport.closed.then(() => {
        if (link.client === client) link.client = undefined
      })
      return transport
    },
  }
}

/** The connection of the moment; it is the engine store that makes and remakes it. */
interface DaemonLink {
  client: DaemonClient | undefined
}

class BrowserShell implements ShellApi {
  readonly capabilities: ShellCapabilities
  readonly #link: DaemonLink
  readonly #location: Location
  readonly #title = document.title
  /** Views that listen; as many as are drawn. */
  readonly #listeners = new Set<(state: EngineProcessState) => void>()

  constructor(capabilities: ShellCapabilities, link: DaemonLink, location: Location) {
    this.capabilities = capabilities
    this.#link = link
    this.#location = location
  }

  async pickPaths(): Promise<undefined> {
    return undefined
  }

  listFolder: ShellApi['listFolder'] = (path, signal) =>
    this.#ask(
      (shell) => shell.listFolder(path === undefined ? {} : { path }, signal === undefined ? {} : { signal }),
      signal,
    )

  createFolder: ShellApi['createFolder'] = async (parent, name) =>
    (await this.#ask((shell) => shell.createFolder({ parent, name }))).path

  pathsOf(): string[] {
    return []
  }

  upload: ShellApi['upload'] = (files, onProgress, signal) =>
    this.#ask((shell) => uploadFiles(shell, files, onProgress, signal), signal)

  async reveal(): Promise<void> {
    throw new ShoalError('NOT_ALLOWED', 'A page in a browser cannot open folders.')
  }

  notify(title: string, body: string): void {
    if (this.capabilities.notifications !== 'web') return
    if (Notification.permission === 'granted') new Notification(title, { body, icon: './icon.svg' })
    else if (Notification.permission === 'default') void Notification.requestPermission().catch(() => undefined)
  }

  showProgress(fraction: number | undefined): void {
    document.title = fraction === undefined ? this.#title : `${Math.floor(fraction * 100)} % · ${this.#title}`
  }

  /**
   * Over a connection of its own: the engine store gives up the usual one when the stream of the old engine ends, and the
   * answer, which says whether the new one came up, would be lost with it.
   */
  async restartEngine(): Promise<void> {
    const own = await this.#connectAnew()
    this.#tell({ state: 'restarting', attempt: 1, nextTryMs: 0 })
    try {
      await own.client.shell.restartEngine()
      this.#tell({ state: 'running' })
    } catch (error) {
      const failure = fromWireError(error)
      this.#tell({ state: 'failed', reason: failure.message })
      throw failure
    } finally {
      own.transport.close()
    }
  }

  quit(): Promise<void> {
    return this.#ask((shell) => shell.quit())
  }

  async checkForUpdates(): Promise<void> {}

  async installUpdate(): Promise<void> {}

  /** A page is handed nothing by the system. */
  onOpen(): () => void {
    return () => {}
  }

  onEngineProcess(listener: (state: EngineProcessState) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  onUpdate(): () => void {
    return () => {}
  }

  async #connectAnew() {
    try {
      return await connectBySocket(this.#location, pageKey(), new AbortController().signal)
    } catch (error) {
      throw fromWireError(error)
    }
  }

  #tell(state: EngineProcessState): void {
    for (const listener of this.#listeners) listener(state)
  }

  async #ask<T>(run: (shell: DaemonClient['shell']) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const { client } = this.#link
    if (client === undefined) throw new ShoalError('NETWORK', 'The engine cannot be reached at the moment.')
    try {
      return await run(client.shell)
    } catch (error) {
      throw fromWireError(error, signal)
    }
  }
}

/** Until the daemon has said more. */
const UNKNOWN: ShellCapabilities = { ...BROWSER_CAPABILITIES, platform: 'unknown' }

function withBrowser(capabilities: ShellCapabilities): ShellCapabilities {
  const canNotify = 'Notification' in window && Notification.permission !== 'denied'
  return { ...capabilities, notifications: canNotify ? 'web' : 'none' }
}
