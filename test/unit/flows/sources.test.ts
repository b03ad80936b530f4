/** Which peers of a share are tried, when, and who gives way to whom; no network, time as the test says. */
import { createHash } from 'node:crypto'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { describe, expect, test } from 'vitest'
import { GoodbyeCode } from '../../../main/engine/exchange/exchange.pb.js'
import type { FrameLink, LinkEnd } from '../../../main/engine/exchange/ports.ts'
import type { ShareExchange } from '../../../main/engine/exchange/share-exchange.ts'
import type { EngineContext } from '../../../main/engine/flows/context.ts'
import { Importance } from '../../../main/engine/flows/importance.ts'
import { Sources } from '../../../main/engine/flows/sources.ts'
import { settle, VirtualClock } from '../routing/virtual-clock.ts'

async function peerNumber(number: number): Promise<string> {
  const seed = createHash('sha256').update(`peer ${number}`).digest()
  return peerIdFromPrivateKey(await generateKeyPairFromSeed('Ed25519', seed)).toString()
}

const PEERS = await Promise.all(Array.from({ length: 520 }, (_, index) => peerNumber(index)))
const [SELF = '', ONE = '', TWO = ''] = PEERS

/** `reach`: the peers that can be opened. */
function setting(reach: ReadonlySet<string> = new Set()) {
  const clock = new VirtualClock()
  const opened: { peer: string; atMs: number }[] = []
  const attached: string[] = []
  const important = new Map<string, boolean>()
  const book = {
    learn() {},
    setImportant: (peer: { toString(): string }, is: boolean) => important.set(peer.toString(), is),
  }
  const sessions = new Map<string, unknown>()
  const exchange = {
    sessions,
    banned: new Map(),
    attach(link: FrameLink) {
      attached.push(link.remote)
      sessions.set(link.remote, link)
    },
  } as unknown as ShareExchange
  const context = {
    clock,
    node: { peerId: { toString: () => SELF } },
    routing: { book },
    importance: new Importance(book),
    logger: { debug() {} },
    async openLink(peer: string) {
      opened.push({ peer, atMs: clock.now() })
      if (!reach.has(peer)) throw new Error('refused')
      return { remote: peer, close() {} }
    },
  } as unknown as EngineContext
  const sources = new Sources(context, exchange)
  const pass = async (ms: number) => {
    for (let at = 0; at < ms; at += 50) {
      sources.tick()
      await settle()
      await clock.advance(50)
    }
  }
  const lost = (peer: string, openedAtMs: number, end: LinkEnd) => {
    sessions.delete(peer)
    sources.sessionEnded({ remote: peer, openedAtMs }, end)
  }
  return { clock, opened, attached, important, sessions, sources, pass, lost }
}

const BROKEN: LinkEnd = { reason: 'connection-lost', message: 'reset' }

describe('[FL7] sources', () => {
  test('nobody is tried before the share lives, nor after; ourselves never', async () => {
    const { sources, opened, pass } = setting()
    sources.add(ONE, [], 'link')
    await pass(500)
    expect(opened).toEqual([])
    sources.start()
    sources.add(SELF, [], 'swarm')
    await pass(50)
    expect(opened.map(({ peer }) => peer)).toEqual([ONE])
    sources.stop()
    const before = opened.length
    await pass(2_000)
    expect(opened).toHaveLength(before)
  })

  test('a peer that cannot be reached is tried after 0.25, 0.5, 1, 2 s ...; at once when it connects', async () => {
    const { sources, opened, pass } = setting()
    sources.start()
    sources.setNeeded(true)
    sources.add(ONE, [], 'link')
    await pass(8_000)
    const gaps = opened.slice(1).map(({ atMs }, index) => atMs - (opened[index]?.atMs ?? 0))
    expect(gaps.map((gap) => Math.round(gap / 250) * 250)).toEqual([250, 500, 1_000, 2_000, 4_000])
    const before = opened.length
    sources.connected(ONE)
    await settle()
    expect(opened).toHaveLength(before + 1)
  })

  test('sessions that are lost at once count as failures; one that lasted does not', async () => {
    const { sources, opened, pass, lost, clock, sessions } = setting(new Set([ONE]))
    sources.start()
    sources.setNeeded(true)
    sources.add(ONE, [], 'link')
    await settle()
    for (let round = 0; round < 6; round++) {
      if (!sessions.has(ONE)) await pass(10_000)
      lost(ONE, clock.now() - 10, BROKEN)
    }
    const flapping = opened.length
    await pass(3_000)
    // Five or six quick losses: some seconds of rest.
    expect(opened).toHaveLength(flapping)
    await pass(20_000)
    expect(sessions.has(ONE)).toBe(true)
    lost(ONE, clock.now() - 60_000, BROKEN)
    const settled = opened.length
    await pass(500)
    expect(opened.length).toBe(settled + 1)
  })

  test('who has no such share is asked again after 15 s, then 30 s; who banned us is not', async () => {
    const { sources, opened, pass, lost, clock } = setting(new Set([ONE, TWO]))
    sources.start()
    sources.add(ONE, [], 'inbound')
    sources.add(TWO, [], 'inbound')
    await settle()
    const goodbye = (code: GoodbyeCode): LinkEnd => ({ reason: 'goodbye', code, text: '' })
    lost(ONE, clock.now(), goodbye(GoodbyeCode.UNKNOWN_SHARE))
    lost(TWO, clock.now(), goodbye(GoodbyeCode.BANNED))
    sources.connected(TWO)
    await pass(14_500)
    expect(opened).toHaveLength(2)
    await pass(1_000)
    expect(opened.map(({ peer }) => peer)).toEqual([ONE, TWO, ONE])
    lost(ONE, clock.now(), goodbye(GoodbyeCode.SHARE_REMOVED))
    await pass(29_000)
    expect(opened).toHaveLength(3)
    await pass(1_500)
    expect(opened).toHaveLength(4)
  })

  test('500 at most: hearsay gives way to what a link says, and not to more hearsay that was not tried', async () => {
    const { sources, pass } = setting()
    for (const peer of PEERS.slice(20, 519)) sources.add(peer, [], 'swarm')
    sources.add(ONE, [], 'link')
    expect(sources.count).toBe(500)
    sources.add(TWO, [], 'swarm')
    expect(sources.count).toBe(500)
    expect(sources.routesOf(TWO)).toEqual(['inbound'])
    sources.add(TWO, [], 'mdns')
    expect(sources.routesOf(TWO)).toEqual(['mdns'])
    expect(sources.routesOf(ONE)).toEqual(['link'])
    expect(sources.count).toBe(500)
    // Tried in vain, hearsay makes room for hearsay.
    sources.start()
    await pass(200)
    sources.add(PEERS[3] ?? '', [], 'swarm')
    expect(sources.routesOf(PEERS[3] ?? '')).toEqual(['swarm'])
    expect(sources.count).toBe(500)
  })

  test('with more due than may be opened at once, what a link says comes first', async () => {
    const { sources, opened } = setting()
    for (const peer of PEERS.slice(20, 80)) sources.add(peer, [], 'swarm')
    sources.add(ONE, [], 'link')
    sources.start()
    sources.tick()
    expect(opened).toHaveLength(16)
    expect(opened[0]?.peer).toBe(ONE)
  })

  test('[NE61] are important while a download needs them, but those that only came by themselves', () => {
    const { sources, important } = setting()
    sources.add(ONE, [], 'link')
    sources.start()
    sources.setNeeded(true)
    sources.add(TWO, [], 'inbound')
    expect([...important]).toEqual([[ONE, true]])
    sources.add(TWO, [], 'lan-dht')
    expect(important.get(TWO)).toBe(true)
    sources.stop()
    expect([...important]).toEqual([
      [ONE, false],
      [TWO, false],
    ])
  })
})
