/**
 * What a session reports to the share it belongs to; the share decides. All are called from within the handling of a
 * frame or of the link's end, so whoever implements them must expect the session to be in the middle of something.
 */
import type { RejectCode } from './exchange.pb.js'
import type { ToldPeer } from './frame-checks.ts'
import type { LinkEnd } from './ports.ts'
import type { Session } from './session.ts'

export interface SessionEvents {
  opened(session: Session): void
  haveChanged(session: Session): void
  /** It holds these now; they are within the share. */
  gained(session: Session, indices: readonly number[]): void
  choked(session: Session, choked: boolean): void
  interest(session: Session): void
  /** Asks for these chunks; `refused` of them were rejected on the spot. */
  wanted(session: Session, indices: readonly number[], refused: readonly number[]): void
  /** What it had asked for, and was not being sent yet, is not to be sent any more. */
  unwanted(session: Session, index: number): void
  refused(session: Session, indices: readonly number[], code: RejectCode): void
  isAsked(session: Session, index: number): boolean
  progress(session: Session, index: number, bytes: number): void
  /** All bytes of an asked chunk, in a buffer that is the receiver's from now on. */
  chunk(session: Session, index: number, bytes: Uint8Array): void
  /** A buffer for a chunk of `length` bytes; may be a used one. */
  buffer(length: number): Uint8Array
  /** It will not be filled; nothing refers to it any more. */
  unused?(buffer: Uint8Array): void
  nodesWanted(session: Session, request: number, cids: Uint8Array[]): void
  node(session: Session, request: number, position: number, bytes: Uint8Array | undefined): void
  peers(session: Session, peers: ToldPeer[]): void
  ended(session: Session, end: LinkEnd): void
}
