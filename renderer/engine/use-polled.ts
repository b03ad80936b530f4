/**
 * A query asked again and again while its view is looked at: not while the window is hidden, never twice at once. What is
 * asked once a second is what the event stream does not carry (network view, traffic).
 */
import { useEffect, useRef, useState } from 'react'
import type { EngineApi } from '../../shared/contract/engine-api.ts'
import { useApi } from './hooks.ts'

export type Polled<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly value: T }
  /** The last value stays, if there was one. */
  | { readonly state: 'failed'; readonly error: unknown; readonly value: T | undefined }

/** @param key asked anew at once when it changes. @param previous the last value, for queries that continue. */
export function usePolled<T>(
  key: string,
  intervalMs: number,
  ask: (api: EngineApi, previous: T | undefined) => Promise<T>,
): Polled<T> {
  const api = useApi()
  const [result, setResult] = useState<Polled<T>>({ state: 'loading' })
  const latestAsk = useRef(ask)
  latestAsk.current = ask
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` starts it anew
  useEffect(() => {
    if (api === undefined) return
    let isCurrent = true
    let timer: ReturnType<typeof setTimeout> | undefined
    let previous: T | undefined
    setResult({ state: 'loading' })
    const round = async () => {
      if (document.visibilityState === 'visible') {
        try {
          const value = await latestAsk.current(api, previous)
          previous = value
          if (isCurrent) setResult({ state: 'ready', value })
        } catch (error) {
          if (isCurrent) setResult({ state: 'failed', error, value: previous })
        }
      }
      if (isCurrent) timer = setTimeout(round, intervalMs)
    }
    void round()
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [api, key, intervalMs])
  return result
}
