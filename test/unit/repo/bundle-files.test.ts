/** What builds leave behind in dist/: enough for programs that run from it, and no more than a limit. */
import { describe, expect, it } from 'vitest'
import { MAX_ASSETS } from '../../../main/daemon/assets.ts'
import { MAX_STALE, STALE_MS, tooOld } from '../../../scripts/lib/bundle-files.mjs'

const NOW = 1_000 * STALE_MS
const file = (path: string, ageMs: number) => ({ path, usedAt: NOW - ageMs })

describe('files of earlier builds', () => {
  it('are left for a day after they were replaced', () => {
    const left = [file('a', 0), file('b', STALE_MS), file('c', STALE_MS + 1), file('d', 40 * STALE_MS)]
    expect(tooOld(left, NOW)).toEqual(['c', 'd'])
  })

  it('are at most so many, the oldest making room, in whatever order they are found', () => {
    const left = Array.from({ length: MAX_STALE + 2 }, (_, at) => file(`${at}`, at))
    expect(tooOld(left, NOW)).toEqual([`${MAX_STALE}`, `${MAX_STALE + 1}`])
    expect(tooOld(left.toReversed(), NOW)).toEqual([`${MAX_STALE}`, `${MAX_STALE + 1}`])
    expect(tooOld(left.slice(0, MAX_STALE), NOW)).toEqual([])
  })

  it('leave room for a window of today in what the daemon serves', () => {
    expect(MAX_STALE).toBeLessThan(MAX_ASSETS / 2)
  })
})
