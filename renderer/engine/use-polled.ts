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

const LOADING = { state: 'loading' } as const

/**
 * @param key asked anew at once when it changes; while it is undefined nothing is asked, and what was known is forgotten.
 * @param previous the last value, for queries that continue.
 */
export function usePolled<T>(
  key: string | undefined,
  intervalMs: number,
  ask: (api: EngineApi, previous: T | undefined) => Promise<T>,
): Polled<T> {
  const api = useApi()
  const [result, setResult] = useState<Polled<T>>(LOADING)
  const latestAsk = useRef(ask)
  latestAsk.current = ask
  useEffect(() => {
    if (key === undefined) setResult(LOADING)
    if (api === undefined || key === undefined) return
    let isCurrent = true
    let timer: ReturnType<typeof setTimeout> | undefined
    let previous: T | undefined
    setResult(LOADING)
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
