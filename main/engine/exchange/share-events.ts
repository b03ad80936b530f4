/** What the exchange of one share needs of its surroundings, and what it tells them. Types only. */
import type { FairQueue } from '../swarm/fair-queue.ts'
import type { TokenBucket } from '../swarm/token-bucket.ts'
import type { ChunkTap } from '../transfer/chunk-tap.ts'
import type { BanReason } from './ban-reason.ts'
import type { WhenTaken } from './buffer-pool.ts'
import type { ToldPeer } from './frame-checks.ts'
import type { Clock, LinkEnd } from './ports.ts'
import type { Session } from './session.ts'
import type { ReadNode } from './uploader.ts'
import type { WaitingLine } from './waiting-line.ts'

export type ShareEvent =
  | { type: 'session-open'; session: Session }
  | { type: 'session-end'; session: Session; end: LinkEnd; reassigned: number }
  | { type: 'liveness'; session: Session; state: 'suspect' | 'back' | 'gone'; reassigned: number }
  | { type: 'chunk'; index: number; peer: string }
  | { type: 'corrupt'; index: number; peer: string; badChunks: number }
  | { type: 'banned'; peer: string; reason: BanReason }
  | { type: 'write-failed'; error: unknown }
  | { type: 'read-failed'; error: unknown }
  | { type: 'peers-told'; from: string; peers: ToldPeer[] }
  | { type: 'complete' }

export interface ShareExchangeDeps {
  readonly clock: Clock
  /** Uniform in [0, 1). */
  random(): number
  /** Root CID in binary. */
  readonly root: Uint8Array<ArrayBuffer>
  readonly client: string
  readonly nodeName: string
  shareName(): string
  /** Is our peer id smaller than this one? Decides between two links opened at once. */
  isSmallerThan(peer: string): boolean
  /** DAG node by binary CID, once the manifest is held. */
  readonly readNode: ReadNode
  /** Buckets an upload / download passes, outermost first. */
  readonly upBuckets: readonly TokenBucket[]
  /** The line at the outermost upload bucket, in common with other shares; absent: a line of its own. */
  readonly upLine?: WaitingLine
  /** Tells when the transport is done with a buffer, so that it can be used again; absent: buffers are used once. */
  readonly whenTaken?: WhenTaken
  readonly downBuckets: readonly TokenBucket[]
  /** Turns among the shares that have the outermost download bucket in common. */
  readonly downQueue?: FairQueue
  /** Its part where shares pass the same limit, in proportion; absent: all alike. */
  weight?(): number
  /** Told of what happens to single chunks; absent: nobody will watch. */
  readonly tap?: ChunkTap
  /** Somebody became interested, left or stopped waiting: slots may be dealt anew. */
  slotsChanged(): void
  emit(event: ShareEvent): void
}
