/** The small parts of the flows, each alone: turns, importance, counting, addresses, what is said and when. */
import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, test } from 'vitest'
import { Bitfield } from '../../../main/engine/content/bitfield.ts'
import type { Manifest } from '../../../main/engine/content/manifest.ts'
import { peerIn, usefulTo } from '../../../main/engine/flows/addresses.ts'
import { AnnouncementLog } from '../../../main/engine/flows/announcement-log.ts'
import { RetryPauses } from '../../../main/engine/flows/await-destination.ts'
import { fitConnection } from '../../../main/engine/flows/direct-connection.ts'
import { HaveBytes } from '../../../main/engine/flows/have-bytes.ts'
import { Importance } from '../../../main/engine/flows/importance.ts'
import { OneAtATime } from '../../../main/engine/flows/one-at-a-time.ts'
import { ownAddresses } from '../../../main/engine/flows/own-addresses.ts'
import { seenAt } from '../../../main/engine/flows/seen-at.ts'
import { type SourceFacts, sourceTrouble } from '../../../main/engine/flows/source-trouble.ts'
import { speedOf } from '../../../main/engine/flows/speed.ts'
import { isBlocking, troubleOf } from '../../../main/engine/flows/trouble.ts'
import { unlessCancelled } from '../../../main/engine/flows/wait.ts'
import { StoreError } from '../../../main/engine/store/errors.ts'
import { RateMeter } from '../../../main/engine/swarm/rate-meter.ts'
import { ShoalError } from '../../../shared/contract/errors.ts'
import type { Announcement } from '../../../shared/contract/model.ts'
import { VirtualClock } from '../routing/virtual-clock.ts'

describe('[FL1] turns', () => {
  test('jobs of one key follow each other, also after one that failed; those of another do not wait', async () => {
    const turns = new OneAtATime()
    const done: string[] = []
    const gate = Promise.withResolvers<void>()
    const first = turns.run('a', async () => {
      await gate.promise
      done.push('a1')
      throw new Error('a1')
    })
    const second = turns.run('a', async () => done.push('a2'))
    await turns.run('b', async () => done.push('b'))
    expect(done).toEqual(['b'])
    gate.resolve()
    await expect(first).rejects.toThrow('a1')
    await second
    expect(done).toEqual(['b', 'a1', 'a2'])
    await turns.idle()
  })

  test('a job that is cancelled while it waits is answered at once and never done; those behind it go on', async () => {
    const turns = new OneAtATime()
    const done: string[] = []
    const gate = Promise.withResolvers<void>()
    const first = turns.run('a', () => gate.promise)
    const stop = new AbortController()
    const second = turns.run('a', async () => done.push('cancelled'), stop.signal)
    const third = turns.run('a', async () => done.push('behind'), new AbortController().signal)
    stop.abort()
    await expect(second).rejects.toMatchObject({ code: 'CANCELLED' })
    gate.resolve()
    await Promise.all([first, third])
    expect(done).toEqual(['behind'])
    await expect(turns.run('a', async () => done.push('late'), AbortSignal.abort())).rejects.toThrow('Cancelled')
    await turns.idle()
    expect(done).toEqual(['behind'])
  })

  test('a job that has begun is carried to its end, and answers', async () => {
    const turns = new OneAtATime()
    const stop = new AbortController()
    const gate = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    const job = async () => {
      begun.resolve()
      await gate.promise
      return 'whole'
    }
    const result = turns.run('a', job, stop.signal)
    await begun.promise
    stop.abort()
    gate.resolve()
    expect(await result).toBe('whole')
  })

  test('who only looks is let go in the middle', async () => {
    const stop = new AbortController()
    const looking = unlessCancelled(new Promise(() => {}), stop.signal)
    stop.abort()
    await expect(looking).rejects.toMatchObject({ code: 'CANCELLED' })
    await expect(unlessCancelled(Promise.resolve(1), AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(await unlessCancelled(Promise.resolve(1), new AbortController().signal)).toBe(1)
  })

  test('nothing is kept of keys that are idle', async () => {
    const turns = new OneAtATime()
    for (let index = 0; index < 1_000; index++) void turns.run(`key ${index}`, async () => index)
    await turns.idle()
    await new Promise<void>((resolve) => setImmediate(resolve))
    expect(turns.size).toBe(0)
  })
})

const PEER = '12D3KooWF3SNfpd2nnybLNjesrhZpFhNZWy6KKyzEJbM4n7BoUab'

describe('[NE61] importance', () => {
  test('lasts as long as one of those who need the peer does', () => {
    const told: boolean[] = []
    const importance = new Importance({ setImportant: (_peer, important) => told.push(important) })
    const [one, two] = [{}, {}]
    importance.need(PEER, one)
    importance.need(PEER, two)
    importance.release(PEER, one)
    importance.release(PEER, one)
    expect(told).toEqual([true, true])
    importance.release(PEER, two)
    expect(told).toEqual([true, true, false])
  })
})

describe('bytes that are there', () => {
  test('counted as they come are the same as counted anew, seed 7', () => {
    const lengths = [1_000, 1_000, 10, 700, 5, 1_000, 3]
    const files = [
      { path: 'a', sizeBytes: 2_010, firstChunk: 0, chunkCount: 3 },
      { path: 'b', sizeBytes: 0, firstChunk: 3, chunkCount: 0 },
      { path: 'c', sizeBytes: 705, firstChunk: 3, chunkCount: 2 },
      { path: 'd', sizeBytes: 1_003, firstChunk: 5, chunkCount: 2 },
    ]
    const totalBytes = lengths.reduce((sum, length) => sum + length, 0)
    const manifest = { files, totalBytes, chunkLength: (index: number) => lengths[index] ?? 0 } as unknown as Manifest
    const counted = new HaveBytes()
    const have = new Bitfield(lengths.length)
    let random = 7
    const next = () => {
      random = (random * 1_103_515_245 + 12_345) % 2 ** 31
      return random % lengths.length
    }
    for (let step = 0; step < 200; step++) {
      const index = next()
      if (have.has(index)) have.clear(index)
      else {
        have.set(index)
        counted.gained(manifest, have, index)
      }
      let expected = 0
      have.forEachSet((chunk) => {
        expected += lengths[chunk] ?? 0
      })
      expect(counted.of(manifest, have)).toBe(expected)
    }
  })
})

describe('[FL8] addresses that are told of a peer', () => {
  const loopback = multiaddr('/ip4/127.0.0.1/tcp/1')
  const lan = multiaddr('/ip4/192.168.1.5/tcp/1')
  const internet = multiaddr('/ip4/8.8.8.8/tcp/1')
  const relay = multiaddr(`/ip4/8.8.8.8/tcp/1/p2p/${PEER}/p2p-circuit`)
  const all = [loopback, lan, internet, relay]
  test.for([
    ['one on this machine', loopback, all],
    ['one on the LAN', lan, [lan, internet, relay]],
    ['one on the internet', internet, [internet, relay]],
    ['one behind a relay', relay, [internet, relay]],
  ] as const)('%s: only those that lead there from where it is', ([, listener, expected]) => {
    expect(usefulTo(listener, all).map(String)).toEqual(expected.map(String))
  })

  test('the peer of a relayed address is the last one', () => {
    const other = '12D3KooWQ2mJkJmNf7gvCN2cJgZ9Jt7nJjNWWkqP5mJkGqvSXhQy'
    expect(peerIn(multiaddr(`/ip4/8.8.8.8/tcp/1/p2p/${PEER}/p2p-circuit/p2p/${other}`))).toBe(other)
    expect(peerIn(loopback)).toBeUndefined()
  })
})

describe('[FL6] nobody has it, or nobody says what it is', () => {
  const facts: SourceFacts = {
    waits: true,
    openSessions: 0,
    hasManifest: false,
    sinceMs: 0,
    knownSources: 0,
    relayedSources: 0,
  }
  test.for([
    ['alone for a moment', {}, 9_999, undefined],
    ['alone, nobody known', {}, 10_000, 'no-sources'],
    ['alone, with the manifest', { hasManifest: true }, 10_000, 'no-sources'],
    ['alone, but paused, stopped or waiting for the user', { waits: false }, 1e9, undefined],
    ['peers there, the manifest may still come', { openSessions: 1 }, 19_999, undefined],
    ['peers there, no manifest', { openSessions: 1 }, 20_000, 'no-manifest'],
    ['peers there, chunks rare', { openSessions: 1, hasManifest: true }, 1e9, undefined],
  ] as const)('%s', ([, change, nowMs, code]) => {
    expect(sourceTrouble({ ...facts, ...change }, nowMs)?.code).toBe(code)
  })

  test('says how many are known', () => {
    const text = (knownSources: number) => sourceTrouble({ ...facts, knownSources }, 10_000)?.message
    expect(text(0)).toMatch(/^Nobody who has this was found/)
    expect(text(1)).toMatch(/^One possible source is known/)
    expect(text(7)).toMatch(/^7 possible sources are known/)
  })

  test('[NE103] says that only a relay leads to who has it, and what would help', () => {
    const told = (relayedSources: number) => sourceTrouble({ ...facts, knownSources: 3, relayedSources }, 10_000)
    expect(told(1)?.message).toMatch(/^One source is reached only through a relay.*UPnP/)
    expect(told(2)?.message).toMatch(/^2 sources are reached only through a relay/)
    expect([told(2)?.code, told(2)?.facts]).toEqual(['no-sources', { known: 3, relayed: 2 }])
  })
})

describe('the event log of announcements', () => {
  const at = (state: Announcement['state'], peers = 0): Announcement[] => [{ route: 'lan-dht', state, peers }]
  test('the first success, the first failure, a success after it; the rest is routine', () => {
    const log = new AnnouncementLog()
    const kinds = (announcements: Announcement[]) => log.news('root', announcements).map((line) => line.kind)
    expect(kinds(at('waiting'))).toEqual([])
    expect(kinds(at('announced', 3))).toEqual(['announced'])
    expect(kinds(at('announced', 4))).toEqual([])
    expect(kinds(at('running', 4))).toEqual([])
    expect(kinds(at('failed'))).toEqual(['announce-failed'])
    expect(kinds(at('failed'))).toEqual([])
    expect(log.news('root', at('announced', 1))).toEqual([
      { kind: 'announced', facts: { route: 'lan-dht', peers: 1 }, text: 'Announced on the LAN to one peer.' },
    ])
    log.forget('root')
    expect(kinds(at('announced', 3))).toEqual(['announced'])
  })
})

describe('[FL5] pauses between attempts', () => {
  test('double while the same thing happens and nothing arrives, up to 30 s', () => {
    const pauses = new RetryPauses()
    const row = Array.from({ length: 7 }, () => pauses.next('destination-io', 5))
    expect(row).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
    expect(pauses.next('destination-io', 6)).toBe(1_000)
    expect(pauses.next('disk-full', 6)).toBe(1_000)
  })

  test.for([
    [new StoreError('disk-full', 'full', { path: '/x' }), 'disk-full', true],
    [new StoreError('name-taken', 'taken', { path: '/x' }), 'name-taken', true],
    [new StoreError('source-missing', 'gone', { path: 'x' }), 'source-missing', false],
    [new ShoalError('DISK_FULL', 'The disk that holds the profile is full.'), 'disk-full', true],
    [new ShoalError('IO', "The profile's database failed."), 'destination-io', true],
  ] as const)('%s is the trouble %s; does it stop a download: %s', ([error, code, blocking]) => {
    const trouble = troubleOf(error, 1)
    expect(trouble?.code).toBe(code)
    expect(trouble !== undefined && isBlocking(trouble)).toBe(blocking)
  })

  test('an error of ours is no trouble of the user', () => {
    expect(troubleOf(new TypeError('x'), 1)).toBeUndefined()
    expect(troubleOf(new ShoalError('NOT_FOUND', 'x'), 1)).toBeUndefined()
  })
})

describe('the connection for an exchange', () => {
  const open = { status: 'open' } as const
  const relayed = { ...open, limits: { seconds: 120 } }
  const cases: [string, Parameters<typeof fitConnection>[0], { status: 'open' } | undefined][] = [
    ['none', [], undefined],
    ['one', [open], open],
    ['a direct one rather than a relayed one that came first', [relayed, open], open],
    ['none that is relayed only', [relayed], undefined],
    ['none that is closing', [{ status: 'closing' }], undefined],
  ]
  test.for(cases)('%s', ([, connections, expected]) => {
    expect(fitConnection(connections)).toBe(expected)
  })
})

describe('numbers that are shown', () => {
  test('a speed is a whole number, and nothing after 5 s of rest', () => {
    const meter = new RateMeter()
    meter.add(1_000_000, 0)
    meter.add(1_000_000, 1_000)
    const moving = speedOf(meter, 1_000)
    expect(Number.isInteger(moving)).toBe(true)
    expect(moving).toBeGreaterThan(500_000)
    expect(speedOf(meter, 5_900)).toBeGreaterThan(0)
    expect(speedOf(meter, 6_000)).toBe(0)
    meter.add(1_000, 7_000)
    expect(speedOf(meter, 7_000)).toBeGreaterThan(0)
  })

  test('when somebody was heard is told to the second', () => {
    expect(seenAt(400, 1_700_000_001_399)).toBe(1_700_000_000_000)
    expect(seenAt(399, 1_700_000_001_399)).toBe(1_700_000_001_000)
  })

  test('our addresses are read once a second, and until there are any', async () => {
    const clock = new VirtualClock()
    let reads = 0
    const answers = [[], ['/a'], ['/b']]
    const own = ownAddresses(clock, () => answers[Math.min(reads++, 2)] ?? [])
    expect(own()).toEqual([])
    expect(own()).toEqual(['/a'])
    expect(own()).toEqual(['/a'])
    await clock.advance(1_000)
    expect(own()).toEqual(['/b'])
  })
})
