/**
 * What no page may do, ours included: navigate away, open windows, embed a webview, download, use a device, ask for a
 * permission, or load anything that is not app://shoal. Two permissions are given to our own page: to write to the
 * clipboard, and to read it when the person pastes a link by button. Links to the web open in the person's browser, if
 * they are plain https.
 * Rules [EL4] [EL6] [EL7].
 */
import type { Session } from 'electron'
import type { ElectronApi } from '../electron-api.ts'
import { isOurPage } from './app-protocol.ts'

const GIVEN = new Set(['clipboard-sanitized-write', 'clipboard-read'])
const MAX_URL = 2_048

/** https, a plain host, no credentials: what may be handed to the person's browser. */
export function isExternalLink(address: string): boolean {
  if (address.length > MAX_URL) return false
  const url = URL.parse(address)
  return url !== null && url.protocol === 'https:' && url.username === '' && url.password === '' && url.hostname !== ''
}

/** What a request may go to; everything else is cancelled before it leaves. Developer tools only with `dev`. */
export function mayLoad(address: string, dev: boolean): boolean {
  if (isOurPage(address)) return true
  const url = URL.parse(address)
  if (url === null) return false
  // Made by our page out of its own data.
  if (url.protocol === 'blob:') return isOurPage(url.pathname)
  return url.protocol === 'data:' || (dev && (url.protocol === 'devtools:' || url.protocol === 'chrome-devtools:'))
}

export function guardSession(session: Session, dev: boolean): void {
  const isGiven = (permission: string, address: string | undefined) =>
    GIVEN.has(permission) && address !== undefined && isOurPage(address)
  session.setPermissionRequestHandler((_contents, permission, answer, details) => {
    answer(details.isMainFrame && isGiven(permission, details.requestingUrl))
  })
  session.setPermissionCheckHandler((_contents, permission, origin, details) => {
    return details.isMainFrame && isGiven(permission, details.requestingUrl ?? origin)
  })
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}))
  session.on('will-download', (event) => event.preventDefault())
  session.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !mayLoad(details.url, dev) }))
  session.setSpellCheckerEnabled(false)
}

/** For every page there will ever be, before it loads anything. */
export function guardContents(electron: Pick<ElectronApi, 'app' | 'shell'>, dev: boolean): void {
  electron.app.on('web-contents-created', (_event, contents) => {
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.on('will-navigate', (event) => {
      if (!isOurPage(event.url)) event.preventDefault()
    })
    contents.on('will-frame-navigate', (event) => {
      if (!event.isMainFrame || !isOurPage(event.url)) event.preventDefault()
    })
    contents.on('will-redirect', (event) => {
      if (!isOurPage(event.url)) event.preventDefault()
    })
    contents.setWindowOpenHandler(({ url }) => {
      void openExternal(electron, url)
      return { action: 'deny' }
    })
    if (!dev) contents.on('devtools-opened', () => contents.closeDevTools())
  })
}

export async function openExternal(electron: Pick<ElectronApi, 'shell'>, address: string): Promise<boolean> {
  if (!isExternalLink(address)) return false
  await electron.shell.openExternal(new URL(address).href)
  return true
}

/** What a window's page is made with. */
export function webPreferences(preload: string, dev: boolean) {
  return {
    preload,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    safeDialogs: true,
    spellcheck: false,
    devTools: dev,
  } as const
}
