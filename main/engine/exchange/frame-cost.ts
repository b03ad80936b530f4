/**
 * What a control frame takes of the allowance a session has (FRAME_BURST, FRAMES_PER_SECOND): one, and more where one
 * frame makes much work. Without this a stranger could have millions of chunk numbers looked at in a second, within the
 * limit of frames. An honest peer with 30,000 small chunks a second spends a tenth of what is refilled. Pure.
 * Implements SPEC [EX6].
 */
import type { Frame } from './exchange.pb.js'

/** Chunk numbers that cost as much as a frame. */
const INDICES_PER_UNIT = 128
/** DAG nodes asked for that cost as much as a frame: each is a look into the database. */
const CIDS_PER_UNIT = 16
/** A peer told of: its addresses are parsed, and it may be dialled. */
const TOLD_PEER_UNITS = 10
/** Choke and Interest: the whole plan of a download, or all upload slots, are gone through. */
const TURN_UNITS = 10

export function frameCost(frame: Frame): number {
  const indices = frame.have?.indices ?? frame.want?.indices ?? frame.cancel?.indices ?? frame.reject?.indices
  if (indices !== undefined) return 1 + Math.floor(indices.length / INDICES_PER_UNIT)
  if (frame.wantNodes !== undefined) return 1 + Math.floor(frame.wantNodes.cids.length / CIDS_PER_UNIT)
  if (frame.peers !== undefined) return 1 + frame.peers.peers.length * TOLD_PEER_UNITS
  return frame.choke !== undefined || frame.interest !== undefined ? TURN_UNITS : 1
}
