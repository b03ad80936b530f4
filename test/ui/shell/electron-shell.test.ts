/** The window's half of the desktop app: the bridge, the port that comes by a message, and what waits until views listen. */
import { describe, expect, it, vi } from 'vitest'
import { PORT_WAIT_MS, type PortSource } from '../../../renderer/engine/electron-transport.ts'
import { electronBridge, openElectronShell } from '../../../renderer/shell/electron-shell.ts'
import { PORT_READY } from '../../../shared/contract/port-protocol.ts'
import { BRIDGE, PORT_MESSAGE, type ShellBridge } from '../../../shared/shell/bridge.ts'
import type { ShellCapabilities } from '../../../shared/shell/shell-api.ts'

const capabilities: ShellCapabilities = {
  kind: 'electron',
  platform: 'linux',
  version: '0.1.0',
  pickPaths: 'native',
  drops: 'paths',
  reveal: true,
  notifications: 'system',
  startAtLogin: true,
  background: true,
  updates: false,
  restartEngine: true,
  keyProtection: 'system',
}

type Listeners = Parameters<ShellBridge['listen']>[0]

function ground(over: Partial<ShellBridge> = {}) {
  const asked = { ports: 0 }
  let listeners: Listeners | undefined
  const bridge: ShellBridge = {
    capabilities: async () => capabilities,
    pickPaths: async () => ['/a'],
    pathOf: (file) => (file.name === 'made here' ? '' : `/disk/${file.name}`),
    reveal: async (path) => path === '/known',
    restartEngine: async () => {},
    quit: async () => {},
    checkForUpdates: async () => {},
    installUpdate: async () => {},
    notify: () => {},
    wantPort: () => {
      asked.ports += 1
    },
    listen: (given) => {
      listeners = given
    },
    ...over,
  }
  let receive: ((event: MessageEvent) => void) | undefined
  const page: PortSource = {
    addEventListener: (_type, listener) => {
      receive = listener
    },
  }
  const message = (data: unknown, ports: readonly MessagePort[], source: unknown = page) =>
    receive?.({ data, ports, source } as unknown as MessageEvent)
  return { bridge, page, message, asked, listeners: () => listeners }
}

/** An engine's end of a port, which has said that it serves it. */
function servedPort() {
  const { port1, port2 } = new MessageChannel()
  port1.postMessage(PORT_READY)
  return { engine: port1, port: port2 }
}

describe('the bridge', () => {
  it('[EL3] is there in the desktop app and nowhere else', () => {
    expect(electronBridge({})).toBeUndefined()
    expect(electronBridge({ [BRIDGE]: 1 })).toBeUndefined()
    const { bridge } = ground()
    expect(electronBridge({ [BRIDGE]: bridge })).toBe(bridge)
  })

  it('[EL22] says what the shell can; capabilities that are not of that shape are refused', async () => {
    const { bridge, page } = ground()
    expect((await openElectronShell(bridge, page)).shell.capabilities).toEqual(capabilities)
    const strange = ground({ capabilities: async () => ({ kind: 'electron' }) })
    await expect(openElectronShell(strange.bridge, strange.page)).rejects.toThrow()
  })

  it('[EL9] tells dropped files by their paths, leaves out what has none, and refuses what it does not do', async () => {
    const { bridge, page } = ground()
    const { shell } = await openElectronShell(bridge, page)
    expect(shell.pathsOf([new File([], 'a.txt'), new File([], 'made here')])).toEqual(['/disk/a.txt'])
    expect(await shell.pickPaths('files', 'T')).toEqual(['/a'])
    await expect(shell.listFolder()).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
    await expect(shell.upload([], () => {}, new AbortController().signal)).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
    })
    await shell.reveal('/known')
    await expect(shell.reveal('/etc')).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
  })
})

describe('what the app tells', () => {
  it('[EL11] requests to open wait for the first who listens, all of them; states only the latest', async () => {
    const { bridge, page, listeners } = ground()
    const { shell } = await openElectronShell(bridge, page)
    listeners()?.open({ links: ['shoal:a'], paths: [] })
    listeners()?.open({ links: [], paths: ['/b'] })
    listeners()?.update({ state: 'checking' })
    listeners()?.update({ state: 'ready', version: '2' })
    const opened: unknown[] = []
    const updates: unknown[] = []
    const stop = shell.onOpen((request) => opened.push(request))
    shell.onUpdate((state) => updates.push(state))
    expect(opened).toEqual([
      { links: ['shoal:a'], paths: [] },
      { links: [], paths: ['/b'] },
    ])
    expect(updates).toEqual([{ state: 'ready', version: '2' }])
    stop()
    listeners()?.open({ links: ['shoal:c'], paths: [] })
    expect(opened).toHaveLength(2)
    shell.onOpen((request) => opened.push(request))
    expect(opened[2]).toEqual({ links: ['shoal:c'], paths: [] })
  })
})

describe('the port', () => {
  it('[EL22] is asked for once the page listens, and connects when the engine has spoken on it', async () => {
    const { bridge, page, message, asked } = ground()
    const { connect } = await openElectronShell(bridge, page)
    expect(asked.ports).toBe(0)
    const connecting = connect(new AbortController().signal)
    expect(asked.ports).toBe(1)
    const { port } = servedPort()
    message(PORT_MESSAGE, [port])
    const transport = await connecting
    transport.close()
    expect(await transport.closed).toBe('The engine ended.')
  })

  it('[EL22] counts only from this window, with the right words and a port', async () => {
    const { bridge, page, message } = ground()
    const { connect } = await openElectronShell(bridge, page)
    let connected = false
    const connecting = connect(new AbortController().signal).then((transport) => {
      connected = true
      return transport
    })
    message(PORT_MESSAGE, [servedPort().port], { other: 'frame' })
    message('something else', [servedPort().port])
    message(PORT_MESSAGE, [])
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect(connected).toBe(false)
    message(PORT_MESSAGE, [servedPort().port])
    ;(await connecting).close()
  })

  it('[EL22] a newer one replaces one in use, whose engine is gone, and serves the next connection', async () => {
    const { bridge, page, message, asked } = ground()
    const { connect } = await openElectronShell(bridge, page)
    const { signal } = new AbortController()
    const first = connect(signal)
    message(PORT_MESSAGE, [servedPort().port])
    const transport = await first
    message(PORT_MESSAGE, [servedPort().port])
    expect(await transport.closed).toBe('The engine ended.')
    const second = await connect(signal)
    expect(asked.ports).toBe(1)
    second.close()
  })

  it('[EL18] when the app says that the engine is gone, the connection ends, even if the port does not say so', async () => {
    const { bridge, page, message, listeners } = ground()
    const { shell, connect } = await openElectronShell(bridge, page)
    const states: unknown[] = []
    shell.onEngineProcess((state) => states.push(state))
    const connecting = connect(new AbortController().signal)
    message(PORT_MESSAGE, [servedPort().port])
    const transport = await connecting
    listeners()?.engine({ state: 'restarting', attempt: 1, nextTryMs: 1_000 })
    expect(await transport.closed).toBe('The engine ended.')
    expect(states).toEqual([{ state: 'restarting', attempt: 1, nextTryMs: 1_000 }])
  })

  it('[EL22] that does not come within its time is an error that says so; cancelling ends the wait', async () => {
    vi.useFakeTimers()
    try {
      const { bridge, page } = ground()
      const { connect } = await openElectronShell(bridge, page)
      const late = connect(new AbortController().signal).catch((error: unknown) => error)
      await vi.advanceTimersByTimeAsync(PORT_WAIT_MS)
      expect(await late).toMatchObject({ code: 'NETWORK', message: 'The engine is not running.' })
      const stop = new AbortController()
      const cancelled = connect(stop.signal).catch((error: unknown) => error)
      stop.abort()
      expect(await cancelled).toMatchObject({ code: 'CANCELLED' })
    } finally {
      vi.useRealTimers()
    }
  })
})
