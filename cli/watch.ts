/**
 * The engine's state as it changes, from one subscription, with a tick for those who wait: the last state is handed out
 * again when nothing happened for a while, so that a wait can end by time. A gap in the numbers starts over.
 * Rule [DA6].
 */

import type { EngineApi } from '../shared/contract/engine-api.ts'
import { ShoalError } from '../shared/contract/errors.ts'
import { applyDelta, applySnapshot, type ReplicaState } from '../shared/contract/replica.ts'

/** Calls `look` with each state until it returns something; rejects with CANCELLED when `signal` aborts. */
export async function watchUntil<T>(
  api: Pick<EngineApi, 'subscribe'>,
  signal: AbortSignal,
  tickMs: number,
  look: (state: ReplicaState) => T | undefined,
): Promise<T> {
  const stop = new AbortController()
  let state: ReplicaState | undefined
  let result: { value: T } | { error: unknown } | undefined
  const tryLook = () => {
    if (state === undefined || result !== undefined) return
    try {
      const value = look(state)
      if (value !== undefined) result = { value }
    } catch (error) {
      result = { error }
    }
    if (result !== undefined) stop.abort()
  }
  const timer = setInterval(tryLook, tickMs)
  try {
    while (result === undefined && !signal.aborted) {
      let gap = false
      for await (const event of api.subscribe({ signal: AbortSignal.any([signal, stop.signal]) })) {
        if (event.type === 'snapshot') state = applySnapshot(event.value)
        else {
          const applied = state === undefined ? undefined : applyDelta(state, event.value)
          // A gap: subscribe again rather than believe a state with holes.
          gap = applied?.type !== 'applied'
          if (applied?.type !== 'applied') break
          state = applied.state
        }
        tryLook()
        if (result !== undefined) break
      }
      if (result === undefined && !signal.aborted && !gap) {
        throw new ShoalError('NETWORK', 'The engine ended the subscription.')
      }
    }
  } finally {
    clearInterval(timer)
    stop.abort()
  }
  if (result === undefined) throw new ShoalError('CANCELLED', 'Cancelled.')
  if ('error' in result) throw result.error
  return result.value
}
