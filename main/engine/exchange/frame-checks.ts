/**
 * Limits of single fields that the message codec cannot know. Each throws ExchangeProtocolError or returns what is
 * safe to keep: copies, because decoded fields are views on the transport's memory. Implements SPEC [EX7], [EX9] and [EX17].
 */
import { ExchangeProtocolError } from './frame-decoder.ts'
import { MAX_ADDRESS_BYTES, MAX_CID_BYTES, MAX_PEER_ID_BYTES } from './limits.ts'

export interface ToldPeer {
  id: Uint8Array
  addresses: Uint8Array[]
}

export function checkCids(cids: readonly Uint8Array[]): Uint8Array[] {
  return cids.map((cid) => {
    if (cid.byteLength > MAX_CID_BYTES) throw new ExchangeProtocolError('limit', `a CID of ${cid.byteLength} bytes`)
    return cid.slice()
  })
}

/** A peer id or address that is too long makes the frame a breach; how many there may be is the codec's. */
export function checkPeers(peers: readonly ToldPeer[]): ToldPeer[] {
  return peers.map(({ id, addresses }) => {
    if (id.byteLength > MAX_PEER_ID_BYTES) {
      throw new ExchangeProtocolError('limit', `a peer id of ${id.byteLength} bytes`)
    }
    const long = addresses.find((address) => address.byteLength > MAX_ADDRESS_BYTES)
    if (long !== undefined) throw new ExchangeProtocolError('limit', `an address of ${long.byteLength} bytes`)
    return { id: id.slice(), addresses: addresses.map((address) => address.slice()) }
  })
}

/** Have indices that arrive before the number of chunks is known: they go into the bitfield that was said before. */
export function applyIndices(bitfield: Uint8Array, indices: readonly number[]): void {
  for (const index of indices) {
    if (index >= bitfield.byteLength * 8) {
      throw new ExchangeProtocolError('limit', `chunk ${index} behind a bitfield of ${bitfield.byteLength} bytes`)
    }
    bitfield[index >> 3] = (bitfield[index >> 3] ?? 0) | (0x80 >> (index & 7))
  }
}
