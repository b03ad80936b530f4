/** Peers that do not play by the rules, each as options for SimPeer: what they send instead. */
import { RejectCode } from '../../../main/engine/exchange/exchange.pb.js'
import type { Outgoing, PeerOptions } from './sim-peer.ts'

const asIs = (outgoing: Outgoing): Outgoing[] => [outgoing]

/** Flips a bit in every chunk it sends. */
export const flipper: PeerOptions = {
  seed: true,
  dishonest: true,
  tamper: (frame, payload) => {
    if (payload === undefined) return asIs({ frame, payload })
    const wrong = payload.slice()
    wrong[payload.byteLength >> 1] = (wrong[payload.byteLength >> 1] ?? 0) ^ 1
    return asIs({ frame, payload: wrong })
  },
}

/** Says everything, answers pings, sends no chunk. */
export const staller: PeerOptions = {
  seed: true,
  dishonest: true,
  tamper: (frame, payload) => (frame.piece === undefined ? asIs({ frame, payload }) : []),
}

/** Claims everything and rejects every want with this code. */
export function rejecter(code: RejectCode): PeerOptions {
  return {
    seed: true,
    dishonest: true,
    tamper: (frame, payload) => {
      if (frame.piece === undefined) return asIs({ frame, payload })
      if (frame.piece.offset > 0) return []
      return asIs({ frame: { reject: { code, indices: [frame.piece.index] } }, payload: undefined })
    },
  }
}

export const claimant = rejecter(RejectCode.NOT_HELD)
export const refuser = rejecter(RejectCode.READ_FAILED)

/** Its chunks come one byte a second: never silent, never done. */
export const loris: PeerOptions = { seed: true, dishonest: true, dripMs: 1_000 }

/** Sends chunks nobody asked for, ten a second to everybody. */
export function spammer(chunkBytes: number): PeerOptions {
  const payload = new Uint8Array(chunkBytes)
  return {
    seed: true,
    dishonest: true,
    chatter: (link, nowMs) => {
      const index = Math.floor(nowMs / 100) % 64
      link.transmitRaw({ piece: { index, offset: 0, payloadBytes: payload.byteLength } }, payload)
    },
  }
}

/** Changes its mind about choking ten times a second. */
export const chokeFlapper: PeerOptions = {
  seed: true,
  dishonest: true,
  chatter: (link, nowMs) => {
    link.transmitRaw({ choke: { choked: Math.floor(nowMs / 100) % 2 === 0 } }, undefined)
  },
}

/** Says a hundred pings at a time, ten times a second. */
export const pinger: PeerOptions = {
  seed: true,
  dishonest: true,
  chatter: (link) => {
    for (let nonce = 0; nonce < 1_000; nonce++) link.transmitRaw({ ping: { nonce } }, undefined)
  },
}
