/**
 * An address within a link: a multiaddr that ends in /p2p/<peer id>, so that whoever answers there can be recognised.
 * Whether it may be dialled (loopback, private, relays) is the network's business. SPEC: [LI4].
 */
import { multiaddr } from '@multiformats/multiaddr'
import { base58btc } from 'multiformats/bases/base58'
import { CID } from 'multiformats/cid'
import * as Digest from 'multiformats/hashes/digest'
import { LinkError } from './link-error.ts'
import { SHA2_256 } from './verify.ts'

/** Characters; the longest sensible ones (WebTransport through a relay) have about 400. */
const ADDRESS_LENGTH = 512
const IDENTITY = 0x00
const LIBP2P_KEY = 0x72
/** Bytes of the largest key that is its own peer id; larger ones (RSA) are hashed. */
const INLINE_KEY_BYTES = 42

export function checkPeerAddress(address: string): void {
  const shown = address.length > 60 ? `${address.slice(0, 60)}…` : address
  const refuse = (why: string): LinkError =>
    new LinkError('peer', `The link names a peer at “${shown}”, ${why}. Copy the link again, or remove that pe.`)
  if (address.length > ADDRESS_LENGTH) throw refuse('which is too long for an address')
  const last = lastComponent(address)
  if (last === undefined) throw refuse('which is not an address')
  if (last.name !== 'p2p') throw refuse('but not who the peer is (/p2p/…)')
  if (!isPeerId(last.value ?? '')) throw refuse('whose peer id is damaged')
}

function lastComponent(address: string): { name: string; value?: string } | undefined {
  try {
    return multiaddr(address).getComponents().at(-1)
  } catch {
    return undefined
  }
}

function isPeerId(text: string): boolean {
  try {
    const multihash = /^(?:1|Qm)/.test(text) ? base58btc.decode(`z${text}`) : keyCid(text)
    const { code, digest } = Digest.decode(multihash)
    return code === SHA2_256
      ? digest.length === 32
      : code === IDENTITY && digest.length <= INLINE_KEY_BYTES && digest.length > 0
  } catch {
    return false
  }
}

function keyCid(text: string): Uint8Array {
  const cid = CID.parse(text)
  if (cid.code !== LIBP2P_KEY) throw new TypeError('not the CID of a key')
  return cid.multihash.bytes
}
