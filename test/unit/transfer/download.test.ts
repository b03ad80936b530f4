/** The download as scenario tables: facts in, wants and cancels out; and its sums against a naive recount. */
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { Bitfield } from '../../../main/engine/content/bitfield.ts'
import { Download, type Plan } from '../../../main/engine/transfer/download.ts'
import { seeded } from '../../sim/support/virtual-clock.ts'

const MIB = 1024 * 1024
let nowMs: number
let download: Download

function make(chunkCount: number, chunkBytes = MIB, seed = 1): Download {
  return new Download({ chunkCount, chunkLength: () => chunkBytes, random: seeded(seed) }, new Bitfield(chunkCount))
}

beforeEach(() => {
  nowMs = 0
  download = make(12)
  download.want(Array(12).keys(), nowMs)
  download.start()
})

function join(key: string, have: 'all' | number[] = 'all', chunks = 12): void {
  download.addPeer(key)
  const field = new Bitfield(chunks)
  if (have !== 'all') for (const index of have) field.set(index)
  download.peerHas(key, have === 'all' ? 'all' : field)
  download.choke(key, false, nowMs)
}

const wants = (plan: Plan) => plan.wants.map(({ index }) => index)
const fill = (key: string) => download.fill(key, nowMs)

function bring(key: string, index: number): void {
  download.progress(key, index, MIB, nowMs)
  download.receivedWhole(key, index, nowMs)
  download.verified(key, index)
}

/** The peer delivers what is asked of it at a steady rate for `ms`. */
function work(key: string, bytesPerSecond: number, ms: number): void {
  let budget = 0
  for (const endMs = nowMs + ms; nowMs < endMs; nowMs += 10) {
    fill(key)
    budget += bytesPerSecond / 100
    for (const [index, request] of [...(download.peer(key)?.requests ?? [])]) {
      const part = Math.min(budget, MIB - request.receivedBytes)
      if (part <= 0) break
      budget -= part
      download.progress(key, index, part, nowMs)
      if (request.receivedBytes >= MIB) {
        download.receivedWhole(key, index, nowMs)
        download.verified(key, index)
      }
    }
  }
}

describe('asking', () => {
  it('[TR3] the first window of an unknown peer, and no more until something comes', () => {
    join('a')
    expect(wants(fill('a'))).toHaveLength(4)
    expect(wants(fill('a'))).toHaveLength(0)
  })

  it('[TR4] no chunk of two peers while there are others', () => {
    join('a')
    join('b')
    join('c')
    const all = [...wants(fill('a')), ...wants(fill('b')), ...wants(fill('c'))]
    expect(new Set(all).size).toBe(12)
  })

  it.each<[string, () => void]>([
    ['choked', () => download.choke('a', true, nowMs)],
    ['suspect', () => download.suspect('a', true)],
    ['gone', () => download.removePeer('a', nowMs)],
    ['of no use', () => download.peerHas('a', new Bitfield(12))],
    ['not wanted: paused', () => download.stop(nowMs)],
    ['not wanted: nothing selected', () => download.want([], nowMs)],
  ])('nothing of a peer that is %s', (_, happen) => {
    join('a')
    happen()
    expect(fill('a')).toEqual({ wants: [], cancels: [] })
  })

  it('[TR1] the rarest first: what only one of three has', () => {
    join('a', [0, 1, 2, 3, 4, 5, 6, 7, 8])
    join('b', [0, 1, 2, 3])
    join('c', [0, 1, 2, 3, 4, 5, 6])
    expect(wants(fill('a')).slice(0, 2).toSorted()).toEqual([7, 8])
  })

  it('[TR7] within an allowance: one chunk may exceed it', () => {
    join('a')
    expect(wants(download.fill('a', nowMs, 1))).toHaveLength(1)
    expect(wants(download.fill('a', nowMs, MIB + 1))).toHaveLength(2)
    expect(wants(download.fill('a', nowMs, 0))).toHaveLength(0)
  })

  it('[TR8] only what is wanted; what is no longer wanted is cancelled; what is wanted again is asked again', () => {
    download.want([3, 4], nowMs)
    join('a')
    expect(wants(fill('a')).toSorted()).toEqual([3, 4])
    expect(download.want([4, 5], nowMs)).toEqual([{ peer: 'a', index: 3 }])
    expect(download.missing).toBe(2)
    expect(wants(fill('a'))).toEqual([5])
    download.want([3, 4, 5], nowMs)
    expect(wants(fill('a'))).toEqual([3])
  })

  it('[TR8] pausing cancels everything, resuming asks again', () => {
    join('a')
    const asked = wants(fill('a'))
    const cancels = download.stop(nowMs)
    expect(cancels.map(({ index }) => index).toSorted()).toEqual(asked.toSorted())
    download.start()
    expect(wants(fill('a'))).toHaveLength(4)
  })

  it('[TR9] what is held is not asked for, and completes the download', () => {
    const have = Bitfield.full(12)
    have.clear(7)
    download = new Download({ chunkCount: 12, chunkLength: () => MIB, random: seeded(1) }, have)
    download.want(Array(12).keys(), nowMs)
    download.start()
    join('a')
    expect(wants(fill('a'))).toEqual([7])
    bring('a', 7)
    expect([download.isComplete, download.missing]).toEqual([true, 0])
  })
})

describe('what goes wrong', () => {
  it.each<[string, (key: string) => unknown]>([
    ['leaves', (key) => download.removePeer(key, nowMs)],
    ['chokes us', (key) => download.choke(key, true, nowMs)],
    ['falls silent', (key) => download.suspect(key, true)],
    ['is tried again later', (key) => download.takeBack(key, nowMs)],
  ])('[TR4] a peer that %s: its chunks are the first that the next one is asked for', (_, happen) => {
    download = make(1_000)
    download.want(Array(1_000).keys(), nowMs)
    download.start()
    join('a', 'all', 1_000)
    const lost = wants(fill('a'))
    happen('a')
    join('b', 'all', 1_000)
    expect(wants(fill('b'))).toEqual(lost)
  })

  it('[LV3] a suspect that delivers first wins: the other is told', () => {
    join('a')
    const [index = -1] = wants(fill('a'))
    download.suspect('a', true)
    join('b')
    expect(wants(fill('b'))).toContain(index)
    expect(download.askedOf(index)).toEqual(['a', 'b'])
    expect(download.receivedWhole('a', index, nowMs)).toEqual([{ peer: 'b', index }])
  })

  it('[LV3] a suspect that is heard again in time keeps what was not asked elsewhere', () => {
    join('a')
    const asked = wants(fill('a'))
    download.suspect('a', true)
    download.suspect('a', false)
    join('b')
    expect(wants(fill('b')).some((index) => asked.includes(index))).toBe(false)
  })

  it('[LV3] all suspect and gone: no chunk is lost or asked of two', () => {
    for (const key of ['a', 'b', 'c']) join(key)
    for (const key of ['a', 'b', 'c']) fill(key)
    for (const key of ['a', 'b', 'c']) download.suspect(key, true)
    for (const key of ['a', 'b', 'c']) download.removePeer(key, nowMs)
    for (const key of ['d', 'e', 'f']) join(key)
    const again = ['d', 'e', 'f'].flatMap((key) => wants(fill(key)))
    expect(again.toSorted((x, y) => x - y)).toEqual([...Array(12).keys()])
  })

  it('[TR6] refused: asked elsewhere, and not of this peer again for 5 s', () => {
    download.want([0], nowMs)
    join('a')
    fill('a')
    download.refused('a', 0, nowMs)
    expect(wants(fill('a'))).toEqual([])
    nowMs = 5_000
    expect(wants(fill('a'))).toEqual([0])
    download.refused('a', 0, nowMs)
    join('b')
    expect(wants(fill('b'))).toEqual([0])
  })

  it('[TR6] a peer that claims everything and holds nothing is found out chunk by chunk, and asked no more', () => {
    join('liar')
    for (let round = 0; round < 20; round++) {
      for (const index of wants(fill('liar'))) download.refused('liar', index, nowMs, { held: false })
      nowMs += 1_000
    }
    expect(download.isInterestedIn('liar')).toBe(false)
    expect(download.copies(0)).toBe(0)
  })

  it('[LV6] the only source, tried again, is asked again for what it was asked before', () => {
    download.want([0], nowMs)
    join('a')
    fill('a')
    download.suspect('a', true)
    fill('a')
    download.suspect('a', false)
    download.suspect('a', true)
    join('b', [])
    download.peerGained('a', 0)
    nowMs = 3_000
    download.takeBack('a', nowMs)
    download.suspect('a', false)
    expect(wants(fill('a'))).toEqual([0])
  })

  it('[LV6] a peer for which nothing was left to pick picks again what it gives back', () => {
    download.want([0], nowMs)
    join('a')
    fill('a')
    download.suspect('a', true)
    join('b')
    fill('b')
    download.suspect('b', true)
    for (const key of ['a', 'b']) download.suspect(key, false)
    fill('a')
    for (const key of ['a', 'b']) download.takeBack(key, nowMs)
    expect(wants(fill('a'))).toEqual([0])
  })

  it('[TR10] wrong bytes: missing again, counted against the peer', () => {
    join('a')
    const [index = -1] = wants(fill('a'))
    download.receivedWhole('a', index, nowMs)
    download.discarded('a', index, true)
    expect([download.peer('a')?.badChunks, download.missing]).toEqual([1, 12])
    download.want([index], nowMs)
    join('b')
    expect(wants(fill('b'))).toEqual([index])
  })

  it('[TR9] while a chunk is verified and written it is asked of nobody', () => {
    download.want([0], nowMs)
    join('a')
    fill('a')
    download.receivedWhole('a', 0, nowMs)
    download.removePeer('a', nowMs)
    join('b')
    expect(wants(fill('b'))).toEqual([])
    download.discarded('a', 0, false)
    expect(wants(fill('b'))).toEqual([0])
  })
})

/** It has brought 20 MB/s before. */
function prove(key: string): void {
  const state = download.peer(key)
  for (let atMs = nowMs - 2_000; atMs < nowMs; atMs += 50) {
    state?.ask(99, MIB, atMs)
    download.progress(key, 99, MIB, atMs + 50)
    state?.unask(99, MIB, atMs + 50)
  }
}

describe('endgame', () => {
  beforeEach(() => {
    download = make(8)
    download.want(Array(8).keys(), nowMs)
    download.start()
  })

  it('[TR5] an idle fast peer takes over what would arrive much later: moved where not begun', () => {
    join('slow', 'all', 8)
    const asked = wants(fill('slow'))
    download.want(asked, nowMs)
    nowMs = 1_000
    download.progress('slow', asked[0] ?? 0, 10_000, nowMs)
    join('fast', 'all', 8)
    prove('fast')
    const plan = fill('fast')
    expect(wants(plan).toSorted()).toEqual(asked.toSorted())
    expect(plan.cancels.map(({ index }) => index).toSorted()).toEqual(asked.slice(1).toSorted())
    expect(download.askedOf(asked[0] ?? 0), 'what is begun is asked twice').toEqual(['slow', 'fast'])
  })

  it('[TR5] leaves alone what arrives about as soon where it is', () => {
    join('a', 'all', 8)
    work('a', 20e6, 100)
    const left = [...(download.peer('a')?.requests.keys() ?? [])]
    download.want(left, nowMs)
    join('b', 'all', 8)
    expect(fill('b')).toEqual({ wants: [], cancels: [] })
  })

  it('[TR5] who was asked and brought nothing for a second loses what it was asked for', () => {
    join('mute', 'all', 8)
    const asked = wants(fill('mute'))
    download.want(asked, nowMs)
    nowMs = 4_000
    join('b', 'all', 8)
    prove('b')
    expect(wants(fill('b')).toSorted()).toEqual(asked.toSorted())
  })

  it('[TR5] who has brought nothing yet is tried with one chunk', () => {
    join('slow', 'all', 8)
    download.want(wants(fill('slow')), nowMs)
    nowMs = 4_000
    join('new', 'all', 8)
    expect(wants(fill('new'))).toHaveLength(1)
  })

  it('[TR5] no more than four chunks are asked twice at a time', () => {
    download = make(40)
    const begin = (key: string) => {
      join(key, 'all', 40)
      for (const index of wants(fill(key))) download.progress(key, index, 1_000, nowMs)
    }
    for (const key of ['a', 'b', 'c']) begin(key)
    download.want(Array(40).keys(), nowMs)
    download.start()
    for (const key of ['a', 'b', 'c']) begin(key)
    download.want(
      [...download.peerStates()].flatMap((peer) => [...peer.requests.keys()]),
      nowMs,
    )
    nowMs = 60_000
    for (const key of ['x', 'y']) {
      join(key, 'all', 40)
      prove(key)
      fill(key)
    }
    const twice = [...Array(40).keys()].filter((index) => download.askedOf(index).length === 2)
    expect(twice).toHaveLength(4)
  })

  it('[TR5] no chunk is asked of three', () => {
    download.want([0], nowMs)
    for (const key of ['a', 'b', 'c', 'd']) join(key, 'all', 8)
    for (let i = 0; i < 50; i++) {
      nowMs += 500
      for (const key of ['a', 'b', 'c', 'd']) fill(key)
      for (const key of ['a', 'b', 'c', 'd']) download.progress(key, 0, 10, nowMs)
    }
    expect(download.askedOf(0).length).toBeLessThanOrEqual(2)
  })

  it('[TR5] the copy that loses is cancelled', () => {
    download.want([0], nowMs)
    join('slow', 'all', 8)
    fill('slow')
    nowMs = 3_000
    download.progress('slow', 0, 1_000, nowMs)
    join('fast', 'all', 8)
    prove('fast')
    expect(wants(fill('fast'))).toEqual([0])
    expect(download.receivedWhole('fast', 0, nowMs)).toEqual([{ peer: 'slow', index: 0 }])
    expect(download.peer('slow')?.queuedBytes).toBe(0)
  })
})

describe('what peers hold', () => {
  it('[TR2] copies, ours included in the share’s availability', () => {
    join('a', [0, 1])
    join('b', [1])
    join('c')
    expect([0, 1, 2].map((index) => download.copies(index))).toEqual([2, 3, 1])
    expect(download.rarestCopies()).toBe(1)
    download.removePeer('c', nowMs)
    expect(download.rarestCopies()).toBe(0)
  })

  it('[TR2] a peer that gained its last chunk holds everything', () => {
    join('a', [...Array(11).keys()])
    download.peerGained('a', 11)
    expect(download.peer('a')?.have).toBe('all')
    expect([0, 11].map((index) => download.copies(index))).toEqual([1, 1])
  })

  it('[TR2] interest and sums are what a recount says, after any changes (seed 50)', () => {
    const count = 10
    const index = fc.nat(count - 1)
    const key = fc.constantFrom('a', 'b', 'c')
    const step = fc.oneof(
      fc.record({ kind: fc.constant('has' as const), key, have: fc.array(index) }),
      fc.record({ kind: fc.constant('gained' as const), key, index }),
      fc.record({ kind: fc.constant('fill' as const), key }),
      fc.record({ kind: fc.constant('bring' as const), key }),
      fc.record({ kind: fc.constant('reject' as const), key, held: fc.boolean() }),
      fc.record({ kind: fc.constant('choke' as const), key, choked: fc.boolean() }),
      fc.record({ kind: fc.constant('suspect' as const), key, suspect: fc.boolean() }),
      fc.record({ kind: fc.constant('leave' as const), key }),
      fc.record({ kind: fc.constant('want' as const), wanted: fc.array(index) }),
      fc.record({ kind: fc.constant('lost' as const), index }),
      fc.record({ kind: fc.constant('pause' as const) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), fc.nat(), (steps, seed) => {
        download = make(count, MIB, seed)
        download.want(Array(count).keys(), 0)
        download.start()
        nowMs = 0
        for (const change of steps) {
          nowMs += 100
          if ('key' in change && download.peer(change.key) === undefined) join(change.key, [], count)
          switch (change.kind) {
            case 'has':
              join(change.key, change.have, count)
              break
            case 'gained':
              download.peerGained(change.key, change.index)
              break
            case 'fill':
              fill(change.key)
              break
            case 'bring':
              for (const asked of [...(download.peer(change.key)?.requests.keys() ?? [])]) bring(change.key, asked)
              break
            case 'reject':
              for (const asked of [...(download.peer(change.key)?.requests.keys() ?? [])]) {
                download.refused(change.key, asked, nowMs, { held: change.held })
              }
              break
            case 'choke':
              download.choke(change.key, change.choked, nowMs)
              break
            case 'suspect':
              download.suspect(change.key, change.suspect)
              break
            case 'leave':
              download.removePeer(change.key, nowMs)
              break
            case 'want':
              download.want(change.wanted, nowMs)
              break
            case 'lost':
              download.lost(change.index)
              break
            case 'pause':
              download.stop(nowMs)
              download.start()
              break
          }
          recount(count)
        }
      }),
      { seed: 50, numRuns: 400 },
    )
  })
})

/** Everything that is kept as a sum or a set, counted anew. */
function recount(count: number): void {
  const chunks = [...Array(count).keys()]
  const needed = chunks.filter((index) => download.isWanted(index) && !download.have.has(index))
  expect(download.missing).toBe(needed.length)
  for (const peer of download.peerStates()) {
    expect(download.isInterestedIn(peer.key)).toBe(needed.some((index) => peer.holds(index)))
    const queued = [...peer.requests.values()].reduce((sum, { receivedBytes }) => sum + MIB - receivedBytes, 0)
    expect(peer.queuedBytes).toBe(queued)
    for (const index of peer.requests.keys()) {
      expect(needed, 'only what is needed is asked').toContain(index)
      expect(download.askedOf(index)).toContain(peer.key)
    }
  }
  for (const index of chunks) {
    const holders = [...download.peerStates()].filter((peer) => peer.holds(index)).length
    expect(download.copies(index)).toBe(holders)
    const active = download.askedOf(index).filter((key) => download.peer(key)?.suspect === false)
    expect(active.length).toBeLessThanOrEqual(2)
  }
}
