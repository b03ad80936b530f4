/** The window's copy of a chunk map: what it holds after what it was told. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { COLOURINGS, inkOf, packedLook, supplierLook } from '../../../renderer/model/chunk-ink.ts'
import { legendOf } from '../../../renderer/model/chunk-legend.ts'
import { ChunkMap } from '../../../renderer/model/chunk-map.ts'
import { lookOf, PEER_COLORS, PeerLooks } from '../../../renderer/model/peer-color.ts'
import { CHUNK_STATES, type ChunkState } from '../../../shared/contract/chunk-states.ts'
import { base64, changesEvent, mapEvent, STARTED_AT } from './chunk-events.ts'

const anyState = fc.constantFrom(...CHUNK_STATES)

describe('what is told is what is held', () => {
  test('[UI40] a map holds each chunk as it was told', () => {
    const map = new ChunkMap(
      mapEvent(
        [
          { state: 'have', supplier: 2, copies: 7, arrivedSeconds: 30 },
          { state: 'missing', copies: 0 },
        ],
        ['a', 'b'],
      ),
    )
    expect(map.state(0)).toBe('have')
    expect(map.supplier(0)).toBe('b')
    expect(map.arrivedAt(0)).toBe(STARTED_AT + 30_000)
    expect(map.availability[0]).toBe(7)
    expect(map.state(1)).toBe('missing')
    expect(map.supplier(1)).toBeUndefined()
    expect(map.arrivedAt(1)).toBeUndefined()
  })

  test('[UI40] a chunk that turned `have` arrived when the event was made; one that is lost again has not arrived', () => {
    const map = new ChunkMap(mapEvent([{ state: 'wanted' }, { state: 'have', arrivedSeconds: 5 }], ['a']))
    map.apply(changesEvent([[0, 'have', 1]], { at: STARTED_AT + 90_400 }))
    map.apply(changesEvent([[1, 'wanted', 0]]))
    expect(map.arrivedAt(0)).toBe(STARTED_AT + 90_000)
    expect(map.arrivedAt(1)).toBeUndefined()
  })

  test('[UI40] suppliers of peers that came with the same event have names', () => {
    const map = new ChunkMap(mapEvent([{ state: 'wanted' }], ['a']))
    map.apply(changesEvent([[0, 'in-flight', 2]], { newPeers: ['b'] }))
    expect(map.supplier(0)).toBe('b')
  })

  test('[UI40] a map whose arrays do not fit its number of chunks is refused, not guessed', () => {
    const broken = { ...mapEvent([{ state: 'have' }]), chunkCount: 2 }
    expect(() => new ChunkMap(broken)).toThrow(/1 bytes where 2/)
  })

  test('[UI41] of new copies only the chunks whose number is another one are drawn again', () => {
    const map = new ChunkMap(
      mapEvent([
        { state: 'have', copies: 1 },
        { state: 'have', copies: 2 },
        { state: 'have', copies: 3 },
      ]),
    )
    expect(map.apply(changesEvent([], { availability: base64(Uint8Array.of(1, 5, 3)) }))).toEqual([1])
    expect([...map.availability]).toEqual([1, 5, 3])
  })

  test('[UI44] the rarest chunk is sought among those that are wanted', () => {
    const map = new ChunkMap(
      mapEvent([
        { state: 'skipped', copies: 0 },
        { state: 'wanted', copies: 2 },
        { state: 'have', copies: 2 },
      ]),
    )
    expect(map.rarest()).toEqual({ copies: 2, chunks: 2 })
    expect(new ChunkMap(mapEvent([{ state: 'skipped', copies: 0 }])).rarest()).toBeUndefined()
  })
})

describe('counts and legend', () => {
  test('[UI40] [UI42] counts and legends add up to all chunks after any changes (seed 41)', () => {
    const chunk = fc.record({ state: anyState, supplier: fc.integer({ min: 0, max: 20 }), copies: fc.nat(9) })
    const change = fc.tuple(fc.nat(39), anyState, fc.integer({ min: 0, max: 20 }))
    const peers = Array.from({ length: 20 }, (_, at) => `peer ${at}`)
    fc.assert(
      fc.property(
        fc.array(chunk, { minLength: 40, maxLength: 40 }),
        fc.array(change, { maxLength: 60, size: 'max' }),
        (chunks, changes) => {
          const map = new ChunkMap(mapEvent(chunks, peers))
          for (const one of changes) map.apply(changesEvent([one]))
          const states = [...map.states]
          for (const state of CHUNK_STATES)
            expect(map.countOf(state)).toBe(states.filter((code) => CHUNK_STATES[code] === state).length)
          for (const colouring of COLOURINGS) {
            const legend = legendOf(map, colouring, new PeerLooks(), STARTED_AT + 100_000)
            expect(legend.reduce((sum, entry) => sum + entry.chunks, 0)).toBe(40)
          }
        },
      ),
      { seed: 41, numRuns: 60 },
    )
  })

  test('[UI42] every chunk of the picture has the look of one entry of the legend', () => {
    const states: ChunkState[] = [...CHUNK_STATES, 'have', 'have', 'have']
    const specs = states.map((state, at) => ({
      state,
      supplier: state === 'have' ? at % 3 : 0,
      copies: at,
      ...(at % 2 === 0 ? { arrivedSeconds: at * 700 } : {}),
    }))
    const map = new ChunkMap(mapEvent(specs, ['a', 'b']))
    const looks = new PeerLooks()
    const nowSeconds = 5_000
    const supplierLooks = map.peers.map((peer) => packedLook(supplierLook(looks.numberOf(peer))))
    for (const colouring of COLOURINGS) {
      const legend = legendOf(map, colouring, looks, STARTED_AT + nowSeconds * 1_000)
      const known = new Map<number, number>()
      for (const { look, chunks } of legend) if (look !== undefined) known.set(packedLook(look), chunks)
      const drawn = new Map<number, number>()
      for (let index = 0; index < map.chunkCount; index++) {
        const look = inkOf(map, index, { colouring, nowSeconds, supplierLooks })
        drawn.set(look, (drawn.get(look) ?? 0) + 1)
      }
      expect(drawn, colouring).toEqual(known)
    }
  })

  test('[UI42] the first eight peers differ by colour, the next eight by pattern, and a peer that returns looks as before', () => {
    const first = Array.from({ length: PEER_COLORS }, (_, at) => lookOf(at))
    expect(new Set(first.map(({ color }) => color)).size).toBe(PEER_COLORS)
    expect(new Set(first.map(({ pattern }) => pattern))).toEqual(new Set([0]))
    expect(lookOf(PEER_COLORS)).toEqual({ color: 1, pattern: 1 })
    const looks = new PeerLooks()
    const before = looks.of('a')
    looks.of('b')
    expect(looks.of('a')).toEqual(before)
  })

  test('[UI42] beyond sixteen suppliers the legend counts the rest together', () => {
    const peers = Array.from({ length: 20 }, (_, at) => `peer ${at}`)
    const map = new ChunkMap(
      mapEvent(
        peers.map((_, at) => ({ state: 'have' as const, supplier: at + 1 })),
        peers,
      ),
    )
    const legend = legendOf(map, 'supplier', new PeerLooks(), STARTED_AT)
    expect(legend).toHaveLength(17)
    expect(legend.at(-1)).toMatchObject({ meaning: { kind: 'more-peers', peers: 4 }, chunks: 4 })
  })
})
