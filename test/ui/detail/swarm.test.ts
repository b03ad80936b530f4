/** The picture of the swarm: places, comings and goings, and dots. */
import { describe, expect, test } from 'vitest'
import { MAX_DRAWN, type PeerFact, swarmFacts } from '../../../renderer/detail/swarm/swarm-facts-of.ts'
import { planSwarm } from '../../../renderer/detail/swarm/swarm-layout.ts'
import { DOT_MS, isOutward, SwarmMoves } from '../../../renderer/detail/swarm/swarm-moves.ts'
import { lineWidth } from '../../../renderer/detail/swarm/swarm-painter.ts'
import { GHOST_MS, SwarmScene } from '../../../renderer/detail/swarm/swarm-scene.ts'
import type { ChunkMove } from '../../../shared/contract/chunk-map.ts'
import type { SwarmPeer } from '../../../shared/contract/model.ts'
import type { ReplicaState } from '../../../shared/contract/replica.ts'

const fact = (peer: string, more: Partial<PeerFact> = {}): PeerFact => ({
  peer,
  name: peer,
  path: 'lan',
  condition: 'here',
  complete: 0.5,
  downBytesPerSecond: 0,
  upBytesPerSecond: 0,
  chokedByPeer: false,
  lastSeenAt: 0,
  ...more,
})
const facts = (...peers: PeerFact[]) => ({ peers, total: peers.length, complete: 0.3 })
/** Until nothing moves any more. */
const settle = (scene: SwarmScene, nowAt: number) => {
  for (let step = 0; scene.step(nowAt, 50); step++) if (step > 200) throw new Error('It never comes to rest.')
}

describe('places', () => {
  const WINDOWS = [
    [760, 490],
    [600, 320],
    [1_500, 900],
  ] as const

  test.each(WINDOWS)(
    '[UI46] up to 200 peers stand inside %i x %i, none over another and none over us',
    (width, height) => {
      for (const count of [1, 2, 5, 12, 24, 25, 60, 120, 200]) {
        const { places, peerRadius, ownRadius } = planSwarm(count, width, height)
        expect(places).toHaveLength(count)
        for (const [at, { x, y }] of places.entries()) {
          expect(Math.abs(x) + peerRadius, `${count}: width`).toBeLessThanOrEqual(width / 2)
          expect(Math.abs(y) + peerRadius, `${count}: height`).toBeLessThanOrEqual(height / 2)
          expect(Math.hypot(x, y), `${count}: the middle`).toBeGreaterThan(ownRadius + peerRadius)
          for (const other of places.slice(at + 1))
            expect(Math.hypot(x - other.x, y - other.y), `${count}: apart`).toBeGreaterThan(2 * peerRadius)
        }
      }
    },
  )
})

describe('comings and goings', () => {
  test('[UI46] who comes swims in from outside and comes to rest at a place', () => {
    const scene = new SwarmScene()
    scene.resize(760, 490, true)
    scene.update(facts(fact('a')), 1_000)
    const start = { ...scene.get('a') }
    expect(scene.step(1_000, 16)).toBe(true)
    settle(scene, 1_000)
    const node = scene.get('a')
    expect(node).toMatchObject({ presence: 1, x: node?.goal.x, y: node?.goal.y })
    expect(Math.hypot(start.x ?? 0, start.y ?? 0)).toBeGreaterThan(Math.hypot(node?.x ?? 0, node?.y ?? 0))
  })

  test('[UI46] who leaves fades in its place for 20 s, and nobody else moves', () => {
    const scene = new SwarmScene()
    scene.resize(760, 490, true)
    scene.update(facts(fact('a'), fact('b'), fact('c')), 0)
    settle(scene, 0)
    const before = ['b', 'c'].map((peer) => ({ ...scene.get(peer)?.goal }))
    scene.update(facts(fact('b'), fact('c')), 5_000)
    scene.step(6_000, 50)
    expect(scene.get('a')?.leftAt).toBe(5_000)
    expect(scene.hasGhosts).toBe(true)
    expect(['b', 'c'].map((peer) => ({ ...scene.get(peer)?.goal }))).toEqual(before)
    scene.step(5_000 + GHOST_MS, 50)
    expect(scene.get('a')).toBeUndefined()
    expect(scene.hasGhosts).toBe(false)
    expect(['b', 'c'].map((peer) => ({ ...scene.get(peer)?.goal }))).not.toEqual(before)
  })

  test('[UI46] who returns in time is where it was', () => {
    const scene = new SwarmScene()
    scene.resize(760, 490, true)
    scene.update(facts(fact('a'), fact('b')), 0)
    settle(scene, 0)
    const place = { ...scene.get('a')?.goal }
    scene.update(facts(fact('b')), 1_000)
    scene.update(facts(fact('b'), fact('a')), 9_000)
    settle(scene, 9_000)
    expect(scene.get('a')).toMatchObject({ leftAt: undefined, presence: 1, goal: place })
  })

  test('[UI46] a peer that the detector gave up is a ghost although its row is still there', () => {
    const scene = new SwarmScene()
    scene.resize(760, 490, true)
    scene.update(facts(fact('a')), 0)
    scene.update(facts(fact('a', { condition: 'gone', lastSeenAt: 4_000 })), 5_000)
    expect(scene.get('a')?.leftAt).toBe(4_000)
  })

  test('[UI47] with nothing moving, everybody is at once where they belong', () => {
    const scene = new SwarmScene()
    scene.resize(760, 490, true)
    scene.update(facts(fact('a'), fact('b')), 0)
    scene.settle()
    expect(scene.step(0, 16)).toBe(false)
  })

  test('[UI48] arrow keys go around everybody who is here and past nobody who left', () => {
    const scene = new SwarmScene()
    scene.resize(760, 490, true)
    scene.update(facts(fact('a'), fact('b'), fact('c')), 0)
    scene.update(facts(fact('a'), fact('c')), 1)
    expect([scene.next(undefined, 1), scene.next('a', 1), scene.next('c', 1), scene.next('a', -1)]).toEqual([
      'a',
      'c',
      'a',
      'c',
    ])
    settle(scene, 1)
    const node = scene.get('c')
    expect(scene.at((node?.x ?? 0) + 3, (node?.y ?? 0) - 3)).toBe('c')
    expect(scene.at(0, 0)).toBeUndefined()
  })

  test('[UI45] while the engine is not heard nothing is drawn as moving', () => {
    const replica = replicaOf(3)
    expect(swarmFacts(replica, 'root', false).peers.every(({ downBytesPerSecond }) => downBytesPerSecond > 0)).toBe(
      true,
    )
    expect(swarmFacts(replica, 'root', true).peers.every(({ downBytesPerSecond }) => downBytesPerSecond === 0)).toBe(
      true,
    )
  })

  test('[UI46] of more than 200 peers those that move the most are drawn, and all are counted', () => {
    const { peers, total } = swarmFacts(replicaOf(260), 'root', false)
    expect(total).toBe(260)
    expect(peers).toHaveLength(MAX_DRAWN)
    expect(Math.min(...peers.map(({ downBytesPerSecond }) => downBytesPerSecond))).toBe(61)
  })
})

describe('dots', () => {
  const move = (more: Partial<ChunkMove> = {}): ChunkMove => ({
    peer: 0,
    chunk: 1,
    direction: 'down',
    what: 'delivered',
    ...more,
  })

  test('[UI47] the dots of an event stand for exactly the moves that were told', () => {
    const moves = new SwarmMoves()
    const told = [...Array.from({ length: 10 }, () => move()), move({ peer: 1 }), move({ what: 'asked' })]
    moves.take(told, ['a', 'b'], 0, false)
    const dots = moves.at(100)
    expect(dots.reduce((sum, { chunks }) => sum + chunks, 0)).toBeCloseTo(told.length)
    expect(dots.filter(({ peer }) => peer === 'b')).toHaveLength(1)
    expect(dots.length).toBeLessThan(told.length)
    expect(moves.at(DOT_MS + 100)).toEqual([])
  })

  test('[UI47] requests go towards whom they ask, chunks the other way', () => {
    expect(isOutward(move({ what: 'asked' }))).toBe(true)
    expect(isOutward(move({ what: 'delivered' }))).toBe(false)
    expect(isOutward(move({ direction: 'up', what: 'asked' }))).toBe(false)
    expect(isOutward(move({ direction: 'up', what: 'delivered' }))).toBe(true)
  })

  test('[UI47] with reduced motion nothing flies and everything is counted', () => {
    const moves = new SwarmMoves()
    moves.take([move(), move(), move({ direction: 'up' }), move({ what: 'asked' })], ['a'], 0, true)
    expect(moves.at(1)).toEqual([])
    expect(moves.delivered.get('a')).toEqual({ down: 2, up: 1 })
  })

  test('[UI47] a line is wider the more goes over it, and there is none where nothing does', () => {
    const widths = [0, 500, 1e4, 1e6, 1e7, 1e12].map(lineWidth)
    expect(widths[0]).toBe(0)
    expect([...widths].sort((a, b) => a - b)).toEqual(widths)
    expect(widths.at(-1)).toBeLessThan(10)
  })
})

function replicaOf(count: number): ReplicaState {
  const rows = Array.from({ length: count }, (_, at) => {
    const row: Partial<SwarmPeer> = {
      root: 'root',
      peer: `peer ${at}`,
      liveness: 'alive',
      haveChunks: 1,
      downBytesPerSecond: at + 1,
      upBytesPerSecond: 0,
    }
    return [row.peer, row] as const
  })
  return { shares: new Map(), peers: new Map(), swarm: new Map([['root', new Map(rows)]]) } as unknown as ReplicaState
}
