/**
 * What the preload script of the desktop app puts into the page, and the names both it and the main process use. Types and
 * names only: the preload is bundled alone and must import nothing but Electron. The page trusts nothing here to be
 * well-formed and parses it; the main process trusts nothing that arrives either (main/electron/ipc.ts).
 * Rules [EL3] [EL22].
 */
import type { EngineProcessState, OpenRequest, UpdateState } from './shell-api.ts'

/** Property of `window`. */
export const BRIDGE = 'shoalShell'

/** Calls with an answer. */
export const INVOKE = {
  capabilities: 'shoal:capabilities',
  pickPaths: 'shoal:pick-paths',
  reveal: 'shoal:reveal',
  restartEngine: 'shoal:restart-engine',
  quit: 'shoal:quit',
  checkForUpdates: 'shoal:check-for-updates',
  installUpdate: 'shoal:install-update',
} as const

/** Messages without an answer. */
export const SEND = {
  notify: 'shoal:notify',
  /** The page listens for the port: send one. */
  wantPort: 'shoal:want-port',
  /** The page listens for open requests, engine states and update states: send what waited. */
  listening: 'shoal:listening',
} as const

/** From the main process. */
export const TELL = {
  port: 'shoal:port',
  open: 'shoal:open',
  engine: 'shoal:engine',
  update: 'shoal:update',
} as const

/** `data` of the window message that carries the port: a page listens for exactly this, from its own window. */
export const PORT_MESSAGE = 'shoal:engine-port'

export type PickWhat = 'files' | 'folder' | 'save'

export interface ShellBridge {
  capabilities(): Promise<unknown>
  pickPaths(what: PickWhat, title: string): Promise<string[] | undefined>
  /** '' for a file that has no path. */
  pathOf(file: File): string
  /** False: not a path that may be shown. */
  reveal(path: string): Promise<boolean>
  restartEngine(): Promise<void>
  quit(): Promise<void>
  checkForUpdates(): Promise<void>
  installUpdate(): Promise<void>
  notify(title: string, body: string): void
  /** A window message with PORT_MESSAGE and one port follows, now and after each restart of the engine. */
  wantPort(): void
  /** One listener each; what waited comes at once. */
  listen(listeners: {
    open(request: OpenRequest): void
    engine(state: EngineProcessState): void
    update(state: UpdateState): void
  }): void
}
