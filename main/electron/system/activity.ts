/**
 * What the desktop shows of the engine, drawn from the replica: speeds, peers, one progress, whether anything moves. Pure.
 * Rules [EL15] [EL23].
 */
import type { ReplicaState } from '../../../shared/contract/replica.ts'

export interface Activity {
  readonly downBytesPerSecond: number
  readonly upBytesPerSecond: number
  readonly peers: number
  /** Of everything that downloads, 0 to 1; undefined: nothing does. */
  readonly progress: number | undefined
  /** Downloads that run. */
  readonly downloads: number
  /** Shares that cannot go on by themselves. */
  readonly troubles: number
  /** Bytes go in or out, or files are being hashed: the machine should not fall asleep now. */
  readonly moving: boolean
}

export function activityOf(state: ReplicaState): Activity {
  let downloads = 0
  let troubles = 0
  let wanted = 0
  let have = 0
  for (const share of state.shares.values()) {
    if (share.state === 'failed' || (share.trouble !== undefined && share.state !== 'paused')) troubles += 1
    if (share.state !== 'downloading' && share.state !== 'finishing') continue
    downloads += 1
    const total = share.wantedBytes ?? share.totalBytes
    if (total === undefined) continue
    wanted += total
    have += Math.min(share.haveBytes, total)
  }
  const { node } = state
  const hashing = [...state.jobs.values()].some((job) => job.state === 'walking' || job.state === 'hashing')
  return {
    downBytesPerSecond: node.downBytesPerSecond,
    upBytesPerSecond: node.upBytesPerSecond,
    peers: node.shoalPeers,
    progress: downloads === 0 || wanted === 0 ? undefined : have / wanted,
    downloads,
    troubles,
    moving: hashing || node.downBytesPerSecond > 0 || node.upBytesPerSecond > 0,
  }
}
