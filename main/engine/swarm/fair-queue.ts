/**
 * Who is next at a limit that several shares pass: the one that got least for its weight so far. Without it the share whose
 * chunk came last asks again first, and keeps the whole limit to itself.
 *
 * Fair queueing by virtual time (Goyal, Vin, Cheng 1996; who comes back begins where the least served of the others is, as in
 * Linux's scheduler): everybody has a count of bytes divided by its weight; whoever comes back after a pause begins at the
 * least count of those who stayed, so that resting earns nothing; whoever stands in line keeps the count with which it came,
 * however much the others take at a time. Nobody holds a reservation: who does not take its
 * turn is passed over, and out of the line. Pure: it calls back, and keeps no time. Implements SPEC [TR7] and [TR14].
 */
export interface FairMember {
  /** Wants to take and cannot: stands in line. */
  waits(): void
  /** Lets those in line who had less take first. Call it before taking. */
  letOthers(): void
  took(bytes: number): void
  leave(): void
}

interface Entry {
  served: number
  /** Its count when it came into the line; undefined: it is not in it. */
  inLineFrom: number | undefined
  /** It took, or said that it waits, since it was woken. */
  answered: boolean
  readonly wake: () => void
}

export class FairQueue {
  /** One per share. */
  private readonly entries = new Set<Entry>()
  /** The least count of those who stayed: where others come in. It only grows. */
  private virtual = 0
  private waking = false

  /**
   * @param wake its turn may have come; it takes what it can
   * @param weight its part among those who want to take, in proportion; may change
   */
  join(wake: () => void, weight: () => number = () => 1): FairMember {
    const entry: Entry = { served: 0, inLineFrom: undefined, answered: false, wake }
    this.entries.add(entry)
    return {
      waits: () => {
        entry.answered = true
        entry.inLineFrom = this.countOf(entry)
      },
      letOthers: () => this.letOthers(entry),
      took: (bytes) => {
        entry.served = this.countOf(entry) + bytes / weight()
        entry.inLineFrom = undefined
        entry.answered = true
        this.advance(entry.served)
      },
      leave: () => this.entries.delete(entry),
    }
  }

  private advance(least: number): void {
    for (const { inLineFrom = least } of this.entries) least = Math.min(least, inLineFrom)
    this.virtual = Math.max(this.virtual, least)
  }

  private countOf({ served, inLineFrom }: Entry): number {
    return inLineFrom ?? Math.max(served, this.virtual)
  }

  private letOthers(entry: Entry): void {
    // Whoever is woken from here takes its turn and wakes nobody in its turn.
    if (this.waking) return
    const count = this.countOf(entry)
    const before = [...this.entries].filter(
      (other) => other !== entry && other.inLineFrom !== undefined && other.inLineFrom < count,
    )
    if (before.length === 0) return
    before.sort((a, b) => this.countOf(a) - this.countOf(b))
    this.waking = true
    try {
      for (const other of before) {
        other.answered = false
        other.wake()
        if (!other.answered) other.inLineFrom = undefined
      }
    } finally {
      this.waking = false
    }
  }
}
