/**
 * Which links become sessions: one per peer, none with the banned, a bounded number in all. Two links to one peer mean
 * that it came back before we noticed that it left, or that both opened at once; both ends must then keep the same one.
 * Pure but for the list of the banned. Implements SPEC [EX15] and [EX16].
 */
import { GoodbyeCode } from './exchange.pb.js'
import { MAX_SESSIONS_PER_SHARE } from './limits.ts'
import type { FrameLink } from './ports.ts'
import type { Session } from './session.ts'

/** Banned peers remembered; an attacker with more identities than this can have each of them do harm once more. */
const MAX_BANNED = 10_000
/** A session that is older than this and was heard this recently is in use; younger, both ends opened at once. In ms. */
const SETTLED_MS = 3_000

export type Verdict = { admitted: true } | { admitted: false; code: GoodbyeCode; text: string }

const refuse = (code: GoodbyeCode, text: string): Verdict => ({ admitted: false, code, text })

export class Admission {
  /** Peers that may not come back in this run, and why. Bounded by MAX_BANNED. */
  readonly banned = new Map<string, string>()
  private readonly isSmallerThan: (peer: string) => boolean

  /** @param isSmallerThan is our peer id smaller than this one? */
  constructor(isSmallerThan: (peer: string) => boolean) {
    this.isSmallerThan = isSmallerThan
  }

  ban(peer: string, reason: string): void {
    this.banned.set(peer, reason)
    const [first] = this.banned.keys()
    if (this.banned.size > MAX_BANNED && first !== undefined) this.banned.delete(first)
  }

  /** @param old the session there is with this peer, which an admitted link replaces */
  verdict(link: FrameLink, old: Session | undefined, sessions: number, nowMs: number): Verdict {
    const reason = this.banned.get(link.remote)
    if (reason !== undefined) return refuse(GoodbyeCode.BANNED, reason)
    if (old === undefined) {
      return sessions < MAX_SESSIONS_PER_SHARE ? { admitted: true } : refuse(GoodbyeCode.TOO_BUSY, 'enough peers')
    }
    if (this.replaces(link, old, nowMs)) return { admitted: true }
    return refuse(GoodbyeCode.DUPLICATE, 'another session is in use')
  }

  /** The same end opened again: it lost the old one. Opened from both ends at once: the smaller peer id's stays. */
  private replaces(link: FrameLink, old: Session, nowMs: number): boolean {
    if (old.link.initiator === link.initiator) return true
    const isAlive = nowMs - old.detector.lastHeardAtMs < SETTLED_MS
    if (old.isOpen && isAlive && nowMs - old.openedAtMs > SETTLED_MS) return false
    return link.initiator === this.isSmallerThan(link.remote)
  }
}
