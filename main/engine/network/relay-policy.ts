/**
 * When to hold a reservation at a relay: only in `internet` mode, only while no public address of ours is confirmed, and
 * only after a while, because a confirmation takes a minute; a short one where others see an address that is not ours,
 * because then a confirmation is unlikely and nobody can reach us meanwhile (SPEC [NE52]). A relay of the public network allows
 * 128 KiB and 2 minutes per connection: enough to punch a hole, not to transfer. The decision is pure.
 */
import type { Clock } from './clock.ts'

/** AutoNAT needs a few peers and a dial back from each. */
const GRACE_MS = 60_000
/** Behind a NAT: a router that maps ports does so within these. */
const GRACE_BEHIND_NAT_MS = 10_000
const CHECK_EVERY_MS = 5_000

export type RelayStep = 'reserve' | 'release' | 'keep'

export function relayStep(facts: {
  reserved: boolean
  confirmedPublic: number
  connections: number
  behindNat: boolean
  upForMs: number
}): RelayStep {
  if (facts.confirmedPublic > 0) return facts.reserved ? 'release' : 'keep'
  // Without any connection there is no relay to find, and looking costs look-ups.
  if (facts.reserved || facts.connections === 0) return 'keep'
  return facts.upForMs < (facts.behindNat ? GRACE_BEHIND_NAT_MS : GRACE_MS) ? 'keep' : 'reserve'
}

export interface RelayPorts {
  readonly clock: Clock
  readonly confirmedPublic: () => number
  readonly connections: () => number
  /** Others see a public address that is not this machine's. */
  readonly behindNat: () => boolean
  readonly reserve: () => Promise<void>
  readonly release: () => Promise<void>
}

/** Returns the way to stop. */
export function keepRelay(ports: RelayPorts): () => void {
  const startedAt = ports.clock.now()
  let reserved = false
  let cancel = (): void => {}
  const check = async (): Promise<void> => {
    const step = relayStep({
      reserved,
      confirmedPublic: ports.confirmedPublic(),
      connections: ports.connections(),
      behindNat: ports.behindNat(),
      upForMs: ports.clock.now() - startedAt,
    })
    if (step === 'reserve') {
      reserved = true
      await ports.reserve()
    } else if (step === 'release') {
      reserved = false
      await ports.release()
    }
  }
  const turn = (): void => {
    // A relay that cannot be had is the normal case behind a bad NAT; the next check tries again.
    void check().catch(() => {
      reserved = false
    })
    cancel = ports.clock.after(CHECK_EVERY_MS, turn)
  }
  cancel = ports.clock.after(CHECK_EVERY_MS, turn)
  return () => cancel()
}
