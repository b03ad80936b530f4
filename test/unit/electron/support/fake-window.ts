/** Doubles of BrowserWindow and WebContents: they keep what was asked of them and let a test play the person and the page. */
import { EventEmitter } from 'node:events'
import type { BrowserWindow, BrowserWindowConstructorOptions, WebContents } from 'electron'
import type { FakePortMain } from './fake-ports.ts'
import { strict } from './strict.ts'

let lastId = 0

export class FakeWebContents
  extends EventEmitter
  implements
    Pick<WebContents, 'id' | 'getURL' | 'isDestroyed' | 'send' | 'reload' | 'setWindowOpenHandler' | 'closeDevTools'>
{
  readonly id = ++lastId
  url = ''
  destroyed = false
  reloads = 0
  devToolsClosed = 0
  readonly sent: { channel: string; value: unknown }[] = []
  readonly ports: { channel: string; port: FakePortMain }[] = []
  openHandler: Parameters<WebContents['setWindowOpenHandler']>[0] | undefined

  getURL(): string {
    return this.url
  }
  isDestroyed(): boolean {
    return this.destroyed
  }
  send(channel: string, value: unknown): void {
    this.sent.push({ channel, value })
  }
  postMessage(channel: string, _message: unknown, ports: FakePortMain[]): void {
    for (const port of ports) this.ports.push({ channel, port })
  }
  reload(): void {
    this.reloads += 1
    this.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false })
  }
  setWindowOpenHandler(handler: Parameters<WebContents['setWindowOpenHandler']>[0]): void {
    this.openHandler = handler
  }
  /** As a page does with window.open or a link to a new window. */
  asksToOpen(url: string) {
    return this.openHandler?.({
      url,
      frameName: '',
      features: '',
      disposition: 'new-window',
      referrer: { url: '', policy: 'default' },
    })
  }
  closeDevTools(): void {
    this.devToolsClosed += 1
  }
}

const BOUNDS = { x: 10, y: 20, width: 1000, height: 700 }

export class FakeBrowserWindow
  extends EventEmitter
  implements
    Pick<
      BrowserWindow,
      | 'show'
      | 'hide'
      | 'focus'
      | 'restore'
      | 'maximize'
      | 'setFullScreen'
      | 'destroy'
      | 'isDestroyed'
      | 'isFocused'
      | 'isVisible'
      | 'isMinimized'
      | 'isMaximized'
      | 'isFullScreen'
      | 'getNormalBounds'
      | 'loadURL'
      | 'setProgressBar'
    >
{
  static all: FakeBrowserWindow[] = []
  readonly options: BrowserWindowConstructorOptions
  readonly contents = new FakeWebContents()
  readonly webContents = strict('WebContents', this.contents)
  visible = false
  focused = false
  minimized = false
  maximized = false
  fullScreen = false
  destroyed = false
  bounds = { ...BOUNDS }
  readonly bars: number[] = []

  constructor(options: BrowserWindowConstructorOptions) {
    super()
    this.options = options
    FakeBrowserWindow.all.push(this)
    // biome-ignore lint/correctness/noConstructorReturn: the strict view is what the shell gets
    return strict('BrowserWindow', this)
  }

  show(): void {
    this.visible = true
    this.focused = true
  }
  hide(): void {
    this.visible = false
    this.focused = false
  }
  focus(): void {
    this.focused = true
  }
  restore(): void {
    this.minimized = false
  }
  maximize(): void {
    this.maximized = true
  }
  setFullScreen(on: boolean): void {
    this.fullScreen = on
  }
  destroy(): void {
    this.destroyed = true
    this.contents.destroyed = true
    this.emit('closed')
  }
  isDestroyed(): boolean {
    return this.destroyed
  }
  isFocused(): boolean {
    return this.focused
  }
  isVisible(): boolean {
    return this.visible
  }
  isMinimized(): boolean {
    return this.minimized
  }
  isMaximized(): boolean {
    return this.maximized
  }
  isFullScreen(): boolean {
    return this.fullScreen
  }
  getNormalBounds() {
    return this.bounds
  }
  async loadURL(url: string): Promise<void> {
    this.contents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false })
    this.contents.url = url
    this.emit('ready-to-show')
  }
  setProgressBar(fraction: number): void {
    this.bars.push(fraction)
  }

  /** As the person does: true when the window went away. */
  pressClose(): boolean {
    let prevented = false
    this.emit('close', {
      preventDefault() {
        prevented = true
      },
    })
    if (!prevented) this.destroy()
    return !prevented
  }
}
