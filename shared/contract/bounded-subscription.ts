/**
 * The reader's end of a subscription. Events are taken from the transport as they come, so the transport never has to
 * hold them; a reader that falls MAX_UNREAD_EVENTS behind loses what it has not read and is given a fresh snapshot from
 * a new subscription instead. So an unread subscription costs a bounded amount of memory, and a reader that sees each
 * event in order never sees a gap. It serves every stream that begins with all there is: the events and the chunk maps.
 * Rule [DA7].
 */
import type { EngineApi } from './engine-api.ts'
import { MAX_UNREAD_EVENTS } from './limits.ts'

type Subscription = ReturnType<EngineApi['subscribe']>
export type SubscriptionEvent = Subscription extends AsyncIterable<infer T> ? T : never

type Ended = { how: 'done' } | { how: 'failed'; error: unknown }

export async function* boundedSubscription<T extends object>(
  open: (signal: AbortSignal) => AsyncIterable<T>,
  signal?: AbortSignal,
  maxUnread: number = MAX_UNREAD_EVENTS,
): AsyncGenerator<T> {
  while (signal?.aborted !== true) {
    const overflowed = yield* oneSubscription(open, signal, maxUnread)
    if (!overflowed) return
  }
}

/** Yields until the subscription ends; true when it ended because the reader fell behind. */
async function* oneSubscription<T extends object>(
  open: (signal: AbortSignal) => AsyncIterable<T>,
  signal: AbortSignal | undefined,
  maxUnread: number,
): AsyncGenerator<T, boolean> {
  const stop = new AbortController()
  const stopOn = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal])
  let unread: T[] = []
  let ended: Ended | undefined
  let overflowed = false
  let wake = () => {}

  const pump = async () => {
    try {
      for await (const event of open(stopOn)) {
        unread.push(event)
        if (unread.length > maxUnread) {
          overflowed = true
          unread = []
          stop.abort()
        }
        wake()
        if (overflowed) break
      }
      ended = { how: 'done' }
    } catch (error) {
      ended = { how: 'failed', error }
    }
    wake()
  }
  const onAbort = () => wake()
  signal?.addEventListener('abort', onAbort)
  void pump()
  try {
    while (true) {
      if (signal?.aborted === true) return false
      const event = unread.shift()
      if (event !== undefined) {
        yield event
        continue
      }
      if (overflowed) return true
      if (ended?.how === 'failed') throw ended.error
      if (ended?.how === 'done') return false
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  } finally {
    signal?.removeEventListener('abort', onAbort)
    stop.abort()
  }
}
