/**
 * A double of the parts of Electron that the shell uses. Each member is typed by electron.d.ts (`implements Pick<…>`), and
 * a member that is missing here is an error when it is used (strict.ts): wrong use fails the type check or the test.
 */
import { EventEmitter } from 'node:events'
import type {
  App,
  Clipboard,
  CustomScheme,
  Dialog,
  IpcMain,
  IpcMainInvokeEvent,
  LoginItemSettings,
  MenuItemConstructorOptions,
  MessageBoxOptions,
  NativeTheme,
  OpenDialogOptions,
  PowerSaveBlocker,
  Protocol,
  Screen,
  Session,
  Settings,
  Shell,
  Tray,
  UtilityProcess,
} from 'electron'
import type { ElectronApi } from '../../../../main/electron/electron-api.ts'
import type { VaultOptions } from '../../../../main/electron/key-vault.ts'
import { FakeMessageChannelMain, type FakePortMain } from './fake-ports.ts'
import { FakeBrowserWindow } from './fake-window.ts'
import { strict } from './strict.ts'

export class FakeApp
  extends EventEmitter
  implements
    Pick<
      App,
      | 'isPackaged'
      | 'quit'
      | 'exit'
      | 'requestSingleInstanceLock'
      | 'setBadgeCount'
      | 'getLoginItemSettings'
      | 'setLoginItemSettings'
      | 'getPreferredSystemLanguages'
    >
{
  isPackaged = true
  lock = true
  handover: unknown
  quits = 0
  exited: number | undefined
  readonly badges: number[] = []
  loginItem = { openAtLogin: false, wasOpenedAtLogin: false }
  readonly loginSettings: Settings[] = []
  languages = ['en-GB']

  readonly done: string[] = []
  readonly paths: Record<string, string> = {}
  /** Resolves `whenReady`; a test that starts main.ts calls it. */
  becomeReady: () => void = () => {}
  readonly #ready = new Promise<void>((resolve) => {
    this.becomeReady = resolve
  })

  setName(name: string): void {
    this.done.push(`name ${name}`)
  }
  setPath(name: string, path: string): void {
    this.done.push(`path ${name}`)
    this.paths[name] = path
  }
  enableSandbox(): void {
    this.done.push('sandbox')
  }
  getVersion(): string {
    return '0.1.0'
  }
  setAsDefaultProtocolClient(scheme: string): boolean {
    this.done.push(`client of ${scheme}`)
    return true
  }
  whenReady(): Promise<void> {
    this.done.push('whenReady')
    return this.#ready
  }
  /** As Electron: before-quit may hold it. */
  quit(): void {
    let held = false
    this.emit('before-quit', {
      preventDefault() {
        held = true
      },
    })
    if (!held) this.quits += 1
  }
  exit(code?: number): void {
    this.exited = code ?? 0
  }
  requestSingleInstanceLock(data?: Record<string, unknown>): boolean {
    this.done.push('lock')
    this.handover = data
    return this.lock
  }
  setBadgeCount(count?: number): boolean {
    this.badges.push(count ?? -1)
    return true
  }
  getLoginItemSettings(): LoginItemSettings {
    return { ...this.loginItem, status: 'not-registered', executableWillLaunchAtLogin: false, launchItems: [] }
  }
  setLoginItemSettings(settings: Settings): void {
    this.loginSettings.push(settings)
    this.loginItem.openAtLogin = settings.openAtLogin === true
  }
  getPreferredSystemLanguages(): string[] {
    return this.languages
  }
}

/** One process; a test plays what it says and how it ends. */
export class FakeChild extends EventEmitter implements Pick<UtilityProcess, 'pid' | 'kill'> {
  pid: number | undefined = 4711
  readonly stderr = new EventEmitter()
  readonly posted: { message: unknown; ports: FakePortMain[] }[] = []
  killed = false
  readonly modulePath: string
  readonly options: Electron.ForkOptions

  constructor(modulePath: string, options: Electron.ForkOptions) {
    super()
    this.modulePath = modulePath
    this.options = options
  }

  postMessage(message: unknown, ports: FakePortMain[] = []): void {
    // What is sent is a copy.
    this.posted.push({ message: structuredClone(message), ports })
  }
  kill(): boolean {
    this.killed = true
    return true
  }
  says(message: unknown): void {
    this.emit('message', message)
  }
  ends(code: number): void {
    this.pid = undefined
    this.emit('exit', code)
  }
}

/** What main.ts sets up before there is a window: the app: scheme, and what pages may do. */
export class FakeSession extends EventEmitter implements Pick<Session, 'setSpellCheckerEnabled'> {
  request: Parameters<Session['setPermissionRequestHandler']>[0] = null
  check: Parameters<Session['setPermissionCheckHandler']>[0] = null
  device: Parameters<Session['setDevicePermissionHandler']>[0] = null
  media: Parameters<Session['setDisplayMediaRequestHandler']>[0] = null
  before: ((details: { url: string }, answer: (response: { cancel?: boolean }) => void) => void) | undefined
  spellChecker = true
  readonly webRequest = {
    onBeforeRequest: (listener: NonNullable<FakeSession['before']>) => {
      this.before = listener
    },
  }
  setPermissionRequestHandler(handler: FakeSession['request']): void {
    this.request = handler
  }
  setPermissionCheckHandler(handler: FakeSession['check']): void {
    this.check = handler
  }
  setDevicePermissionHandler(handler: FakeSession['device']): void {
    this.device = handler
  }
  setDisplayMediaRequestHandler(handler: FakeSession['media']): void {
    this.media = handler
  }
  setSpellCheckerEnabled(on: boolean): void {
    this.spellChecker = on
  }
}

class FakeNotification extends EventEmitter {
  static supported = true
  static shown: FakeNotification[] = []
  readonly options: { title?: string; body?: string }
  constructor(options: { title?: string; body?: string } = {}) {
    super()
    this.options = options
  }
  static isSupported(): boolean {
    return FakeNotification.supported
  }
  show(): void {
    FakeNotification.shown.push(this)
  }
}

class FakeTray extends EventEmitter implements Pick<Tray, 'setToolTip' | 'destroy'> {
  static all: FakeTray[] = []
  static missing = false
  toolTip = ''
  destroyed = false
  readonly menus: MenuItemConstructorOptions[][] = []
  constructor(_image: unknown) {
    super()
    if (FakeTray.missing) throw new Error('no tray')
    FakeTray.all.push(this)
  }
  setToolTip(text: string): void {
    this.toolTip = text
  }
  setContextMenu(menu: MenuItemConstructorOptions[]): void {
    this.menus.push(menu)
  }
  destroy(): void {
    this.destroyed = true
  }
}

/** `fork`: what a utility process is; without it a FakeChild, which the test plays. */
export function fakeElectron(fork?: (modulePath: string, args: string[]) => object) {
  FakeBrowserWindow.all = []
  FakeNotification.shown = []
  FakeNotification.supported = true
  FakeTray.all = []
  FakeTray.missing = false
  const app = new FakeApp()
  const children: FakeChild[] = []
  const handlers = new Map<string, (event: IpcMainInvokeEvent, ...args: unknown[]) => unknown>()
  const ipcListeners = new EventEmitter()
  const menus: MenuItemConstructorOptions[][] = []
  const state = {
    clipboard: '',
    messageBox: 0,
    messageBoxes: [] as MessageBoxOptions[],
    openDialog: { canceled: false, filePaths: [] as string[] },
    openDialogs: [] as OpenDialogOptions[],
    saveDialog: { canceled: false, filePath: '' },
    opened: [] as string[],
    revealed: [] as string[],
    blocked: 0,
    displays: [{ id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1040 } }],
  }
  const dialog = {
    async showMessageBox(...args: unknown[]) {
      state.messageBoxes.push(args.at(-1) as MessageBoxOptions)
      return { response: state.messageBox, checkboxChecked: false }
    },
    async showOpenDialog(...args: unknown[]) {
      state.openDialogs.push(args.at(-1) as OpenDialogOptions)
      return state.openDialog
    },
    showSaveDialog: async () => state.saveDialog,
    showErrorBox: (_title: string, text: string) => errors.push(text),
  } satisfies Partial<Record<keyof Dialog, unknown>>
  const shell: Pick<Shell, 'openExternal' | 'showItemInFolder'> = {
    async openExternal(url) {
      state.opened.push(url)
    },
    showItemInFolder(path) {
      state.revealed.push(path)
    },
  }
  const powerSaveBlocker: Pick<PowerSaveBlocker, 'start' | 'stop'> = {
    start: () => ++state.blocked,
    stop: () => {
      state.blocked -= 1
      return true
    },
  }
  const screen = {
    getAllDisplays: () => state.displays,
    getPrimaryDisplay: () => state.displays[0],
  } satisfies Partial<Record<keyof Screen, unknown>>
  const ipcMain = {
    handle(channel: string, listener: (event: IpcMainInvokeEvent, ...args: unknown[]) => unknown) {
      if (handlers.has(channel)) throw new Error(`A second handler for ${channel}.`)
      handlers.set(channel, listener)
    },
    on(channel: string, listener: (...args: unknown[]) => void) {
      ipcListeners.on(channel, listener)
    },
  } satisfies Partial<Record<keyof IpcMain, unknown>>
  const clipboard: Pick<Clipboard, 'readText'> = { readText: async () => state.clipboard }
  const nativeTheme: Pick<NativeTheme, 'themeSource' | 'shouldUseDarkColors'> = {
    themeSource: 'system',
    shouldUseDarkColors: false,
  }
  const session = new FakeSession()
  const schemes: CustomScheme[] = []
  const served = new Map<string, (request: Request) => Promise<Response>>()
  const protocol = {
    registerSchemesAsPrivileged(list: CustomScheme[]) {
      app.done.push('scheme')
      schemes.push(...list)
    },
    handle(scheme: string, handler: (request: Request) => Promise<Response>) {
      served.set(scheme, handler)
    },
  } satisfies Partial<Record<keyof Protocol, unknown>>
  const errors: string[] = []
  const turned = (text: string) => [...text].reverse().join('')
  const safeStorage: VaultOptions['safeStorage'] = {
    isAsyncEncryptionAvailable: async () => true,
    encryptStringAsync: async (plain) => Buffer.from(turned(plain)),
    decryptStringAsync: async (sealed) => ({ result: turned(sealed.toString()), shouldReEncrypt: false }),
    getSelectedStorageBackend: () => 'kwallet6',
  }
  const members = {
    app: strict('app', app),
    BrowserWindow: FakeBrowserWindow,
    Menu: {
      buildFromTemplate: (template: MenuItemConstructorOptions[]) => template,
      setApplicationMenu: (menu: MenuItemConstructorOptions[]) => menus.push(menu),
    },
    MessageChannelMain: FakeMessageChannelMain,
    Notification: FakeNotification,
    Tray: FakeTray,
    clipboard: strict('clipboard', clipboard),
    nativeImage: { createFromPath: (path: string) => ({ path, setTemplateImage() {} }) },
    protocol: strict('protocol', protocol),
    session: { defaultSession: strict('Session', session) },
    safeStorage: strict('safeStorage', safeStorage),
    dialog: strict('dialog', dialog),
    ipcMain: strict('ipcMain', ipcMain),
    nativeTheme: strict('nativeTheme', nativeTheme),
    powerSaveBlocker: strict('powerSaveBlocker', powerSaveBlocker),
    screen: strict('screen', screen),
    shell: strict('shell', shell),
    utilityProcess: {
      fork(modulePath: string, args: string[], options: Electron.ForkOptions) {
        if (fork !== undefined) return fork(modulePath, args)
        const child = new FakeChild(modulePath, options)
        children.push(child)
        return strict('UtilityProcess', child)
      },
    },
  } satisfies Partial<Record<keyof ElectronApi, unknown>>
  return {
    // The one cast: each part is typed above by what electron.d.ts says of it.
    electron: strict('module', members) as unknown as ElectronApi,
    app,
    children,
    state,
    menus,
    nativeTheme,
    session,
    schemes,
    served,
    errors,
    windows: FakeBrowserWindow,
    notifications: FakeNotification,
    trays: FakeTray,
    /** What a page's ipcRenderer.invoke does. */
    invoke: async (channel: string, sender: unknown, ...args: unknown[]) => {
      const handler = handlers.get(channel)
      if (handler === undefined) throw new Error(`No handler for ${channel}.`)
      return handler(sender as IpcMainInvokeEvent, ...args)
    },
    send: (channel: string, sender: unknown, ...args: unknown[]) => {
      ipcListeners.emit(channel, sender, ...args)
    },
  }
}

export type FakeElectron = ReturnType<typeof fakeElectron>
