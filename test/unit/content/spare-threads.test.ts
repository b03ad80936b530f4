/** Threads that wait between two imports: handed on, limited, and ended when nobody comes. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SpareThreads } from '../../../main/engine/content/spare-threads.ts'

let ended: number[]
let spare: SpareThreads<number>

beforeEach(() => {
  vi.useFakeTimers()
  ended = []
  spare = new SpareThreads((thread) => ended.push(thread))
})
afterEach(() => vi.useRealTimers())

describe('a spare thread', () => {
  it('is handed on to who asks for its kind, once', () => {
    spare.keep('a', 1)
    expect(spare.take('b')).toBeUndefined()
    expect(spare.take('a')).toBe(1)
    expect(spare.take('a')).toBeUndefined()
    vi.advanceTimersByTime(10_000)
    expect(ended).toEqual([])
  })

  it('is ended after a second without work', () => {
    spare.keep('a', 1)
    vi.advanceTimersByTime(999)
    expect(ended).toEqual([])
    vi.advanceTimersByTime(1)
    expect(ended).toEqual([1])
    expect(spare.take('a')).toBeUndefined()
  })

  it('is one of eight; the ninth is ended at once', () => {
    for (let thread = 1; thread <= 9; thread++) spare.keep('a', thread)
    expect(ended).toEqual([9])
  })

  it('that ended by itself is not handed on', () => {
    spare.keep('a', 1)
    spare.lost(1)
    expect(spare.take('a')).toBeUndefined()
    vi.advanceTimersByTime(10_000)
    expect(ended).toEqual([])
  })
})
