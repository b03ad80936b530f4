/**
 * Provider records of the DHTs: key `<dht prefix>/provider/<cid>/<peer>`, value the time of arrival. Indexed by CID,
 * because the library looks them up by scanning every key, and bounded, because it keeps whatever strangers send
 * (SPEC [NE25]):
 *
 * - one peer has at most `maxProviderRecordsPerPeer` records; further ones are ignored, refreshing old ones is not;
 * - one CID has at most `maxProvidersPerCid`; the longest unrefreshed goes first;
 * - in total, both DHTs together, at most `maxProviderRecords`; when full, a peer that holds more than an equal share
 *   is refused, otherwise the longest unrefreshed record goes. Our own records always stay.
 */
import type { NetworkLimits } from './limits.ts'

const MARK = '/provider'

export class ProviderRecords {
  private readonly self: string
  private readonly limits: NetworkLimits
  /** Insertion order is order of refreshing. Bounded by maxProviderRecords. */
  private readonly records = new Map<string, Uint8Array>()
  private readonly byCid = new Map<string, Set<string>>()
  private readonly perPeer = new Map<string, number>()

  constructor(self: string, limits: NetworkLimits) {
    this.self = self
    this.limits = limits
  }

  get size(): number {
    return this.records.size
  }

  owns(name: string): boolean {
    return name.includes(MARK)
  }

  get(name: string): Uint8Array | undefined {
    return this.records.get(name)
  }

  put(name: string, value: Uint8Array): void {
    const { cidKey, peer } = parse(name)
    if (!this.records.has(name) && !this.makeRoom(cidKey, peer)) return
    this.delete(name)
    this.records.set(name, value)
    this.perPeer.set(peer, (this.perPeer.get(peer) ?? 0) + 1)
    const ofCid = this.byCid.get(cidKey)
    if (ofCid === undefined) this.byCid.set(cidKey, new Set([name]))
    else ofCid.add(name)
  }

  delete(name: string): void {
    if (!this.records.delete(name)) return
    const { cidKey, peer } = parse(name)
    const left = (this.perPeer.get(peer) ?? 1) - 1
    if (left <= 0) this.perPeer.delete(peer)
    else this.perPeer.set(peer, left)
    const ofCid = this.byCid.get(cidKey)
    ofCid?.delete(name)
    if (ofCid?.size === 0) this.byCid.delete(cidKey)
  }

  /** How many of one DHT are kept for others. */
  heldForOthers(dhtPrefix: string): number {
    let held = 0
    for (const name of this.records.keys()) {
      if (name.startsWith(`${dhtPrefix}${MARK}`) && parse(name).peer !== this.self) held++
    }
    return held
  }

  deletePeer(peer: string): void {
    if (peer === this.self || !this.perPeer.has(peer)) return
    for (const name of [...this.records.keys()]) if (parse(name).peer === peer) this.delete(name)
  }

  /** Entries whose name starts with the prefix; by the index when the prefix names one CID. */
  withPrefix(prefix: string): [string, Uint8Array][] {
    const found: [string, Uint8Array][] = []
    const names = this.byCid.get(prefix) ?? this.records.keys()
    const exact = this.byCid.has(prefix)
    // A prefix with a CID that nobody provides: nothing to scan for.
    if (!exact && namesOneCid(prefix)) return found
    for (const name of names) {
      const value = this.records.get(name)
      if (value !== undefined && name.startsWith(prefix)) found.push([name, value])
    }
    return found
  }

  private makeRoom(cidKey: string, peer: string): boolean {
    if (peer === this.self) return true
    const held = this.perPeer.get(peer) ?? 0
    if (held >= this.limits.maxProviderRecordsPerPeer) return false
    const ofCid = this.byCid.get(cidKey)
    if (ofCid !== undefined && ofCid.size >= this.limits.maxProvidersPerCid) return this.dropOldest(ofCid)
    if (this.records.size < this.limits.maxProviderRecords) return true
    if (held > this.limits.maxProviderRecords / this.perPeer.size) return false
    return this.dropOldest(this.records.keys())
  }

  private dropOldest(names: Iterable<string>): boolean {
    for (const name of names) {
      if (parse(name).peer === this.self) continue
      this.delete(name)
      return true
    }
    return false
  }
}

function parse(name: string): { cidKey: string; peer: string } {
  const slash = name.lastIndexOf('/')
  return { cidKey: name.slice(0, slash), peer: name.slice(slash + 1) }
}

/** `<dht>/provider/<cid>`, as opposed to `<dht>/provider`. */
function namesOneCid(prefix: string): boolean {
  return /\/provider\/[^/]+$/.test(prefix)
}
