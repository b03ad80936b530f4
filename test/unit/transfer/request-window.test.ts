/** The request window as a table: rate and round trip in, bytes in flight out. */
import { describe, expect, it } from 'vitest'
import { Bitfield } from '../../../main/engine/content/bitfield.ts'
import { PeerState } from '../../../main/engine/transfer/peer-state.ts'
import {
  arrivalMs,
  INITIAL_WINDOW_BYTES,
  MAX_WINDOW_BYTES,
  MAX_WINDOW_REQUESTS,
  MIN_WINDOW_BYTES,
  SLOW_WINDOW_BYTES,
  unprovenRate,
  windowBytes,
} from '../../../main/engine/transfer/request-window.ts'

const MIB = 1024 * 1024

describe('window', () => {
  const TABLE = [
    // bytes/s, round trip (ms), window (bytes)
    [undefined, 50, INITIAL_WINDOW_BYTES],
    [300e6, 1, MAX_WINDOW_BYTES],
    [20e6, 1, 8_020_000],
    [20e6, 100, 10_000_000],
    [4e6, 20, MIN_WINDOW_BYTES],
    [MIN_WINDOW_BYTES / 4, 20, MIN_WINDOW_BYTES], // Two chunks take exactly 4 s.
    [500_000, 20, 210_000], // Slower: what it brings in 400 ms and a round trip.
    [100_000, 20, SLOW_WINDOW_BYTES],
    [0, 20, SLOW_WINDOW_BYTES],
  ] as const
  it.each(TABLE)('[TR3] %s B/s and %d ms: %d bytes', (rate, roundTripMs, expected) => {
    expect(windowBytes(rate, roundTripMs)).toBe(expected)
  })

  it('[TR3] the expected arrival: a round trip and the queue at the measured rate', () => {
    expect(arrivalMs(MIB, MIB, 100)).toBe(1_100)
    expect(arrivalMs(0, undefined, 100)).toBe(100)
    expect(arrivalMs(MIB, 0, 0)).toBeGreaterThan(1e6)
  })

  it('[TR3] who was asked and brings nothing is thought slower and slower', () => {
    expect([0, 500].map(unprovenRate)).toEqual([undefined, undefined])
    expect((unprovenRate(1_500) ?? 0) / INITIAL_WINDOW_BYTES).toBeCloseTo(0.368, 2)
    expect((unprovenRate(5_500) ?? 0) / INITIAL_WINDOW_BYTES).toBeCloseTo(0.0067, 3)
  })
})

describe('a peer', () => {
  const peer = () => {
    const state = new PeerState('a', new Bitfield(10_000))
    state.have = 'all'
    state.choked = false
    return state
  }
  /** Asks chunks while there is room. */
  const fill = (state: PeerState, chunkBytes: number, nowMs: number, from = 0) => {
    let index = from
    while (state.hasRoom(nowMs)) state.ask(index++, chunkBytes, nowMs)
    return index - from
  }

  it('[TR3] before anything is known: 4 MiB', () => {
    expect(fill(peer(), MIB, 0)).toBe(4)
  })

  it('[TR3] of small chunks: 1,024 requests, refilled a quarter at a time', () => {
    const state = peer()
    state.roundTripMs = 1
    expect(fill(state, 400, 0)).toBe(MAX_WINDOW_REQUESTS)
    const answered = (count: number) => {
      for (const index of [...state.requests.keys()].slice(0, count)) {
        state.progress(index, 400, 10)
        state.unask(index, 400, 10)
      }
    }
    answered(255)
    expect([state.hasRoom(10), state.isHungry(10)]).toEqual([true, false])
    answered(2)
    expect(state.isHungry(10)).toBe(true)
  })

  it('[TR3] at 20 MB/s and 2 ms about 8 MB, however long nothing was asked in between', () => {
    const state = peer()
    state.roundTripMs = 2
    const chunk = 1_000_000
    for (let nowMs = 0, index = 0; nowMs < 5_000; nowMs += 50, index++) {
      state.ask(index, chunk, nowMs)
      state.progress(index, chunk, nowMs + 50)
      state.unask(index, chunk, nowMs + 50)
    }
    expect(state.windowBytes(600_000) / 1e6).toBeCloseTo(8, 0)
    expect(fill(state, chunk, 600_000, 5_000)).toBeGreaterThanOrEqual(7)
  })

  it('[TR3] small chunks over a long way: the window grows out of what the round trip alone allows', () => {
    const state = peer()
    state.roundTripMs = 100
    const chunk = 4_096
    state.ask(0, chunk, 0)
    state.progress(0, chunk, 100)
    state.unask(0, chunk, 100)
    let inFlight = 0
    for (let nowMs = 100, next = 1; nowMs < 5_000; nowMs += 100) {
      inFlight = fill(state, chunk, nowMs, next)
      next += inFlight
      for (const index of [...state.requests.keys()]) {
        state.progress(index, chunk, nowMs + 100)
        state.unask(index, chunk, nowMs + 100)
      }
    }
    expect(inFlight).toBe(MAX_WINDOW_REQUESTS)
  })

  it('[TR3] choked or suspect: nothing', () => {
    const state = peer()
    state.choked = true
    expect(state.hasRoom(0)).toBe(false)
    state.choked = false
    state.suspect = true
    expect(state.hasRoom(0)).toBe(false)
  })

  it('[TR6] refuses 16 times in a row: one request at a time, ten a second; a byte forgives', () => {
    const state = peer()
    for (let index = 0; index < 16; index++) state.refused(index, 0, true)
    expect([state.hasRoom(99), state.hasRoom(100)]).toEqual([false, true])
    state.ask(100, MIB, 100)
    expect(state.hasRoom(200)).toBe(false)
    state.progress(100, MIB, 200)
    expect(state.hasRoom(200)).toBe(true)
  })

  it('[TR6] a refused chunk is offered again after 5 s', () => {
    const state = peer()
    state.refused(7, 1_000, true)
    expect([state.offers(7, 5_999), state.offers(7, 6_000), state.offers(8, 1_000)]).toEqual([false, true, true])
  })

  it('[TR6] remembers a bounded number of refusals', () => {
    const state = peer()
    for (let index = 0; index < 70_000; index++) state.avoid(index, Number.POSITIVE_INFINITY)
    expect(state.offers(0, 0)).toBe(true)
    expect(state.offers(9_999, 0)).toBe(true)
  })
})
