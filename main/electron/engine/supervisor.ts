/**
 * Keeps one engine process running: starts it, starts it again after a back-off when it ends by itself, gives up with a
 * reason, and ends it in order when the app quits. What a process is comes in (launch.ts); when to try again is
 * restart-policy.ts. It does not know windows or ports.
 * Rules [EL17] [EL18] [EL19].
 */
import type { EngineProcessState } from '../../../shared/shell/shell-api.ts'
import type { ShellClock } from '../electron-api.ts'
import type { FromEngine, ToEngine } from './messages.ts'
import { decideRestart, type EngineEnd } from './restart-policy.ts'

/** One engine process. */
export interface EngineChild<Port> {
  post(message: ToEngine, ports: readonly Port[]): void
  kill(): void
}

export interface ChildEvents {
  message(message: FromEngine): void
  /** Once, with what is known of why. */
  gone(reason: string): void
}

export interface SupervisorDependencies<Port> {
  /** Forks a process and sends it its start message. Rejects when there is no key to start it with. */
  launch(events: ChildEvents): Promise<EngineChild<Port>>
  readonly clock: ShellClock
  readonly onState: (state: EngineProcessState) => void
  readonly onPortUsed?: (id: number) => void
}

type State<Port> =
  | { readonly type: 'idle' }
  | { readonly type: 'starting'; readonly child: EngineChild<Port> | undefined }
  | { readonly type: 'running'; readonly child: EngineChild<Port>; readonly sinceMs: number }
  | { readonly type: 'waiting'; readonly cancel: () => void }
  | { readonly type: 'failed' }
  | { readonly type: 'stopped' }

/** SIGTERM of the daemon finishes in 5 s with everything on disk; the same here. */
export const STOP_TIMEOUT_MS = 5_000

export class EngineSupervisor<Port> {
  readonly #deps: SupervisorDependencies<Port>
  #state: State<Port> = { type: 'idle' }
  #failures = 0
  /** Rises with each launch: what an earlier process says late is not for this one. */
  #launch = 0
  #told: { readonly code: string; readonly message: string } | undefined
  #onGone: (() => void) | undefined
  #stopping: Promise<'stopped' | 'killed'> | undefined

  constructor(deps: SupervisorDependencies<Port>) {
    this.#deps = deps
  }

  get running(): boolean {
    return this.#state.type === 'running'
  }

  start(): void {
    if (this.#state.type === 'starting' || this.#state.type === 'running' || this.#stopping !== undefined) return
    if (this.#state.type === 'waiting') this.#state.cancel()
    this.#begin()
  }

  /** As a person asks: a running engine is ended in order first; failures are forgotten. */
  async restart(): Promise<void> {
    if (this.#stopping !== undefined) return
    this.#failures = 0
    if (this.#state.type === 'running' || this.#state.type === 'starting') {
      this.#deps.onState({ state: 'restarting', attempt: 1, nextTryMs: 0 })
      await this.#end()
      if (this.#stopping !== undefined) return
      this.#state = { type: 'idle' }
    }
    this.start()
  }

  /** False when no engine runs: the port stays the caller's. */
  sendPort(id: number, port: Port): boolean {
    if (this.#state.type !== 'running') return false
    this.#state.child.post({ type: 'port', id }, [port])
    return true
  }

  /** For good. 'killed' when it did not answer within STOP_TIMEOUT_MS. */
  stop(): Promise<'stopped' | 'killed'> {
    this.#stopping ??= this.#end().finally(() => {
      this.#state = { type: 'stopped' }
    })
    return this.#stopping
  }

  #begin(): void {
    const launch = ++this.#launch
    this.#told = undefined
    this.#state = { type: 'starting', child: undefined }
    const isCurrent = () => launch === this.#launch
    const events: ChildEvents = {
      message: (message) => {
        if (isCurrent()) this.#receive(message)
      },
      gone: (reason) => {
        if (isCurrent()) this.#gone(reason)
      },
    }
    this.#deps.launch(events).then(
      (child) => {
        if (!isCurrent() || this.#state.type !== 'starting') child.kill()
        else this.#state = { type: 'starting', child }
      },
      (error: unknown) => {
        if (!isCurrent()) return
        const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'INTERNAL'
        this.#told = { code, message: error instanceof Error ? error.message : String(error) }
        this.#gone('it could not be started')
      },
    )
  }

  #receive(message: FromEngine): void {
    switch (message.type) {
      case 'started':
        if (this.#state.type !== 'starting' || this.#state.child === undefined) return
        this.#state = { type: 'running', child: this.#state.child, sinceMs: this.#deps.clock.now() }
        this.#deps.onState({ state: 'running' })
        return
      case 'failed':
        this.#told = { code: message.code, message: message.message }
        return
      case 'port-used':
        this.#deps.onPortUsed?.(message.id)
        return
      case 'stopped':
        return
    }
  }

  #gone(reason: string): void {
    const ending = this.#onGone
    if (ending !== undefined) {
      ending()
      return
    }
    if (this.#stopping !== undefined) return
    const end: EngineEnd = {
      reason: this.#told?.message ?? reason,
      ...(this.#told === undefined ? {} : { code: this.#told.code }),
      ...(this.#state.type === 'running' ? { ranMs: this.#deps.clock.now() - this.#state.sinceMs } : {}),
    }
    const decision = decideRestart(end, this.#failures)
    this.#failures = decision.failures
    if (!decision.restart) {
      this.#state = { type: 'failed' }
      this.#deps.onState({ state: 'failed', reason: end.reason })
      return
    }
    const cancel = this.#deps.clock.after(decision.delayMs, () => this.#begin())
    this.#state = { type: 'waiting', cancel }
    this.#deps.onState({ state: 'restarting', attempt: decision.failures, nextTryMs: decision.delayMs })
  }

  /** Ends the process that runs, if one does. */
  async #end(): Promise<'stopped' | 'killed'> {
    const state = this.#state
    if (state.type === 'waiting') state.cancel()
    const child = state.type === 'running' || state.type === 'starting' ? state.child : undefined
    if (child === undefined) {
      // A launch under way is not current any more: it kills its process when it has one.
      this.#launch += 1
      return 'stopped'
    }
    return new Promise((resolve) => {
      const finish = (how: 'stopped' | 'killed') => {
        cancel()
        this.#onGone = undefined
        this.#launch += 1
        resolve(how)
      }
      const cancel = this.#deps.clock.after(STOP_TIMEOUT_MS, () => {
        child.kill()
        finish('killed')
      })
      this.#onGone = () => finish('stopped')
      child.post({ type: 'stop' }, [])
    })
  }
}
