/** How others see this machine, and what is made of it. */
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { PeerId } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { beforeAll, describe, expect, it } from 'vitest'
import { MAX_WITNESSES, OutsideView } from '../../../main/engine/network/outside-view.ts'

let ids: PeerId[]
beforeAll(async () => {
  const keys = await Promise.all(Array.from({ length: MAX_WITNESSES + 2 }, () => generateKeyPair('Ed25519')))
  ids = keys.map((key) => peerIdFromPrivateKey(key))
})

function view() {
  const guesses: string[] = []
  const seen = new OutsideView(
    new EventTarget() as never,
    () => 4001,
    (address: Multiaddr) => guesses.push(String(address)),
  )
  const hear = (witness: number, address: string): void => {
    const peerId = ids[witness]
    if (peerId !== undefined) seen.heard({ peerId, observedAddr: multiaddr(address) })
  }
  return { seen, hear, guesses }
}

describe('[NE101] what peers see', () => {
  it('the port of a dial says nothing; the address and our own port are a guess once two say the same', () => {
    const { seen, hear, guesses } = view()
    hear(0, '/ip4/81.2.3.4/tcp/50001')
    expect([seen.ips(), guesses]).toEqual([['81.2.3.4'], []])
    hear(1, '/ip4/81.2.3.4/tcp/50002')
    expect(guesses).toEqual(['/ip4/81.2.3.4/tcp/4001'])
  })

  it('one peer is one voice, however often and however differently it speaks', () => {
    const { seen, hear, guesses } = view()
    for (let port = 1; port < 100; port++) hear(0, `/ip4/9.9.9.${port}/tcp/${port}`)
    expect([seen.ips(), guesses]).toEqual([['9.9.9.99'], []])
    hear(1, '/ip4/81.2.3.4/tcp/1')
    hear(2, '/ip4/81.2.3.4/tcp/2')
    expect([seen.ips(), guesses]).toEqual([['81.2.3.4', '9.9.9.99'], ['/ip4/81.2.3.4/tcp/4001']])
  })

  it('neighbours and this machine see us from inside: that is no view from outside', () => {
    const { seen, hear } = view()
    for (const [index, ip] of ['192.168.1.2', '127.0.0.1', '10.0.0.1', '169.254.1.1'].entries())
      hear(index, `/ip4/${ip}/tcp/1`)
    expect(seen.ips()).toEqual([])
  })

  it('remembers a bounded number of witnesses', () => {
    const { seen, hear } = view()
    for (let index = 0; index < MAX_WITNESSES + 2; index++) hear(index, `/ip4/8.8.${index}.1/tcp/1`)
    expect(seen.ips()).toHaveLength(MAX_WITNESSES)
    expect(seen.ips()).not.toContain('8.8.0.1')
  })
})
