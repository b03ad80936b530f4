/** What a reader of the chunks of a share is told: the pure part, with made-up facts and time. */
import { describe, expect, test } from 'vitest'
import type { ChunkFacts } from '../../../main/engine/flows/chunk-watch/chunk-facts.ts'
import { ChunkRecord } from '../../../main/engine/flows/chunk-watch/chunk-record.ts'
import { ChunkWatch } from '../../../main/engine/flows/chunk-watch/chunk-watch.ts'
import { MoveRing } from '../../../main/engine/flows/chunk-watch/move-ring.ts'
import { MAX_PEERS, PeerTable } from '../../../main/engine/flows/chunk-watch/peer-table.ts'
import { Watcher } from '../../../main/engine/flows/chunk-watch/watcher.ts'
import type { ChunkMapEvent } from '../../../shared/contract/chunk-map.ts'
import { AGE_UNKNOWN, MAX_MOVES } from '../../../shared/contract/chunk-states.ts'
import { ChunkReplica } from './chunk-replica.ts'

const STARTED_AT = 5_000

class MadeUp implements ChunkFacts {
  readonly chunkCount: number
  readonly here = new Set<number>()
  readonly unselected = new Set<number>()
  readonly asked = new Map<number, string[]>()
  readonly refused = new Set<number>()
  readonly held: Uint8Array
  changes = 0
  /** Chunks that the watcher has looked at. */
  looks = 0

  constructor(chunkCount: number) {
    this.chunkCount = chunkCount
    this.held = new Uint8Array(chunkCount)
  }

  get heldCount(): number {
    return this.here.size
  }

  get version(): string {
    return `${this.changes}`
  }

  isHere(index: number): boolean {
    this.looks += 1
    return this.here.has(index)
  }

  isSelected = (index: number) => !this.unselected.has(index)
  isInFlight = (index: number) => this.asked.has(index)
  askedOf = (index: number) => this.asked.get(index) ?? []
  wasRejected = (index: number) => this.refused.has(index)
  copies = (index: number) => this.held[index] ?? 0
  fillCopies = (into: Uint8Array) => into.set(this.held)
}

function watching(chunkCount: number) {
  const facts = new MadeUp(chunkCount)
  const watch = new ChunkWatch()
  const time = { nowMs: 0 }
  const watcher = new Watcher(facts, watch.record, new MoveRing(), () => time.nowMs)
  const stop = watch.watch(watcher)
  const told = () => ({ at: STARTED_AT + time.nowMs, nowMs: time.nowMs })
  const map = () => watcher.map(told(), STARTED_AT) as Extract<ChunkMapEvent, { type: 'map' }>
  /** After `ms`. */
  const changes = (ms = 100) => {
    time.nowMs += ms
    return watcher.changes(told())
  }
  return { facts, watch, watcher, time, stop, map, changes }
}

function seeded(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state % below
  }
}

describe('[FL12] the map', () => {
  test('says of every chunk what state it is in, who is asked, who delivered it and when, and how many copies there are', () => {
    const { facts, watch, map } = watching(6)
    facts.unselected.add(0)
    facts.held.set([1, 0, 1, 2, 2, 1])
    facts.asked.set(3, ['anna', 'bert'])
    facts.here.add(4)
    watch.delivered(4, 6, 'carl', 12.9)
    facts.refused.add(5)
    const replica = new ChunkReplica(map())
    expect(replica.states.map((_, index) => replica.state(index))).toEqual([
      'skipped',
      'missing',
      'wanted',
      'in-flight',
      'have',
      'rejected',
    ])
    expect([3, 4, 5].map((index) => replica.supplier(index))).toEqual(['anna', 'carl', undefined])
    expect(replica.availability).toEqual([1, 0, 1, 2, 3, 1])
    expect(replica.arrivals).toEqual([AGE_UNKNOWN, AGE_UNKNOWN, AGE_UNKNOWN, AGE_UNKNOWN, 12, AGE_UNKNOWN])
    expect(replica.startedAt).toBe(STARTED_AT)
  })

  test('what was here before the engine started has no supplier and no age; what is lost again has neither', () => {
    const { facts, watch, map } = watching(2)
    facts.here.add(0)
    watch.delivered(1, 2, 'anna', 1)
    const replica = new ChunkReplica(map())
    expect([0, 1].map((index) => replica.supplier(index))).toEqual([undefined, undefined])
    expect(replica.arrivals).toEqual([AGE_UNKNOWN, AGE_UNKNOWN])
  })
})

describe('[FL12] changes', () => {
  test('only what is different is told, and nothing when nothing is', () => {
    const { facts, watch, map, changes } = watching(10)
    facts.held.fill(1)
    map()
    expect(changes()).toBeUndefined()
    facts.asked.set(3, ['anna'])
    watch.tap.observer?.moved('down', 'asked', 'anna', 3)
    watch.tap.observer?.touched(5)
    expect(changes()).toMatchObject({
      newPeers: ['anna'],
      chunks: [3, 3, 1],
      moves: [{ peer: 0, chunk: 3, direction: 'down', what: 'asked' }],
    })
    facts.asked.delete(3)
    facts.here.add(3)
    watch.delivered(3, 10, 'anna', 1)
    const event = changes()
    expect(event).toMatchObject({ newPeers: [], chunks: [3, 4, 1], moves: [{ what: 'delivered' }] })
    expect(changes()).toBeUndefined()
  })

  test('a chunk that is being written is asked of nobody any more and still belongs to who brought it', () => {
    const { facts, watch, map, changes } = watching(1)
    facts.asked.set(0, ['anna'])
    map()
    facts.asked.set(0, [])
    watch.tap.observer?.touched(0)
    expect(changes()).toBeUndefined()
  })

  test('what peers ask of us are moves and no change of state', () => {
    const { facts, watch, map, changes } = watching(3)
    facts.here.add(1)
    map()
    watch.tap.observer?.moved('up', 'asked', 'dora', 1)
    watch.tap.observer?.moved('up', 'delivered', 'dora', 1)
    expect(changes()).toMatchObject({ chunks: [], moves: [{ direction: 'up', what: 'asked' }, { what: 'delivered' }] })
  })

  test('what somebody asks for that the share does not have is no move', () => {
    const { watch, map, changes } = watching(3)
    map()
    watch.tap.observer?.moved('up', 'asked', 'mallory', 3)
    watch.tap.observer?.moved('up', 'rejected', 'mallory', 4_000_000_000)
    expect(changes()).toBeUndefined()
  })

  test('of many moves the newest are told, newest last', () => {
    const { watch, map, changes } = watching(1_000)
    map()
    for (let index = 0; index < 1_000; index++) watch.tap.observer?.moved('up', 'asked', 'dora', index)
    const event = changes()
    if (event === undefined || event === 'map' || event.type !== 'changes') throw new Error('no changes')
    expect(event.moves.map((move) => move.chunk)).toEqual(
      Array.from({ length: MAX_MOVES }, (_, at) => 1_000 - MAX_MOVES + at),
    )
  })

  test('availability is told when it changed, at most once a second', () => {
    const { facts, watch, map, changes } = watching(4)
    map()
    const tellings: number[] = []
    for (let tick = 1; tick <= 40; tick++) {
      const index = tick % 4
      facts.here.has(index) ? facts.here.delete(index) : facts.here.add(index)
      watch.tap.observer?.touched(index)
      const event = changes()
      if (event !== undefined && event !== 'map' && event.type === 'changes' && event.availability !== undefined)
        tellings.push(tick)
    }
    expect(tellings).toEqual([10, 20, 30, 40])
    expect(changes(5_000)).toBeUndefined()
  })

  test('peers that come and go turn missing chunks into wanted ones without a word about each', () => {
    const { facts, map, changes } = watching(3)
    map()
    facts.held.fill(1)
    facts.changes += 1
    expect(changes()).toMatchObject({ chunks: [0, 2, 0, 1, 2, 0, 2, 2, 0] })
  })

  test('chunks that are withdrawn without a word are noticed by their number', () => {
    const { facts, map, changes } = watching(3)
    for (const index of [0, 1, 2]) facts.here.add(index)
    map()
    facts.here.delete(1)
    changes()
    expect(changes()).toMatchObject({ chunks: [1, 1, 0] })
  })

  test('so many changes that a new map is shorter are told as a map', () => {
    const { facts, map, changes } = watching(50_000)
    map()
    facts.held.fill(1)
    facts.changes += 1
    expect(changes(2_000)).toBe('map')
  })
})

describe('[FL12] a picture built from the events is the picture that is there', () => {
  test.for([1, 2, 3, 4, 5])('whatever happens and however rarely it is read, seed %i', (seed) => {
    const { facts, watch, map, changes } = watching(400)
    const random = seeded(seed)
    let replica = new ChunkReplica(map())
    for (let round = 0; round < 200; round++) {
      for (let step = random(40); step > 0; step--) {
        const index = random(400)
        const peer = `peer ${random(6)}`
        const { observer } = watch.tap
        switch (random(7)) {
          case 0:
            if (facts.here.has(index)) break
            facts.asked.set(index, [peer])
            observer?.moved('down', 'asked', peer, index)
            break
          case 1:
            if (!facts.asked.delete(index)) break
            facts.here.add(index)
            watch.delivered(index, 400, peer, round)
            break
          case 2:
            if (facts.asked.delete(index)) observer?.moved('down', 'cancelled', peer, index)
            break
          case 3:
            if (!facts.asked.delete(index)) break
            facts.refused.add(index)
            observer?.moved('down', 'rejected', peer, index)
            break
          case 4:
            facts.held[index] = random(3)
            facts.changes += 1
            break
          case 5:
            facts.unselected.has(index) ? facts.unselected.delete(index) : facts.unselected.add(index)
            facts.changes += 1
            break
          case 6:
            if (facts.here.delete(index)) observer?.touched(index)
            break
        }
      }
      const event = changes(100 * (1 + random(12)))
      if (event === 'map') replica = new ChunkReplica(map())
      else if (event?.type === 'changes') replica.apply(event)
      const fresh = new Watcher(facts, watch.record, new MoveRing(), () => 0)
      const truth = new ChunkReplica(
        fresh.map({ at: 0, nowMs: 0 }, STARTED_AT) as Extract<ChunkMapEvent, { type: 'map' }>,
      )
      expect(replica.states).toEqual(truth.states)
      expect(replica.suppliers).toEqual(truth.suppliers)
      expect(replica.peers).toEqual(truth.peers)
    }
  })
})

describe('[FL12] what it costs', () => {
  test('a hundred thousand chunks: what nothing happened to is not looked at', () => {
    const { facts, watch, map, changes } = watching(100_000)
    map()
    facts.looks = 0
    for (let tick = 0; tick < 100; tick++) {
      for (let chunk = 0; chunk < 30; chunk++) {
        const index = tick * 30 + chunk
        facts.here.add(index)
        watch.delivered(index, 100_000, 'anna', 1)
      }
      changes()
    }
    expect(facts.looks).toBe(3_000)
  })

  test('however often availability changes, all chunks are looked at once a second', () => {
    const { facts, map, changes } = watching(100_000)
    map()
    facts.looks = 0
    for (let tick = 0; tick < 100; tick++) {
      facts.changes += 1
      changes()
    }
    expect(facts.looks / 100_000).toBeLessThanOrEqual(10)
    expect(facts.looks).toBeGreaterThan(0)
  })

  test('a look that takes long is not repeated for fifty times as long', () => {
    const { facts, watch, time } = watching(10_000)
    let looked = 0
    const slow = new Watcher(facts, watch.record, new MoveRing(), () => {
      looked += 1
      return looked * 400
    })
    slow.map({ at: 0, nowMs: 0 }, 0)
    facts.held.fill(1)
    for (; time.nowMs < 60_000; time.nowMs += 100) {
      facts.changes += 1
      slow.changes({ at: 0, nowMs: time.nowMs })
    }
    // Two readings of the clock for each look.
    expect(looked).toBeLessThanOrEqual(2 * 4)
  })

  test('a reader that does not read keeps bounded marks and moves, and is told what is so when it reads', () => {
    const { facts, watch, map, changes } = watching(100_000)
    const first = map()
    for (let round = 0; round < 3; round++) {
      for (let index = 0; index < 100_000; index++) {
        facts.here.add(index)
        watch.delivered(index, 100_000, `peer ${index % 5}`, 1)
      }
    }
    const event = changes(10_000)
    expect(event).toBe('map')
    const replica = new ChunkReplica(map())
    expect(replica.count('have')).toBe(100_000)
    expect(first.chunkCount).toBe(100_000)
    const next = changes()
    if (next === undefined || next === 'map' || next.type !== 'changes') throw new Error('the moves are still to come')
    expect(next.moves).toHaveLength(MAX_MOVES)
  })

  test('while nobody watches the tap is closed, and what arrives is noted all the same', () => {
    const { watch, stop } = watching(3)
    stop()
    expect(watch.tap.observer).toBeUndefined()
    watch.delivered(2, 3, 'anna', 7)
    expect(watch.record.supplierOf(2)).toBe(1)
    expect(watch.record.arrivalOf(2)).toBe(7)
  })
})

describe('[FL12] the record', () => {
  test('a table that is full gives further peers no number', () => {
    const table = new PeerTable()
    for (let index = 0; index < MAX_PEERS + 5; index++) table.numberOf(`peer ${index}`)
    expect(table.size).toBe(MAX_PEERS)
    expect(table.numberOf('another')).toBe(0)
    expect(table.numberOf('peer 0')).toBe(1)
    expect(table.peer(0)).toBeUndefined()
  })

  test('counts how often a chunk failed, and who has delivered something', () => {
    const record = new ChunkRecord()
    record.rejected(4)
    record.rejected(4)
    expect([record.rejectionsOf(4), record.rejectionsOf(5)]).toEqual([2, 0])
    for (const [index, peer] of ['a', 'b', 'a'].entries()) record.delivered(index, 9, peer, 0)
    expect(record.supplierCount).toBe(2)
  })
})
