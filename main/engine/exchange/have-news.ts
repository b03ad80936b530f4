/**
 * Telling peers which chunks we hold: everything at the start of a session, then what was gained, gathered for a moment;
 * everything again when chunks were withdrawn, at most once a second. Implements SPEC [EX7].
 */
import type { Bitfield } from '../content/bitfield.ts'
import { MAX_INDICES_PER_FRAME } from './limits.ts'
import type { Clock } from './ports.ts'
import type { Session } from './session.ts'

/** Chunks gained within this many ms are announced in one frame. */
const ANNOUNCE_MS = 30
/** A thousand files that vanish at once must not make a thousand bitfields: pause between two, in ms. */
const REPLACE_PAUSE_MS = 1_000

export class HaveNews {
  private readonly clock: Clock
  private readonly sessions: ReadonlyMap<string, Session>
  /** Chunks gained since others were last told; at most what ANNOUNCE_MS brings. */
  private fresh: number[] = []
  private replacedAtMs = Number.NEGATIVE_INFINITY
  private replacing = false

  constructor(clock: Clock, sessions: ReadonlyMap<string, Session>) {
    this.clock = clock
    this.sessions = sessions
  }

  tell(session: Session, have: Bitfield): void {
    if (have.isFull) session.send({ have: { all: true, indices: [] } })
    else session.send({ have: { all: false, bitfield: have.toBytes().slice(), indices: [] } })
  }

  gained(index: number): void {
    if (this.fresh.push(index) === 1) this.clock.after(ANNOUNCE_MS, () => this.flush())
  }

  /** Chunks were withdrawn: `current` is asked when it is told. */
  replaced(current: () => Bitfield | undefined): void {
    if (this.replacing) return
    this.replacing = true
    const waitMs = Math.max(this.replacedAtMs + REPLACE_PAUSE_MS - this.clock.now(), 0)
    this.clock.after(waitMs, () => {
      this.replacing = false
      this.replacedAtMs = this.clock.now()
      const have = current()
      if (have === undefined) return
      for (const session of this.sessions.values()) this.tell(session, have)
    })
  }

  flush(): void {
    const { fresh } = this
    this.fresh = []
    for (let at = 0; at < fresh.length; at += MAX_INDICES_PER_FRAME) {
      const indices = fresh.slice(at, at + MAX_INDICES_PER_FRAME)
      for (const session of this.sessions.values()) session.send({ have: { all: false, indices } })
    }
  }
}
