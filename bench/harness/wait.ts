/** Waiting with an end: for a condition, looked at again and again, and for a promise. Every wait says what it waited for. */
import { setTimeout as sleep } from 'node:timers/promises'

interface Wait {
  readonly everyMs: number
  readonly timeoutMs: number
  readonly what: string
  readonly signal?: AbortSignal
}

/** Resolves with the time (ms since the epoch) at which the condition was first seen to hold. */
export async function until(holds: () => Promise<boolean> | boolean, wait: Wait): Promise<number> {
  const deadlineMs = performance.now() + wait.timeoutMs
  while (true) {
    wait.signal?.throwIfAborted()
    if (await holds()) return Date.now()
    if (performance.now() >= deadlineMs) throw new Error(`waited ${wait.timeoutMs / 1_000} s for ${wait.what}`)
    await sleep(wait.everyMs, undefined, wait.signal === undefined ? {} : { signal: wait.signal })
  }
}

export async function within<T>(promise: Promise<T>, timeoutMs: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${timeoutMs / 1_000} s for ${what}`)), timeoutMs)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Rejects with the signal's reason; for `Promise.race` with what has no signal of its own. */
export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = () => reject(signal.reason)
    if (signal.aborted) fail()
    else signal.addEventListener('abort', fail, { once: true })
  })
}
