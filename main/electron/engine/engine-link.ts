/**
 * The main process as a client of the contract: tray, menu, dock and notifications know what the engine says, by the same
 * snapshot and deltas as a window. Reconnects on every port that the broker gives it.
 * Rules [EL20] [EL23].
 */
import type { MessagePortMain } from 'electron'
import type { EngineApi } from '../../../shared/contract/engine-api.ts'
import { type ClientPort, connectOverPort, type PortConnection } from '../../../shared/contract/port-client.ts'
import { applyDelta, applySnapshot, type ReplicaState } from '../../../shared/contract/replica.ts'

export class EngineLink {
  readonly #onChange: (state: ReplicaState | undefined) => void
  readonly #onProblem: (error: unknown) => void
  #connection: PortConnection | undefined
  #generation = 0

  constructor(
    /** undefined: no engine answers. */
    onChange: (state: ReplicaState | undefined) => void,
    onProblem: (error: unknown) => void,
  ) {
    this.#onChange = onChange
    this.#onProblem = onProblem
  }

  /** Commands, while an engine answers. */
  get api(): EngineApi | undefined {
    return this.#connection?.api
  }

  take(port: MessagePortMain): void {
    this.close()
    const generation = ++this.#generation
    this.#follow(port, generation).catch((error: unknown) => {
      if (generation !== this.#generation) return
      this.close()
      this.#onProblem(error)
    })
  }

  /** The engine is gone: a port does not always say so. */
  close(): void {
    this.#generation += 1
    this.#connection?.close()
    this.#connection = undefined
    this.#onChange(undefined)
  }

  async #follow(port: MessagePortMain, generation: number): Promise<void> {
    const connection = await connectOverPort(mainPort(port))
    if (generation !== this.#generation) {
      connection.close()
      return
    }
    this.#connection = connection
    let state: ReplicaState | undefined
    while (generation === this.#generation) {
      for await (const event of connection.api.subscribe()) {
        if (generation !== this.#generation) return
        if (event.type === 'snapshot') state = applySnapshot(event.value)
        else {
          const applied = state === undefined ? undefined : applyDelta(state, event.value)
          // A gap: start over with a fresh snapshot rather than guess.
          if (applied?.type !== 'applied') break
          state = applied.state
        }
        this.#onChange(state)
      }
    }
  }
}

function mainPort(port: MessagePortMain): ClientPort {
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', ({ data }) => listener(data)),
    onClose: (listener) => port.on('close', listener),
    start: () => port.start(),
    close: () => port.close(),
  }
}
