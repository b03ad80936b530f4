/**
 * Multicast-DNS messages of Shoal peers, in the form of libp2p's mDNS specification: PTR service -> instance, TXT
 * instance -> `dnsaddr=<multiaddr with /p2p/…>`, one per address (SPEC [NE40]). Pure: no sockets. What comes in is a
 * stranger's: at most MAX_ADDRESSES of it are read, and a peer id that does not parse is nobody.
 */

import type { PeerId } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import type { ResponseOutgoingPacket, ResponsePacket } from 'multicast-dns'
import { peerIdIn } from './address-rules.ts'
import { MDNS_SERVICE } from './protocols.ts'

/** Addresses in one message; a TXT record holds 255 bytes and a packet should stay below 1,500. */
const MAX_ADDRESSES = 8
const MAX_TXT_BYTES = 255
/** Seconds that others may remember us. */
const TTL_SECONDS = 120
const PREFIX = 'dnsaddr='

type Answer = ResponseOutgoingPacket['answers'][number]

export interface SeenPeer {
  readonly peer: PeerId
  readonly addresses: Multiaddr[]
}

/** Undefined when there is nothing to say. `addresses` end in our /p2p/ id. */
export function announcement(instance: string, addresses: readonly Multiaddr[]): Answer[] | undefined {
  const name = `${instance}.${MDNS_SERVICE}`
  const texts = addresses
    .map((address) => PREFIX + address.toString())
    .filter((text) => text.length <= MAX_TXT_BYTES && text.includes('/p2p/'))
    .slice(0, MAX_ADDRESSES)
  if (texts.length === 0) return undefined
  const common = { class: 'IN', ttl: TTL_SECONDS } as const
  return [
    { ...common, name: MDNS_SERVICE, type: 'PTR', data: name },
    ...texts.map((data): Answer => ({ ...common, name, type: 'TXT', data })),
  ]
}

/** The peer that a response speaks of; undefined for other services' responses and for nonsense. */
export function readResponse(packet: Pick<ResponsePacket, 'answers' | 'additionals'>): SeenPeer | undefined {
  const records = [...(packet.answers ?? []), ...(packet.additionals ?? [])]
  if (!records.some((record) => record.type === 'PTR' && record.name === MDNS_SERVICE)) return undefined
  const addresses: Multiaddr[] = []
  let id: string | undefined
  for (const record of records) {
    if (record.type !== 'TXT' || !record.name.endsWith(`.${MDNS_SERVICE}`)) continue
    for (const data of [record.data].flat()) {
      const address = readAddress(data.toString())
      const peer = address === undefined ? undefined : peerIdIn(address)
      // One message speaks of one peer.
      if (address === undefined || peer === undefined || (id !== undefined && id !== peer)) continue
      id = peer
      addresses.push(address)
      if (addresses.length === MAX_ADDRESSES) break
    }
    if (addresses.length === MAX_ADDRESSES) break
  }
  const peer = id === undefined ? undefined : readPeerId(id)
  return peer === undefined ? undefined : { peer, addresses }
}

function readAddress(text: string): Multiaddr | undefined {
  if (!text.startsWith(PREFIX) || text.length > MAX_TXT_BYTES) return undefined
  try {
    return multiaddr(text.slice(PREFIX.length))
  } catch {
    return undefined
  }
}

function readPeerId(text: string): PeerId | undefined {
  try {
    return peerIdFromString(text)
  } catch {
    return undefined
  }
}
