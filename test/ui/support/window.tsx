/** Draws a piece of the window as in the app: with an engine (its replica and its commands), a shell, words and routes. */
import { act, type RenderResult, render } from '@testing-library/react'
import type { ReactNode } from 'react'
import { IntlProvider } from 'use-intl'
import { Router } from 'wouter'
import { memoryLocation } from 'wouter/memory-location'
import { Toasts } from '../../../renderer/design/toasts.tsx'
import { EngineStore } from '../../../renderer/engine/engine-store.ts'
import { EngineContext } from '../../../renderer/engine/hooks.ts'
import en from '../../../renderer/messages/en/index.ts'
import { ShellContext } from '../../../renderer/shell/shell-context.ts'
import type { EngineApi } from '../../../shared/contract/engine-api.ts'
import type { NodeStatus, ShareSummary } from '../../../shared/contract/model.ts'
import type { ReplicaState } from '../../../shared/contract/replica.ts'
import type { ShellApi } from '../../../shared/shell/shell-api.ts'
import { node, settingsView, share } from '../../support/samples.ts'

export const NODE: NodeStatus = node({
  peer: 'me',
  version: '0',
  startedAt: 0,
  network: 'lan',
  profile: '/home/u/.shoal',
  listening: ['/ip4/192.168.1.5/tcp/4001'],
})

const { schedule, network, ui } = settingsView().settings

export const REPLICA: ReplicaState = {
  seq: 1,
  at: 0,
  node: NODE,
  settings: settingsView({
    downloadFolder: '/home/u/Downloads',
    schedule: { ...schedule, fromMinute: 0, toMinute: 0, days: [] },
    network: { ...network, mode: 'lan' },
    ui: { ...ui, language: 'en', theme: 'dark', motion: 'reduced', backgroundExplained: true },
  }),
  shares: new Map(),
  jobs: new Map(),
  peers: new Map(),
  swarm: new Map(),
  log: [],
}

export const SHARE: ShareSummary = share('bafyroot', {
  name: 'photos',
  origin: 'in-place',
  type: 'directory',
  state: 'seeding',
  totalBytes: 3_000_000,
  fileCount: 3,
  chunkCount: 3,
  wantedBytes: 3_000_000,
  haveBytes: 3_000_000,
  haveChunks: 3,
  peers: 0,
  seeds: 0,
  path: '/home/u/photos',
  link: 'shoal:bafyroot?dn=photos&xl=3000000',
  addedAt: 1,
})

const CAPABILITIES: ShellApi['capabilities'] = {
  kind: 'browser',
  platform: 'linux',
  version: '0',
  pickPaths: 'listing',
  drops: 'upload',
  reveal: false,
  notifications: 'none',
  startAtLogin: false,
  background: false,
  updates: false,
  restartEngine: true,
  keyProtection: 'file',
}

/** What a test does not give must not be asked for: it fails and names it. */
function strict<T extends object>(given: Partial<T>, what: string): T {
  return new Proxy(given, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (value !== undefined || typeof name === 'symbol' || name === 'then') return value
      return () => {
        throw new Error(`The test does not expect ${what}.${name}.`)
      }
    },
  }) as T
}

export interface Given {
  readonly replica?: Partial<ReplicaState>
  readonly api?: Partial<EngineApi>
  readonly shell?: Partial<Omit<ShellApi, 'capabilities'>>
  readonly capabilities?: Partial<ShellApi['capabilities']>
  readonly at?: string
}

export interface Drawn extends RenderResult {
  /** The engine tells of a change. */
  change(replica: Partial<ReplicaState>): void
  /** The engine stops answering. */
  lose(): void
  /** Where the window is. */
  location(): string
}

export function renderInWindow(view: ReactNode, given: Given = {}): Drawn {
  const engine = new EngineStore({
    connect: () => new Promise(() => {}),
    wait: () => new Promise(() => {}),
    now: () => 0,
  })
  engine.store.setState({
    connection: { state: 'online' },
    api: strict<EngineApi>(given.api ?? {}, 'api'),
    replica: { ...REPLICA, ...given.replica },
  })
  const shell: ShellApi = {
    ...strict<ShellApi>({ ...given.shell }, 'shell'),
    ...given.shell,
    capabilities: { ...CAPABILITIES, ...given.capabilities },
    onOpen: given.shell?.onOpen ?? (() => () => {}),
    onEngineProcess: () => () => {},
    onUpdate: () => () => {},
  }
  const { hook, history } = memoryLocation({ path: given.at ?? '/', record: true })
  const drawn = render(
    <ShellContext value={shell}>
      <EngineContext value={engine}>
        <IntlProvider locale="en" messages={en} timeZone="UTC">
          <Router hook={hook}>
            {view}
            <Toasts />
          </Router>
        </IntlProvider>
      </EngineContext>
    </ShellContext>,
  )
  return {
    ...drawn,
    change: (replica) =>
      act(() =>
        engine.store.setState((state) => ({
          replica: { ...(state.replica ?? REPLICA), ...replica, seq: (state.replica?.seq ?? 0) + 1 },
        })),
      ),
    lose: () =>
      act(() =>
        engine.store.setState({
          connection: { state: 'lost', reason: '', attempt: 1, retryAt: 0 },
          api: undefined,
        }),
      ),
    location: () => history.at(-1) ?? '',
  }
}

/** A document without layout has no heights: lists that draw only what is in sight are given one. */
export function withLayout(): () => void {
  const sizes = { offsetHeight: 320, clientHeight: 320, offsetWidth: 600, clientWidth: 600, scrollHeight: 1e7 }
  for (const [name, px] of Object.entries(sizes)) {
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => px })
  }
  return () => {
    for (const name of Object.keys(sizes)) Reflect.deleteProperty(HTMLElement.prototype, name)
  }
}
