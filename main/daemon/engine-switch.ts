/**
 * An engine that can be replaced by a fresh one while its clients stay connected: settings that are read when the node is
 * built take effect so. Between the two, commands are refused as NETWORK; subscriptions of the old one end as NETWORK, and
 * a client that subscribes again is given a snapshot of the new one. Lock, doors and sessions are the daemon's and stay.
 * Rule [DA26].
 */
import type { EngineApi } from '../../shared/contract/engine-api.ts'
import { ShoalError } from '../../shared/contract/errors.ts'
import type { EngineHandle } from './start.ts'

interface Life {
  readonly engine: EngineHandle
  readonly ended: AbortController
}

export class EngineSwitch {
  readonly #create: () => Promise<EngineHandle>
  readonly #begin: (engine: EngineHandle, signal?: AbortSignal) => Promise<void>
  #life: Life | undefined
  #turn: Promise<void> = Promise.resolve()
  #stopped = false
  /** Why there is none, when there is none. */
  #why = RESTARTING
  /** What clients hold: always the engine of the moment. */
  readonly api: EngineApi

  /** `begin` starts an engine and does what every start includes. */
  constructor(
    create: () => Promise<EngineHandle>,
    begin: (engine: EngineHandle, signal?: AbortSignal) => Promise<void>,
  ) {
    this.#create = create
    this.#begin = begin
    this.api = delegate(() => {
      if (this.#life === undefined) throw new ShoalError('NETWORK', this.#why)
      return this.#life
    })
  }

  start(signal?: AbortSignal): Promise<void> {
    return this.#inTurn(() => this.#startNow(signal))
  }

  restart(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#stopped) throw new ShoalError('NOT_ALLOWED', 'Shoal is stopping.')
      this.#why = RESTARTING
      await this.#stopNow()
      try {
        await this.#startNow()
      } catch (error) {
        this.#why = `The engine did not start: ${error instanceof Error ? error.message : String(error)}`
        throw error
      }
    })
  }

  stop(): Promise<void> {
    this.#stopped = true
    return this.#inTurn(() => this.#stopNow())
  }

  /** One at a time: a restart that is asked for twice happens twice, one after the other. */
  #inTurn(run: () => Promise<void>): Promise<void> {
    const result = this.#turn.then(run)
    this.#turn = result.catch(() => undefined)
    return result
  }

  async #startNow(signal?: AbortSignal): Promise<void> {
    const engine = await this.#create()
    try {
      await this.#begin(engine, signal)
    } catch (error) {
      await engine.stop().catch(() => undefined)
      throw error
    }
    this.#life = { engine, ended: new AbortController() }
  }

  async #stopNow(): Promise<void> {
    const life = this.#life
    this.#life = undefined
    life?.ended.abort()
    await life?.engine.stop()
  }
}

const RESTARTING = 'The engine is being started anew: this works again in a moment.'

function delegate(current: () => Life): EngineApi {
  /** A stream of the engine of the moment, that ends with it. */
  async function* stream<T>(
    open: (api: EngineApi, signal: AbortSignal) => AsyncIterable<T>,
    signal?: AbortSignal,
  ): AsyncGenerator<T> {
    const { engine, ended } = current()
    const either = signal === undefined ? ended.signal : AbortSignal.any([signal, ended.signal])
    yield* open(engine.api, either)
    if (ended.signal.aborted) throw new ShoalError('NETWORK', RESTARTING)
  }
  const streams: Pick<EngineApi, 'subscribe' | 'watchChunks'> = {
    subscribe: (options) => stream((api, signal) => api.subscribe({ signal }), options?.signal),
    watchChunks: (input, options) => stream((api, signal) => api.watchChunks(input, { signal }), options?.signal),
  }
  // The other commands, whatever their names: each is looked up when it is called.
  return new Proxy(streams as EngineApi, {
    get(own, name) {
      if (Object.hasOwn(own, name)) return Reflect.get(own, name)
      // Not a promise, whoever asks.
      if (typeof name === 'symbol' || name === 'then') return undefined
      return async (...args: unknown[]) => {
        const { api } = current().engine
        const command: unknown = Reflect.get(api, name)
        if (typeof command !== 'function') throw new ShoalError('INTERNAL', `The engine knows no ${name}.`)
        return command.apply(api, args)
      }
    },
  })
}
