/**
 * The preload script: the one thing that both the page and Electron can see. Sandboxed, so it is bundled into one CommonJS
 * file and imports nothing but Electron. It passes on named calls with plain values, never Electron's own objects, and
 * hands the engine's port to the page by a window message, which is the only way a port crosses the context bridge.
 * Rules [EL3] [EL22].
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { BRIDGE, INVOKE, PORT_MESSAGE, SEND, type ShellBridge, TELL } from '../../shared/shell/bridge.ts'

/** Of the page. The main process, which shares this type check, has none. */
declare const window: {
  postMessage(message: string, origin: string, ports: readonly unknown[]): void
  readonly location: { readonly origin: string }
}

ipcRenderer.on(TELL.port, ({ ports }) => {
  // To this very page: a port that strays would be the engine in somebody else's hands.
  window.postMessage(PORT_MESSAGE, window.location.origin, ports)
})

let listening = false

const bridge: ShellBridge = {
  capabilities: () => ipcRenderer.invoke(INVOKE.capabilities),
  pickPaths: (what, title) => ipcRenderer.invoke(INVOKE.pickPaths, what, title),
  pathOf: (file) => webUtils.getPathForFile(file),
  reveal: (path) => ipcRenderer.invoke(INVOKE.reveal, path),
  restartEngine: () => ipcRenderer.invoke(INVOKE.restartEngine),
  quit: () => ipcRenderer.invoke(INVOKE.quit),
  checkForUpdates: () => ipcRenderer.invoke(INVOKE.checkForUpdates),
  installUpdate: () => ipcRenderer.invoke(INVOKE.installUpdate),
  notify: (title, body) => ipcRenderer.send(SEND.notify, title, body),
  wantPort: () => ipcRenderer.send(SEND.wantPort),
  listen(listeners) {
    if (listening) return
    listening = true
    ipcRenderer.on(TELL.open, (_event, value) => listeners.open(value))
    ipcRenderer.on(TELL.engine, (_event, value) => listeners.engine(value))
    ipcRenderer.on(TELL.update, (_event, value) => listeners.update(value))
    ipcRenderer.send(SEND.listening)
  },
}

contextBridge.exposeInMainWorld(BRIDGE, bridge)
