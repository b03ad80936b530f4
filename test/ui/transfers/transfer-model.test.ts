/** Which transfers are shown, what can be done with them, and what their removal means. Rules [UI27] - [UI29]. */
import { describe, expect, test } from 'vitest'
import {
  canBePaused,
  canBeSequential,
  canResume,
  canStart,
  removalOf,
} from '../../../renderer/transfers/share-abilities.ts'
import {
  belongsTo,
  countByFilter,
  ratioOf,
  searchFor,
  TRANSFER_FILTERS,
} from '../../../renderer/transfers/transfer-filters.ts'
import type { ShareSummary } from '../../../shared/contract/model.ts'
import { SHARE } from '../support/window.tsx'

const FETCHED: ShareSummary = { ...SHARE, origin: 'fetched', state: 'downloading', haveBytes: 1_000 }
const trouble = { code: 'disk-full' as const, message: '', sinceAt: 0 }
const filtersOf = (share: ShareSummary) => TRANSFER_FILTERS.filter((filter) => belongsTo(filter, share))

describe('[UI27] filters', () => {
  test.each<[string, ShareSummary, string[]]>([
    ['a download', FETCHED, ['all', 'downloading']],
    ['a download that is stuck is in both', { ...FETCHED, trouble }, ['all', 'downloading', 'trouble']],
    ['one that has not begun', { ...FETCHED, state: 'resolving' }, ['all', 'downloading']],
    ['one that the user paused', { ...FETCHED, state: 'paused' }, ['all', 'paused']],
    ['[UI86] one that a trouble stopped', { ...FETCHED, state: 'paused', trouble }, ['all', 'downloading', 'trouble']],
    ['one that ended', { ...FETCHED, state: 'failed' }, ['all', 'trouble']],
    ['a share', SHARE, ['all', 'sharing']],
    ['a share of a changed file', { ...SHARE, trouble }, ['all', 'sharing', 'trouble']],
    ['a share that ended is not downloading', { ...SHARE, state: 'failed' }, ['all', 'trouble']],
  ])('%s', (_, share, filters) => {
    expect(filtersOf(share)).toEqual(filters)
  })

  test('each tells how many it shows', () => {
    const counts = countByFilter([SHARE, FETCHED, { ...FETCHED, trouble }, { ...FETCHED, state: 'paused' }])
    expect(counts).toEqual({ all: 4, downloading: 2, sharing: 1, paused: 1, trouble: 1 })
  })

  test('a search knows neither case nor accents, wants every word, and finds a root by its beginning', () => {
    const share = { ...SHARE, name: 'Fotos de São Miguel', root: 'bafybeiabc' }
    for (const found of ['sao', 'MIGUEL fotos', '  são  ', 'bafybei', '']) expect(searchFor(found)(share)).toBe(true)
    for (const missed of ['lisboa', 'fotos lisboa', 'beiabc']) expect(searchFor(missed)(share)).toBe(false)
  })
})

test('the ratio is of what was fetched, of our own files of their size, and none before there is any', () => {
  expect(ratioOf({ ...FETCHED, sentBytes: 50, receivedBytes: 100 })).toBe(0.5)
  expect(ratioOf({ ...SHARE, sentBytes: 6_000_000 })).toBe(2)
  expect(ratioOf({ ...FETCHED, receivedBytes: 0 })).toBeUndefined()
})

test('[UI28] nothing is offered that makes no sense in the state', () => {
  const able = (share: ShareSummary) =>
    Object.entries({ canStart, canBePaused, canResume, canBeSequential }).flatMap(([name, can]) =>
      can(share) ? [name] : [],
    )
  expect(able(FETCHED)).toEqual(['canBePaused', 'canBeSequential'])
  expect(able({ ...FETCHED, state: 'ready' })).toEqual(['canStart', 'canBePaused', 'canBeSequential'])
  expect(able({ ...FETCHED, state: 'paused' })).toEqual(['canResume', 'canBeSequential'])
  // Stopped by a trouble it goes on by itself: there is nothing to resume.
  expect(able({ ...FETCHED, state: 'paused', trouble })).toEqual(['canBePaused', 'canBeSequential'])
  expect(able({ ...FETCHED, state: 'failed' })).toEqual(['canResume'])
  expect(able(SHARE)).toEqual(['canBePaused'])
})

describe('[UI29] what a removal means', () => {
  test('own files, complete downloads and incomplete ones are told apart', () => {
    const whole = { ...FETCHED, state: 'seeding' as const, haveBytes: 70 }
    const paused = { ...FETCHED, state: 'paused' as const, finishedAt: 1, haveBytes: 30 }
    const removal = removalOf([SHARE, whole, paused, FETCHED])
    expect(removal).toMatchObject({
      inPlace: [SHARE],
      whole: [whole, paused],
      partial: [FETCHED],
      wholeBytes: 100,
      partialBytes: 1_000,
    })
  })

  test('the last copy is one that is given and would be nowhere else', () => {
    expect(removalOf([SHARE]).lastCopies).toEqual([SHARE])
    expect(removalOf([{ ...SHARE, survives: 2 }]).lastCopies).toEqual([])
    expect(removalOf([{ ...SHARE, state: 'paused' }]).lastCopies).toEqual([])
  })
})
