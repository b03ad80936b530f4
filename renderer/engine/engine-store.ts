/**
 * The window's copy of the engine, and the state of the connection to it. Connects, subscribes, applies deltas, and when
 * anything ends, connects again with a back-off and takes a fresh snapshot. Views read it through hooks.ts and never keep
 * copies. While the connection is lost the last copy stays, marked by `connection`, so that the window can say of when it is.
 */
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { EngineApi } from '../../shared/contract/engine-api.ts'
import { applyDelta, applySnapshot, type ReplicaState } from '../../shared/contract/replica.ts'
import { NoSession, type Transport } from './transport.ts'

export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'online' }
  /** `retryAt`: ms since the epoch. */
  | { readonly state: 'lost'; readonly reason: string; readonly attempt: number; readonly retryAt: number }
  | { readonly state: 'no-session' }

export interface EngineState {
  readonly connection: Connection
  readonly api: EngineApi | undefined
  readonly replica: ReplicaState | undefined
}

const FIRST_RETRY_MS = 500
const MAX_RETRY_MS = 8_000

export interface EngineStoreFacts {
  connect(signal: AbortSignal): Promise<Transport>
  /** Resolves after `ms`, or when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>
  now(): number
}

export class EngineStore {
  readonly store: StoreApi<EngineState>
  readonly #facts: EngineStoreFacts
  readonly #ended = new AbortController()
  #retryNow = new AbortController()
  #running: Promise<void> | undefined

  constructor(facts: EngineStoreFacts) {
    this.#facts = facts
    this.store = createStore<EngineState>(() => ({
      connection: { state: 'connecting' },
      api: undefined,
      replica: undefined,
    }))
  }

  start(): void {
    this.#running ??= this.#run()
  }

  async stop(): Promise<void> {
    this.#ended.abort()
    await this.#running
  }

  /** The user does not want to wait, or the shell says that the engine is back. */
  retryNow(): void {
    this.#retryNow.abort()
  }

  async #run(): Promise<void> {
    const { signal } = this.#ended
    let attempt = 0
    while (!signal.aborted) {
      let reason: string
      try {
        const transport = await this.#facts.connect(signal)
        reason = await this.#follow(transport, signal, () => {
          attempt = 0
        })
      } catch (error) {
        if (error instanceof NoSession) {
          this.store.setState({ connection: { state: 'no-session' }, api: undefined })
          return
        }
        reason = error instanceof Error ? error.message : String(error)
      }
      if (signal.aborted) return
      attempt += 1
      const waitMs = Math.min(FIRST_RETRY_MS * 2 ** (attempt - 1), MAX_RETRY_MS)
      this.store.setState({
        connection: { state: 'lost', reason, attempt, retryAt: this.#facts.now() + waitMs },
        api: undefined,
      })
      this.#retryNow = new AbortController()
      await this.#facts.wait(waitMs, AbortSignal.any([signal, this.#retryNow.signal]))
    }
  }

  /** Until the connection ends; returns why. */
  async #follow(transport: Transport, signal: AbortSignal, online: () => void): Promise<string> {
    const { api } = transport
    const over = new AbortController()
    const stop = AbortSignal.any([signal, over.signal])
    let why = 'The connection ended.'
    transport.closed.then((reason) => {
      why = reason
      over.abort()
    })
    try {
      while (!stop.aborted) {
        let replica: ReplicaState | undefined
        for await (const event of api.subscribe({ signal: stop })) {
          if (event.type === 'snapshot') replica = applySnapshot(event.value)
          else if (replica !== undefined) {
            const applied = applyDelta(replica, event.value)
            // A gap: what we have can no longer be trusted. A new subscription begins with a snapshot.
            if (applied.type === 'gap') break
            replica = applied.state
          }
          if (replica !== undefined) {
            online()
            this.store.setState({ connection: ONLINE, api, replica })
          }
        }
      }
    } catch (error) {
      if (!stop.aborted) why = error instanceof Error ? error.message : String(error)
    } finally {
      transport.close()
    }
    return why
  }
}

const ONLINE: Connection = { state: 'online' }
