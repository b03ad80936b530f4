/**
 * What must hold in every run, whatever happened in it: [TR9] only right bytes and each chunk once on disk, no more bytes
 * received than asked for, [TR10] honest peers never banned and never in breach of the wire, nothing that grew without bound.
 */
import { expect } from 'vitest'
import { MAX_SESSIONS_PER_SHARE } from '../../../main/engine/exchange/limits.ts'
import type { SimPeer } from './sim-peer.ts'
import type { Swarm } from './swarm.ts'

/** Bytes that may cross an early cancel on the wire: two chunks per cancel are counted by the books, this is for the rest. */
const SLACK_CHUNKS = 4

export function checkInvariants(swarm: Swarm): void {
  const honest = new Set(swarm.peers.filter((peer) => peer.options.dishonest !== true).map(({ id }) => id))
  for (const peer of swarm.peers) if (honest.has(peer.id)) checkPeer(swarm, peer, honest)
}

function checkPeer(swarm: Swarm, peer: SimPeer, honest: ReadonlySet<string>): void {
  const { chunkBytes, chunkCount } = swarm.options
  const { id, exchange } = peer
  expect(Math.max(...peer.written), `${id} wrote a chunk twice`).toBeLessThanOrEqual(1)
  for (const event of peer.eventsOf('write-failed')) expect(String(event.error), id).toContain('disk full')
  expect(peer.eventsOf('read-failed'), id).toEqual([])

  const neededBytes = peer.order.length * chunkBytes
  expect(peer.receivedBytes, `${id} received more than it asked for`).toBeLessThanOrEqual(
    neededBytes + peer.excusedBytes + openBytes(peer, chunkBytes) + SLACK_CHUNKS * chunkBytes,
  )

  for (const banned of exchange.banned.keys()) expect(honest.has(banned), `${id} banned ${banned}`).toBe(false)
  for (const breach of peer.breaches) {
    const culprit = breach.slice(0, breach.indexOf(':'))
    expect(honest.has(culprit), `${id} accuses an honest peer: ${breach}`).toBe(false)
  }

  expect(exchange.sessions.size).toBeLessThanOrEqual(MAX_SESSIONS_PER_SHARE)
  for (const { path, size } of collections(exchange)) {
    expect(size, `${id}: ${path} has ${size} entries`).toBeLessThanOrEqual(Math.max(chunkCount, MAX_SESSIONS_PER_SHARE))
  }
}

function openBytes(peer: SimPeer, chunkBytes: number): number {
  let open = 0
  for (const state of peer.exchange.state?.peerStates() ?? []) open += state.requests.size * chunkBytes
  return open
}

/** Every Map, Set and array below `root`, with its size. The simulation's own objects are left out. */
function collections(root: object): { path: string; size: number }[] {
  const found: { path: string; size: number }[] = []
  const seen = new Set<object>()
  const visit = (value: unknown, path: string, depth: number) => {
    if (typeof value !== 'object' || value === null || seen.has(value) || depth > 8) return
    if (ArrayBuffer.isView(value) || /\.(deps|link|clock)$/.test(path)) return
    seen.add(value)
    if (value instanceof Map || value instanceof Set || Array.isArray(value)) {
      found.push({ path, size: value instanceof Map || value instanceof Set ? value.size : value.length })
      let count = 0
      for (const entry of value.values()) {
        visit(entry, `${path}[]`, depth + 1)
        if (++count > 100) break
      }
      return
    }
    for (const [key, child] of Object.entries(value)) visit(child, `${path}.${key}`, depth + 1)
  }
  visit(root, 'exchange', 0)
  return found
}
