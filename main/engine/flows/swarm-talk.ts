/**
 * Peers of a share tell each other of further ones: a newcomer hears of those who are here, and they of it. Told are
 * addresses that lead from the listener to the peer; believed are those that our network mode may dial; who is told of is
 * only a candidate. SPEC: [FL8].
 */
import { peerIdFromMultihash, peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { decode as decodeMultihash } from 'multiformats/hashes/digest'
import { MAX_ADDRESS_BYTES, MAX_ADDRESSES_PER_PEER, MAX_PEERS_PER_FRAME } from '../exchange/limits.ts'
import type { Session } from '../exchange/session.ts'
import { mayDial } from '../network/address-rules.ts'
import { usefulTo } from './addresses.ts'
import type { Share } from './share.ts'

/** Identify needs a moment to tell where a newcomer listens; it is introduced after this, in ms. */
const INTRODUCE_AFTER_MS = 300
/** Those who were here before are told of a newcomer after this, in ms: by then it has reached them if it could. */
const TELL_OTHERS_AFTER_MS = 4_000

export interface ToldPeer {
  readonly id: Uint8Array<ArrayBuffer>
  readonly addresses: Uint8Array<ArrayBuffer>[]
}

/**
 * The newcomer hears of those who were here before it, and dials them. They hear of it a while later, for the case that only
 * they can reach it: told at once, both ends would dial and every pair would have two connections, the dearest part of
 * a flash crowd.
 */
export function introduce(share: Share, newcomer: Session): void {
  const { clock } = share.context
  const sessions = () => [...share.exchange.sessions.values()].filter((session) => session.isOpen)
  clock.after(INTRODUCE_AFTER_MS, () => {
    if (newcomer.ended) return
    const present = sessions()
    const before = present.slice(0, present.indexOf(newcomer)).slice(0, MAX_PEERS_PER_FRAME)
    const told = before.map((session) => describe(share, session.remote, newcomer.remote))
    const known = told.filter((peer) => peer !== undefined)
    if (known.length > 0) newcomer.send({ peers: { peers: known } })
  })
  clock.after(TELL_OTHERS_AFTER_MS, () => {
    if (newcomer.ended) return
    for (const other of sessions()) {
      if (other === newcomer) continue
      const itself = describe(share, newcomer.remote, other.remote)
      if (itself !== undefined) other.send({ peers: { peers: [itself] } })
    }
  })
}

export function hearOfPeers(share: Share, peers: readonly { id: Uint8Array; addresses: Uint8Array[] }[]): void {
  if (share.row.complete || share.row.origin === 'in-place') return
  for (const { id, addresses } of peers) {
    try {
      const peer = peerIdFromMultihash(decodeMultihash(id)).toString()
      const dialable = addresses
        .filter((bytes) => bytes.byteLength <= MAX_ADDRESS_BYTES)
        .map((bytes) => multiaddr(bytes))
        .filter((address) => mayDial(share.context.node.mode, address))
      // Nobody can be reached by a name alone.
      if (dialable.length > 0) share.sources.add(peer, dialable, 'swarm')
    } catch (error) {
      share.context.logger.debug({ reason: String(error) }, 'a peer told of a peer that makes no sense')
    }
  }
}

/** What `listener` may be told of `peer`: the addresses that lead there from where the listener is. */
function describe(share: Share, peer: string, listener: string): ToldPeer | undefined {
  const { book } = share.context.routing
  const [connection] = share.context.node.libp2p.getConnections(peerIdFromString(listener))
  if (connection === undefined) return undefined
  const id = peerIdFromString(peer)
  const bytes = usefulTo(connection.remoteAddr, book.addresses(id))
    .map((address) => address.bytes.slice())
    .filter((address) => address.byteLength <= MAX_ADDRESS_BYTES)
    .slice(0, MAX_ADDRESSES_PER_PEER)
  return bytes.length === 0 ? undefined : { id: id.toMultihash().bytes.slice(), addresses: bytes }
}
