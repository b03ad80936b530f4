/**
 * Who is next at a limit that several shares pass: the one that got least so far. Without it the share whose chunk came
 * last asks again first, and keeps the whole limit to itself.
 *
 * Start-time fair queueing (Goyal, Vin, Cheng 1996) with equal weights: everybody has a count of bytes; whoever comes back
 * after a pause begins at the count of those who stayed, so that resting earns nothing. Nobody holds a reservation: who does
 * not take its turn is passed over. Pure: it calls back, and keeps no time. Implements SPEC [TR7].
 */
export interface FairMember {
  /** Wanted to take and could not. */
  waits(): void
  /** Lets those who wait and had less take first. Call it before taking. */
  letOthers(): void
  took(bytes: number): void
  leave(): void
}

interface Entry {
  served: number
  waiting: boolean
  readonly wake: () => void
}

export class FairQueue {
  /** One per share. */
  private readonly entries = new Set<Entry>()
  /** The count of whoever took last, before it took. */
  private virtual = 0
  private waking = false

  /** `wake`: its turn may have come; it takes what it can. */
  join(wake: () => void): FairMember {
    const entry: Entry = { served: 0, waiting: false, wake }
    this.entries.add(entry)
    return {
      waits: () => this.waits(entry),
      letOthers: () => this.letOthers(entry),
      took: (bytes) => {
        this.virtual = Math.max(this.virtual, entry.served)
        entry.served = Math.max(entry.served, this.virtual) + bytes
      },
      leave: () => this.entries.delete(entry),
    }
  }

  private waits(entry: Entry): void {
    if (entry.waiting) return
    entry.waiting = true
    entry.served = Math.max(entry.served, this.virtual)
  }

  private letOthers(entry: Entry): void {
    entry.waiting = false
    // Whoever is woken from here takes its turn and wakes nobody in its turn.
    if (this.waking) return
    const before = [...this.entries].filter((other) => other.waiting && other.served < entry.served)
    if (before.length === 0) return
    before.sort((a, b) => a.served - b.served)
    this.waking = true
    try {
      for (const other of before) {
        other.waiting = false
        other.wake()
      }
    } finally {
      this.waking = false
    }
  }
}
