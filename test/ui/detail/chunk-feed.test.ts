/** Following a chunk map: what comes, what ends, what is begun again. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ChunkFeed } from '../../../renderer/detail/chunk-feed.ts'
import type { ChunkMapEvent } from '../../../shared/contract/chunk-map.ts'
import type { EngineApi } from '../../../shared/contract/engine-api.ts'
import { changesEvent, mapEvent } from './chunk-events.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** An engine whose subscriptions are driven by hand. */
function fakeEngine() {
  const opened: { emit(event: ChunkMapEvent): void; end(error?: Error): void; signal: AbortSignal }[] = []
  const api = {
    async *watchChunks(_input: { root: string }, options?: { signal?: AbortSignal }) {
      const queue: (ChunkMapEvent | Error | undefined)[] = []
      let wake = () => {}
      const signal = options?.signal ?? new AbortController().signal
      const put = (one: ChunkMapEvent | Error | undefined) => {
        queue.push(one)
        wake()
      }
      signal.addEventListener('abort', () => wake())
      opened.push({ emit: put, end: put, signal })
      while (!signal.aborted) {
        if (queue.length === 0) {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
          continue
        }
        const next = queue.shift()
        if (next === undefined) return
        if (next instanceof Error) throw next
        yield next
      }
    },
  } as unknown as EngineApi
  return { api, opened }
}
const settled = () => vi.advanceTimersByTimeAsync(0)

describe('a chunk feed', () => {
  test('[UI40] a map, its changes, and no map any more', async () => {
    const { api, opened } = fakeEngine()
    const feed = new ChunkFeed()
    const heard: string[] = []
    feed.listen({
      onMap: () => heard.push(feed.map === undefined ? 'none' : 'map'),
      onChanges: (dirty) => heard.push(String(dirty)),
    })
    feed.start(api, 'root')
    await settled()
    opened[0]?.emit(mapEvent([{ state: 'wanted' }, { state: 'wanted' }], ['a']))
    opened[0]?.emit(changesEvent([[1, 'have', 1]]))
    await settled()
    expect(feed.map?.state(1)).toBe('have')
    opened[0]?.emit({ type: 'none' })
    await settled()
    expect(heard).toEqual(['map', '1', 'none'])
    expect(feed.state).toBe('none')
    feed.stop()
  })

  test('[UI40] a subscription that breaks is begun again, and what was seen last stays until then', async () => {
    const quiet = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { api, opened } = fakeEngine()
    const feed = new ChunkFeed()
    feed.start(api, 'root')
    await settled()
    opened[0]?.emit(mapEvent([{ state: 'have' }]))
    opened[0]?.end(new Error('gone'))
    await settled()
    expect(feed.state).toBe('ended')
    expect(feed.map?.state(0)).toBe('have')
    await vi.runOnlyPendingTimersAsync()
    expect(opened).toHaveLength(2)
    opened[1]?.emit(mapEvent([{ state: 'wanted' }]))
    await settled()
    expect(feed.map?.state(0)).toBe('wanted')
    feed.stop()
    quiet.mockRestore()
  })

  test('[UI40] once stopped nothing is asked of the engine, and nothing is begun again', async () => {
    const { api, opened } = fakeEngine()
    const feed = new ChunkFeed()
    feed.start(api, 'root')
    await settled()
    feed.stop()
    await settled()
    expect(opened[0]?.signal.aborted).toBe(true)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(opened).toHaveLength(1)
  })

  test('[UI40] React is told at once of another map, and of changes a few times a second at most', async () => {
    const feed = new ChunkFeed()
    const told = vi.fn()
    feed.observe(told)
    feed.take(mapEvent([{ state: 'wanted' }]))
    expect(told).toHaveBeenCalledTimes(1)
    for (let event = 0; event < 10; event++) {
      feed.take(changesEvent([[0, event % 2 === 0 ? 'have' : 'wanted', 0]]))
      await vi.advanceTimersByTimeAsync(100)
    }
    expect(told.mock.calls.length).toBeGreaterThan(1)
    expect(told.mock.calls.length).toBeLessThan(5)
    feed.stop()
  })
})
