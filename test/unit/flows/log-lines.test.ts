/** What the event log and troubles tell: every kind with its facts as the specification lists them, and in English. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ManifestError } from '../../../main/engine/content/manifest-error.ts'
import { GoodbyeCode } from '../../../main/engine/exchange/exchange.pb.js'
import { Departures } from '../../../main/engine/flows/departures.ts'
import { leaveReason } from '../../../main/engine/flows/leave-reason.ts'
import * as lines from '../../../main/engine/flows/log-lines.ts'
import { sourceTrouble } from '../../../main/engine/flows/source-trouble.ts'
import { troubleOf } from '../../../main/engine/flows/trouble.ts'
import { destinationError, StoreError, sourceChanged, sourceError } from '../../../main/engine/store/errors.ts'
import { ShoalError } from '../../../shared/contract/errors.ts'
import { LOG_KINDS } from '../../../shared/contract/log-facts.ts'
import { TroubleCode } from '../../../shared/contract/model.ts'

const name = 'Quiet Heron'
const done = { files: 2, bytes: 12_300_000, durationMs: 65_000, peers: 3 }

/** Every line that there is, each sentence of it once. */
const EVERY: readonly (readonly [lines.Line, string])[] = [
  [lines.peerJoined(name), 'Quiet Heron joined.'],
  [lines.peerReturned(name, 12_000), 'Quiet Heron is here again after 12 s.'],
  [lines.peerLeft(name, 'shutting-down'), 'Quiet Heron left: it is shutting down.'],
  [lines.peerLeft(name, 'connection-lost'), 'Quiet Heron left: the connection was lost.'],
  [lines.peerLeft(name, 'connection-lost', 'ECONNRESET'), 'Quiet Heron left: the connection was lost (ECONNRESET).'],
  [
    lines.peerLeft(name, 'broke-rules', 'a second Open'),
    'Quiet Heron left: it broke a rule of the protocol (a second Open).',
  ],
  [lines.peerSuspect(name, 'silence'), 'Quiet Heron says nothing; it is suspected to be gone.'],
  [
    lines.peerSuspect(name, 'stall'),
    'Quiet Heron answers, but delivers nothing of what it was asked for; it is asked for no more until it does.',
  ],
  [lines.peerBack(name), 'Quiet Heron is back.'],
  [lines.peerGone(name), 'Quiet Heron said nothing for too long; it is taken as gone.'],
  [
    lines.peerBanned({ name, cause: 'wrong-chunks', chunks: 3 }),
    'Quiet Heron is banned from this share: it delivered 3 chunks with wrong bytes.',
  ],
  [
    lines.peerBanned({ name, cause: 'wrong-nodes', detail: 'hash-mismatch' }),
    'Quiet Heron is banned from this share: it delivered wrong DAG nodes (hash-mismatch).',
  ],
  [lines.peerPutOut(name, 60_000), 'Quiet Heron broke the protocol too often and is refused for 1 min.'],
  [lines.shareAdded('link'), 'A link was opened.'],
  [lines.shareAdded('path'), 'A path was shared.'],
  [lines.shareRemoved(true), 'Removed, with what was downloaded.'],
  [lines.shareRemoved(false), 'Removed from the list.'],
  [lines.sharePaused(), 'Paused.'],
  [lines.shareResumed(), 'Resumed.'],
  [
    lines.manifestReceived({ files: 1, chunks: 7, bytes: 999 }),
    'What the share contains is known and valid: 1 file, 999 B.',
  ],
  [lines.downloadStarted({ files: 2, bytes: 5_000 }), 'Fetching 2 files, 5.00 kB.'],
  [
    lines.downloadResumed({ chunks: 3, chunkCount: 9, bytes: 3_000_000, lost: 0 }),
    'Goes on with 3 of 9 chunks (3.00 MB) kept.',
  ],
  [
    lines.downloadResumed({ chunks: 3, chunkCount: 9, bytes: 0, lost: 1 }),
    'Goes on with 3 of 9 chunks (0 B) kept; 1 chunk that had been written is not there any more.',
  ],
  [
    lines.downloadResumed({ chunks: 3, chunkCount: 9, bytes: 0, lost: 2 }),
    'Goes on with 3 of 9 chunks (0 B) kept; 2 chunks that had been written are not there any more.',
  ],
  [lines.downloadComplete(true, done), 'Everything is here and verified: 12.3 MB in 1 min 5 s from 3 peers.'],
  [
    lines.downloadComplete(false, { ...done, peers: 0 }),
    'All selected files are here and verified: 12.3 MB in 1 min 5 s.',
  ],
  [lines.chunksReassigned({ name, chunks: 1, cause: 'left' }), '1 chunk asked of Quiet Heron is asked elsewhere.'],
  [lines.chunksReassigned({ name, chunks: 4, cause: 'left' }), '4 chunks asked of Quiet Heron are asked elsewhere.'],
  [
    lines.chunksReassigned({ name, chunks: 4, cause: 'suspect' }),
    '4 chunks asked of Quiet Heron may be asked elsewhere.',
  ],
  [
    lines.chunkCorrupt({ name, chunk: 5, times: 1, limit: 3 }),
    'Chunk 5 came from Quiet Heron with wrong bytes and was thrown away (1 of 3 before a ban).',
  ],
  [lines.troubleBegan({ code: 'no-sources', message: 'Nobody.', sinceAt: 1, facts: { known: 0 } }), 'Nobody.'],
  [lines.troubleOver('no-sources'), 'The trouble is over.'],
  [lines.announced({ route: 'lan-dht', peers: 1 }), 'Announced on the LAN to one peer.'],
  [lines.announced({ route: 'internet-dht', peers: 4 }), 'Announced on the internet to 4 peers.'],
  [lines.announceFailed('lan-dht'), 'No peer on the LAN took the announcement. It is tried again.'],
]

/** Facts per kind (or code) as the tables of docs/SPEC.md list them; a question mark: not always. */
function listed(heading: string): Map<string, { always: string[]; sometimes: string[] }> {
  const spec = readFileSync(new URL('../../../docs/SPEC.md', import.meta.url), 'utf8')
  const table = spec.slice(spec.indexOf(heading)).split('\n\n')[0] ?? ''
  const rows = table.split('\n').slice(2)
  return new Map(
    rows.map((row) => {
      const [, key = '', facts = ''] = row.split('|')
      const all = [...facts.matchAll(/`(\w+)`(\?)?/g)]
      const named = (optional: boolean) =>
        all.filter(([, , mark]) => (mark === '?') === optional).map(([, fact = '']) => fact)
      return [key.replaceAll('`', '').trim(), { always: named(false), sometimes: named(true) }]
    }),
  )
}

function expectListed(row: { always: string[]; sometimes: string[] } | undefined, facts: object, what: string): void {
  const keys = Object.keys(facts)
  const known = [...(row?.always ?? []), ...(row?.sometimes ?? [])]
  expect(
    keys.filter((key) => !known.includes(key)),
    `${what}: facts that are not in the table`,
  ).toEqual([])
  expect(
    (row?.always ?? []).filter((key) => !keys.includes(key)),
    `${what}: facts that are missing`,
  ).toEqual([])
}

describe('[FL15] lines of the event log', () => {
  test.for(EVERY)('%o', ([line, text]) => {
    expect(line.text).toBe(text)
  })

  test('every kind has a line here, and the facts that the specification lists', () => {
    const table = listed('| kind | facts | says |')
    expect([...table.keys()].sort()).toEqual([...LOG_KINDS].sort())
    expect([...new Set(EVERY.map(([{ kind }]) => kind))].sort()).toEqual([...LOG_KINDS].sort())
    for (const [{ kind, facts }] of EVERY) if (kind !== 'trouble') expectListed(table.get(kind), facts, kind)
    for (const [kind, { sometimes }] of table) {
      const all = EVERY.filter(([line]) => line.kind === kind).flatMap(([line]) => Object.keys(line.facts))
      expect(
        sometimes.filter((fact) => !all.includes(fact)),
        `${kind}: facts that no line has`,
      ).toEqual([])
    }
  })

  test('kind and facts determine the sentence', () => {
    const sentences = new Map(EVERY.map(([line, text]) => [JSON.stringify([line.kind, line.facts]), text]))
    expect(sentences.size).toBe(EVERY.length)
  })

  test.for([
    [{ reason: 'goodbye', code: GoodbyeCode.SHUTTING_DOWN, text: 'x' }, { reason: 'shutting-down' }],
    [{ reason: 'goodbye', code: GoodbyeCode.SHARE_REMOVED, text: '' }, { reason: 'removed' }],
    [{ reason: 'goodbye', code: GoodbyeCode.UNKNOWN_SHARE, text: '' }, { reason: 'unknown-share' }],
    [{ reason: 'goodbye', code: GoodbyeCode.TOO_BUSY, text: '' }, { reason: 'too-busy' }],
    [{ reason: 'goodbye', code: GoodbyeCode.BANNED, text: '' }, { reason: 'banned-us' }],
    [{ reason: 'goodbye', code: GoodbyeCode.PROTOCOL_ERROR, text: '' }, { reason: 'accused-us' }],
    [{ reason: 'goodbye', code: GoodbyeCode.NOT_NEEDED, text: '' }, { reason: 'not-needed' }],
    [{ reason: 'goodbye', code: GoodbyeCode.DUPLICATE, text: '' }, { reason: 'duplicate' }],
    [{ reason: 'goodbye', code: GoodbyeCode.GOODBYE_UNSPECIFIED, text: '' }, { reason: 'goodbye' }],
    [{ reason: 'closed-by-us' }, { reason: 'closed-by-us' }],
    [
      { reason: 'connection-lost', message: 'reset' },
      { reason: 'connection-lost', detail: 'reset' },
    ],
    [
      { reason: 'protocol-error', message: 'flood' },
      { reason: 'broke-rules', detail: 'flood' },
    ],
  ] as const)('a session that ended with %o', ([end, expected]) => {
    expect(leaveReason(end)).toEqual(expected)
  })

  test('a peer is back after it left, once; of too many the first to leave is forgotten', () => {
    const departures = new Departures()
    expect(departures.returned('a', 5)).toBeUndefined()
    departures.left('a', 10)
    expect(departures.returned('a', 25)).toBe(15)
    expect(departures.returned('a', 30)).toBeUndefined()
    for (let index = 0; index < 501; index++) departures.left(`peer ${index}`, index)
    expect(departures.returned('peer 0', 600)).toBeUndefined()
    expect(departures.returned('peer 1', 600)).toBe(599)
  })
})

const system = (code: string) => Object.assign(new Error(code), { code })
const TROUBLES: readonly (readonly [string, { code: string; facts?: object | undefined } | undefined, object])[] = [
  [
    'nobody known',
    sourceTrouble(
      { waits: true, openSessions: 0, hasManifest: false, sinceMs: 0, knownSources: 4, relayedSources: 0 },
      1e6,
    ),
    { known: 4 },
  ],
  [
    'no manifest',
    sourceTrouble(
      { waits: true, openSessions: 2, hasManifest: false, sinceMs: 0, knownSources: 4, relayedSources: 0 },
      1e6,
    ),
    { peers: 2 },
  ],
  [
    'a full disk',
    troubleOf(destinationError(system('ENOSPC'), '/d'), 1),
    { cause: 'full', path: '/d', system: 'ENOSPC' },
  ],
  [
    'no room',
    troubleOf(new StoreError('disk-full', 'x', { path: '/d', cause: 'room', freeBytes: 1, neededBytes: 2 }), 1),
    { cause: 'room', path: '/d', freeBytes: 1, neededBytes: 2 },
  ],
  ["the profile's disk is full", troubleOf(new ShoalError('DISK_FULL', 'x'), 1), { cause: 'profile' }],
  [
    'a folder that is gone',
    troubleOf(destinationError(system('ENOENT'), '/d'), 1),
    { cause: 'gone', path: '/d', system: 'ENOENT' },
  ],
  ['read only', troubleOf(destinationError(system('EROFS'), '/d'), 1), { path: '/d', system: 'EROFS' }],
  [
    'a failing drive',
    troubleOf(destinationError(system('EIO'), '/d', [1, 2]), 1),
    { cause: 'system', path: '/d', system: 'EIO' },
  ],
  ["the profile's database", troubleOf(new ShoalError('IO', 'broken'), 1), { cause: 'profile', detail: 'broken' }],
  [
    'all names taken',
    troubleOf(new StoreError('name-taken', 'x', { path: '/d/x' }), 1),
    { cause: 'all-numbers', path: '/d/x' },
  ],
  [
    'a changed file',
    troubleOf(sourceChanged('a/b', { cause: 'size', text: 'x', nowBytes: 1, wasBytes: 2 }), 1),
    { cause: 'size', path: 'a/b', others: 0, nowBytes: 1, wasBytes: 2 },
  ],
  ['a link in its place', troubleOf(sourceError(system('ELOOP'), 'a'), 1), { cause: 'symlink', path: 'a', others: 0 }],
  ['a missing file', troubleOf(sourceError(system('ENOENT'), 'a'), 1), { path: 'a', others: 0 }],
  ['an unreadable file', troubleOf(sourceError(system('EACCES'), 'a'), 1), { path: 'a', others: 0, system: 'EACCES' }],
  [
    'refused content',
    troubleOf(new ManifestError('depth', 'too deep'), 1),
    { cause: 'broken-rule', rule: 'depth', detail: 'too deep' },
  ],
]

describe('[FL16] facts of troubles', () => {
  const table = listed('| trouble | facts | causes |')

  test.for(TROUBLES)('%s', ([what, trouble, facts]) => {
    expect(trouble?.facts).toEqual(facts)
    expectListed(table.get(trouble?.code ?? ''), trouble?.facts ?? {}, what)
  })

  test('every code is in the table and above', () => {
    expect([...table.keys()].sort()).toEqual([...TroubleCode.options].sort())
    expect([...new Set(TROUBLES.map(([, trouble]) => trouble?.code))].sort()).toEqual([...TroubleCode.options].sort())
  })

  test('the words of a cause in the store are those of the table', () => {
    const sources = [
      'disk-space',
      'errors',
      'facts',
      'finish',
      'open-partial',
      'partial-files',
      'partial-tree',
      'shared-files',
    ]
    const words = sources.flatMap((file) => {
      const text = readFileSync(new URL(`../../../main/engine/store/${file}.ts`, import.meta.url), 'utf8')
      return [...text.matchAll(/cause: '([a-z-]+)'/g)].map(([, word = '']) => word)
    })
    const spec = readFileSync(new URL('../../../docs/SPEC.md', import.meta.url), 'utf8')
    const known = spec.slice(spec.indexOf('| trouble | facts | causes |')).split('\n\n')[0] ?? ''
    expect(words.length).toBeGreaterThan(10)
    expect(words.filter((word) => !known.includes(`\`${word}\``))).toEqual([])
  })
})
