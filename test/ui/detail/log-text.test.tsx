/** The event log in words: every kind, every language, and what does not fit. */
import { renderHook } from '@testing-library/react'
import type { ReactNode } from 'react'
import { IntlProvider } from 'use-intl'
import { describe, expect, test } from 'vitest'
import { groupOf, LOG_GROUPS, logOf } from '../../../renderer/detail/log/log-groups.ts'
import { EngineStore } from '../../../renderer/engine/engine-store.ts'
import { EngineContext } from '../../../renderer/engine/hooks.ts'
import { useLogText } from '../../../renderer/i18n/log-text.ts'
import en from '../../../renderer/messages/en/index.ts'
import es from '../../../renderer/messages/es/index.ts'
import ptBR from '../../../renderer/messages/pt-BR/index.ts'
import { type LeaveReason, LOG_KINDS, type LogFacts, type LogKind } from '../../../shared/contract/log-facts.ts'
import type { LogEntry, Peer, SwarmPeer } from '../../../shared/contract/model.ts'
import { REPLICA } from '../support/window.tsx'

const LANGUAGES = { en, 'pt-BR': ptBR, es } as const

/** One or more lines of every kind, as the engine makes them. */
const LINES: { readonly [K in LogKind]: readonly LogFacts[K][] } = {
  'peer-joined': [{ name: 'Wise Dunlin' }],
  'peer-returned': [{ name: 'Wise Dunlin', awayMs: 42_000 }],
  'peer-left': [
    ...(
      [
        'shutting-down',
        'removed',
        'unknown-share',
        'too-busy',
        'banned-us',
        'accused-us',
        'not-needed',
        'goodbye',
        'duplicate',
        'closed-by-us',
        'connection-lost',
        'broke-rules',
      ] satisfies LeaveReason[]
    ).map((reason) => ({ name: 'Wise Dunlin', reason })),
  ],
  'peer-suspect': [
    { name: 'Wise Dunlin', cause: 'silence' },
    { name: 'Wise Dunlin', cause: 'stall' },
  ],
  'peer-back': [{ name: 'Wise Dunlin' }],
  'peer-gone': [{ name: 'Wise Dunlin' }],
  'peer-banned': [
    { name: 'Wise Dunlin', cause: 'wrong-chunks', chunks: 3 },
    { name: 'Wise Dunlin', cause: 'wrong-nodes', detail: 'digest' },
  ],
  'peer-put-out': [{ name: 'Wise Dunlin', forMs: 60_000 }],
  'share-added': [{ origin: 'link' }, { origin: 'path' }],
  'share-removed': [{ withData: true }, { withData: false }],
  'share-paused': [{}],
  'share-resumed': [{}],
  'manifest-received': [{ files: 1, chunks: 7, bytes: 7e6 }],
  'download-started': [{ files: 2, bytes: 7e6 }],
  'download-resumed': [
    { chunks: 3, chunkCount: 7, bytes: 3e6, lost: 0 },
    { chunks: 3, chunkCount: 7, bytes: 3e6, lost: 1 },
    { chunks: 3, chunkCount: 7, bytes: 3e6, lost: 2 },
  ],
  'download-complete': [
    { files: 2, bytes: 7e6, durationMs: 3_000, peers: 0 },
    { files: 2, bytes: 7e6, durationMs: 3_000, peers: 2 },
  ],
  'selection-complete': [{ files: 1, bytes: 7e6, durationMs: 3_000, peers: 1 }],
  'chunks-reassigned': [
    { name: 'Wise Dunlin', chunks: 1, cause: 'left' },
    { name: 'Wise Dunlin', chunks: 5, cause: 'suspect' },
  ],
  'chunk-corrupt': [{ name: 'Wise Dunlin', chunk: 4, times: 1, limit: 3 }],
  trouble: [{ code: 'no-sources', known: 2 }],
  'trouble-over': [{ code: 'no-sources' }],
  announced: [
    { route: 'lan-dht', peers: 1 },
    { route: 'internet-dht', peers: 20 },
  ],
  'announce-failed': [{ route: 'lan-dht' }, { route: 'internet-dht' }],
}

const entry = (kind: LogKind, facts: object | undefined, more: Partial<LogEntry> = {}): LogEntry => ({
  at: 1,
  kind,
  text: `ENGLISH ${kind}`,
  ...(facts === undefined ? {} : { facts: { ...facts } as NonNullable<LogEntry['facts']> }),
  ...more,
})

function textIn(language: keyof typeof LANGUAGES, peers: ReadonlyMap<string, Peer> = new Map()) {
  const engine = new EngineStore({ connect: () => new Promise(() => {}), wait: async () => {}, now: () => 0 })
  engine.store.setState({ replica: { ...REPLICA, peers } })
  const errors: string[] = []
  const wrapper = ({ children }: { children: ReactNode }) => (
    <EngineContext value={engine}>
      <IntlProvider
        locale={language}
        messages={LANGUAGES[language] as typeof en}
        timeZone="UTC"
        onError={(error) => errors.push(error.message)}
      >
        {children}
      </IntlProvider>
    </EngineContext>
  )
  const { result } = renderHook(() => useLogText(), { wrapper })
  return { text: result.current, errors }
}

const CASES = LOG_KINDS.flatMap((kind) => LINES[kind].map((facts) => [kind, facts] as const))

describe.each(['en', 'pt-BR', 'es'] as const)('in %s', (language) => {
  test.each(CASES)('[UI50] %s %o is a sentence of its own', (kind, facts) => {
    const { text, errors } = textIn(language)
    const words = text(entry(kind, facts))
    expect(errors).toEqual([])
    expect(words).not.toMatch(/ENGLISH|log\.|states\.|[{}]|undefined|NaN/)
    expect(words).toMatch(/^\S.*\.$/)
    if ('name' in facts) expect(words).toContain('Wise Dunlin')
  })

  test('[UI50] no two lines say the same', () => {
    const { text } = textIn(language)
    const said = CASES.map(([kind, facts]) => text(entry(kind, facts)))
    expect(new Set(said).size).toBe(said.length)
  })
})

test('[UI50] a line without the facts of its kind, or of a reason that is not known, is told as the engine told it', () => {
  const { text } = textIn('es')
  expect(text(entry('peer-joined', undefined))).toBe('ENGLISH peer-joined')
  expect(text(entry('chunk-corrupt', { name: 'a', chunk: 1 }))).toBe('ENGLISH chunk-corrupt')
  expect(text(entry('peer-left', { name: 'a', reason: 'abducted' }))).toBe('ENGLISH peer-left')
})

test('[UI50] a peer is called what the user calls it, and its name is never more than text', () => {
  const peers = new Map([['p', { peer: 'p', nickname: 'Ana', connected: true, shoal: true } as Peer]])
  const { text } = textIn('en', peers)
  expect(text(entry('peer-joined', { name: 'x' }, { peer: 'p' }))).toBe('Ana joined.')
  expect(text(entry('peer-joined', { name: 'a\u202eb' }))).toBe('a\\u{202e}b joined.')
  expect(text(entry('peer-joined', { name: 'שלום' }))).toBe('\u2068שלום\u2069 joined.')
})

test('[UI50] the log of a share has its own lines and those of the node about its peers', () => {
  const log = [
    entry('share-added', { origin: 'link' }, { root: 'here' }),
    entry('share-added', { origin: 'link' }, { root: 'elsewhere' }),
    entry('peer-put-out', { name: 'a', forMs: 1 }, { peer: 'in-swarm' }),
    entry('peer-put-out', { name: 'b', forMs: 1 }, { peer: 'stranger' }),
  ]
  const swarm = new Map([['in-swarm', {} as SwarmPeer]])
  expect(logOf(log, 'here', swarm, 'all')).toEqual([log[0], log[2]])
  expect(logOf(log, 'here', swarm, 'problems')).toEqual([log[2]])
  for (const kind of LOG_KINDS) expect(LOG_GROUPS).toContain(groupOf(kind))
})
