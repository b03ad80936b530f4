/** How a share stands, as a word and as a sentence with its reason, in every language. Rules [UI25] [UI26]. */
import { renderHook } from '@testing-library/react'
import type { ReactNode } from 'react'
import { IntlProvider } from 'use-intl'
import { describe, expect, test } from 'vitest'
import { type TroubleText, useTroubleText } from '../../../renderer/i18n/trouble-text.ts'
import en from '../../../renderer/messages/en/index.ts'
import es from '../../../renderer/messages/es/index.ts'
import ptBR from '../../../renderer/messages/pt-BR/index.ts'
import { copiesOf, progressOf, rankOf, standingOf } from '../../../renderer/model/share-state.ts'
import { type ShareStateText, useShareStateText } from '../../../renderer/model/share-state-text.ts'
import type { FileChange, TroubleFacts } from '../../../shared/contract/log-facts.ts'
import { ShareState, type ShareSummary, type Trouble, TroubleCode } from '../../../shared/contract/model.ts'
import { SHARE } from '../support/window.tsx'

const LANGUAGES = { en, 'pt-BR': ptBR, es }
type Language = keyof typeof LANGUAGES

const FETCHED: ShareSummary = {
  ...SHARE,
  origin: 'fetched',
  state: 'downloading',
  haveBytes: 1_000_000,
  peers: 2,
  downBytesPerSecond: 5,
}
const DISK_FULL: Trouble = { code: 'disk-full', message: '', sinceAt: 0, facts: { cause: 'full', path: '/d' } }
const NO_SOURCES: Trouble = { code: 'no-sources', message: '', sinceAt: 0, facts: { known: 2 } }

describe('[UI25] a word is said only when it is true', () => {
  test.each<[string, Partial<ShareSummary>, string]>([
    ['bytes arrive', {}, 'downloading'],
    ['somebody is connected, nothing arrives', { downBytesPerSecond: 0 }, 'waiting'],
    ['nobody is connected', { peers: 0, downBytesPerSecond: 0 }, 'searching'],
    ['a download that is stopped by something', { trouble: NO_SOURCES }, 'trouble'],
    ['paused by the user', { state: 'paused' }, 'paused'],
    ['[UI86] stopped by a trouble, whatever the engine calls it', { state: 'paused', trouble: DISK_FULL }, 'trouble'],
    ['it does not try again', { state: 'failed', trouble: NO_SOURCES }, 'failed'],
    ['contents not known', { state: 'resolving' }, 'resolving'],
    ['waits for the user', { state: 'ready' }, 'ready'],
    ['complete', { state: 'seeding' }, 'sharing'],
  ])('%s', (_, share, word) => {
    expect(standingOf({ ...FETCHED, ...share }).word).toBe(word)
  })

  test('paused: whether others miss it or we do', () => {
    expect(standingOf({ ...FETCHED, state: 'paused' })).toEqual({ word: 'paused', isWhole: false })
    expect(standingOf({ ...FETCHED, state: 'paused', finishedAt: 5 })).toEqual({ word: 'paused', isWhole: true })
    expect(standingOf({ ...SHARE, state: 'paused' })).toEqual({ word: 'paused', isWhole: true })
  })

  test('progress is of what was wanted, never above it, and not known before the contents are', () => {
    expect(progressOf({ ...FETCHED, wantedBytes: 4_000_000 })).toBe(0.25)
    expect(progressOf({ ...FETCHED, wantedBytes: 500_000 })).toBe(1)
    const { wantedBytes: _, ...unknown } = FETCHED
    expect(progressOf({ ...unknown, state: 'resolving' })).toBeUndefined()
    expect(progressOf(SHARE)).toBe(1)
    const gone: Trouble = { code: 'source-missing', message: '', sinceAt: 0 }
    expect(progressOf({ ...SHARE, haveBytes: 1_000_000, trouble: gone })).toBeCloseTo(1 / 3)
    expect(progressOf({ ...SHARE, haveBytes: 0, trouble: gone })).toBe(0)
  })

  test('copies are told only while somebody is asked what they have', () => {
    expect(copiesOf(FETCHED)).toBe(1)
    for (const state of ['paused', 'ready', 'resolving', 'failed'] as const)
      expect(copiesOf({ ...FETCHED, state })).toBeUndefined()
  })

  test('sorted by state, what needs an eye comes first', () => {
    const shares = [SHARE, FETCHED, { ...FETCHED, trouble: NO_SOURCES }, { ...FETCHED, state: 'failed' as const }]
    expect(shares.sort((a, b) => rankOf(a) - rankOf(b)).map((share) => standingOf(share).word)).toEqual([
      'failed',
      'trouble',
      'downloading',
      'sharing',
    ])
  })
})

/** Every combination of [FL16]. The compiler keeps the list to the codes, and the facts to what the engine tells. */
const TROUBLES: { readonly [Code in TroubleCode]: readonly TroubleFacts[Code][] } = {
  'no-sources': [{ known: 0 }, { known: 1 }, { known: 7 }],
  'no-manifest': [{ peers: 2 }],
  'disk-full': [
    { cause: 'full', path: '/d' },
    { cause: 'room', path: '/d', freeBytes: 5_000_000, neededBytes: 7_000_000 },
    { cause: 'profile' },
  ],
  'destination-missing': (
    ['gone', 'not-a-folder', 'other-drive', 'unfinished-removed', 'unfinished-elsewhere'] as const
  ).map((cause) => ({ cause, path: '/d' })),
  'destination-read-only': [{ path: '/d', system: 'EACCES' }],
  'destination-io': [
    ...(['system', 'foreign', 'changed', 'damaged', 'cut-short'] as const).map((cause) => ({ cause, path: '/d' })),
    { cause: 'system', path: '/d', system: 'EIO' },
    { cause: 'profile', detail: 'database is locked' },
    { cause: 'internal', detail: 'TypeError' },
  ],
  'source-changed': [
    ...(['not-a-file', 'other-file', 'written', 'touched', 'too-short', 'content', 'symlink'] as FileChange[]).map(
      (cause) => ({ cause, path: 'a/b.txt', others: 0 }),
    ),
    { cause: 'size', path: 'a/b.txt', others: 3, nowBytes: 5, wasBytes: 9 },
  ],
  'source-missing': [
    { path: '', others: 0 },
    { path: 'a', others: 1 },
  ],
  'source-unreadable': [{ path: 'a', others: 2, system: 'EACCES' }],
  'invalid-manifest': [
    { cause: 'broken-rule', rule: 'hamt', detail: 'A sharded directory has a name out of place.' },
    { cause: 'record-damaged', origin: 'in-place' },
    { cause: 'record-damaged', origin: 'fetched' },
  ],
  'name-taken': [
    { cause: 'all-numbers', path: '/d/x' },
    { cause: 'not-a-folder', path: '/d/x' },
    { cause: 'contended', path: '/d/x' },
  ],
}

/** A message that cannot be formatted fails the test. */
const fail = (error: Error) => {
  throw error
}

function textsIn(language: Language): { trouble: TroubleText; state: ShareStateText } {
  const wrapper = ({ children }: { children: ReactNode }) => (
    <IntlProvider locale={language} messages={LANGUAGES[language]} timeZone="UTC" onError={fail}>
      {children}
    </IntlProvider>
  )
  return renderHook(() => ({ trouble: useTroubleText(), state: useShareStateText() }), { wrapper }).result.current
}

const LANGUAGE_NAMES: Language[] = ['en', 'pt-BR', 'es']

describe.each(LANGUAGE_NAMES)('in %s', (language) => {
  test('[UI26] every trouble with every cause has a sentence of its own, and its facts are in it', () => {
    const { trouble: say } = textsIn(language)
    const said = new Set<string>()
    let combinations = 0
    for (const code of TroubleCode.options) {
      for (const facts of TROUBLES[code]) {
        const sentence = say({ name: 'notes.pdf' }, { code, facts: { ...facts } })
        expect(sentence).toMatch(/^\S.{20,}[.)]$/s)
        expect(sentence).not.toMatch(/[{}]|unsaid|undefined|null/)
        for (const fact of ['path', 'system', 'detail'] as const) {
          const value = (facts as Record<string, unknown>)[fact]
          const isTold = fact !== 'system' || !['disk-full', 'destination-read-only'].includes(code)
          if (typeof value === 'string' && value !== '' && isTold) expect(sentence).toContain(value)
        }
        said.add(sentence)
        combinations += 1
      }
    }
    expect(said.size).toBe(combinations)
  })

  test('[UI26] without facts there is a sentence too', () => {
    const { trouble: say } = textsIn(language)
    for (const code of TroubleCode.options) {
      const sentence = say({ name: 'notes.pdf' }, { code, path: 'a/b' })
      expect(sentence).toMatch(/^\S.{20,}\.$/s)
      expect(sentence).not.toMatch(/[{}]|unsaid|undefined|null/)
    }
  })

  test('[UI25] every state has a word and a reason', () => {
    const { state } = textsIn(language)
    for (const name of ShareState.options) {
      for (const peers of [0, 1, 3]) {
        const share = { ...FETCHED, state: name, peers }
        expect(state.word(share)).toMatch(/^\p{Lu}/u)
        expect(state.reason(share)).toMatch(/\.$/)
      }
    }
    expect(state.word({ ...FETCHED, trouble: NO_SOURCES })).toMatch(/^\p{Lu}/u)
  })
})

test('[UI26] the facts of a trouble are in the sentence, not the words of the engine', () => {
  const { trouble, state } = textsIn('en')
  const room = { cause: 'room', path: '/d', freeBytes: 5_000_000, neededBytes: 7_000_000 }
  expect(trouble({ name: 'x' }, { code: 'disk-full', facts: room })).toBe(
    '/d has room for 5.00 MB, but 7.00 MB are needed. Free some space; it then goes on by itself. Or choose another destination.',
  )
  expect(trouble({ name: 'notes.pdf' }, { code: 'source-missing', facts: { path: '', others: 0 } })).toBe(
    'notes.pdf is gone. Put it back, or share it again.',
  )
  expect(state.reason({ ...FETCHED, trouble: { ...NO_SOURCES, message: 'engine’s words' } })).toMatch(/^2 possible/)
})

test('[UI89] two sizes that would read alike are told to the byte', () => {
  const { trouble } = textsIn('en')
  const changed = (wasBytes: number, nowBytes: number) =>
    trouble(
      { name: 'x' },
      { code: 'source-changed', facts: { cause: 'size', path: '', others: 0, wasBytes, nowBytes } },
    )
  expect(changed(2_097_152, 2_097_153)).toContain('it had 2,097,152\u00a0B and now has 2,097,153\u00a0B')
  expect(changed(2_000_000, 3_000_000)).toContain('it had 2.00 MB and now has 3.00 MB')
})

test('[UI26] what hides in a name is shown in the sentence', () => {
  const { trouble } = textsIn('en')
  expect(trouble({ name: 'x' }, { code: 'source-missing', facts: { path: 'a\u202eb', others: 0 } })).toContain(
    'a\\u{202e}b',
  )
})
