/** A DHT for tests of what stands on it: who is in the table, who takes records, who provides, all set by the test. */
import type { DhtView, FoundProvider } from '../../../main/engine/network/dht-view.ts'

export class FakeDht implements DhtView {
  readonly route: DhtView['route']
  peers: string[] = []
  /** Peers in the table that do not answer. */
  readonly dead = new Set<string>()
  providers: FoundProvider[] = []
  failLookups = false
  provides = 0
  lookups = 0
  running = 0
  maxRunning = 0
  withdrawn: string[] = []
  /** While set, rounds wait for it. */
  hold: Promise<void> | undefined
  private readonly listeners = new Set<(peer: string) => void>()

  constructor(route: DhtView['route'] = 'lan-dht') {
    this.route = route
  }

  mode = (): 'server' => 'server'
  tablePeers = (): number => this.peers.length
  table = () => ({ kadId: new Uint8Array(32), bucketSize: 20, buckets: [] })
  lookupsBegun = (): number => this.lookups
  nearest = (_root: unknown, count: number): string[] => this.peers.slice(0, count)
  lookAround = async (): Promise<void> => {}
  withdraw = async (root: { toString(): string }): Promise<void> => {
    this.withdrawn.push(root.toString())
  }

  join(...peers: string[]): void {
    for (const peer of peers) {
      this.peers.push(peer)
      for (const listener of this.listeners) listener(peer)
    }
  }

  onPeer(listener: (peer: string) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  get listenerCount(): number {
    return this.listeners.size
  }

  async *provide(_root: unknown, signal: AbortSignal): AsyncGenerator<string> {
    this.provides++
    this.running++
    this.maxRunning = Math.max(this.maxRunning, this.running)
    try {
      await this.hold
      signal.throwIfAborted()
      for (const peer of this.peers) if (!this.dead.has(peer)) yield peer
    } finally {
      this.running--
    }
  }

  async *findProviders(_root: unknown, signal: AbortSignal): AsyncGenerator<FoundProvider> {
    this.lookups++
    if (this.failLookups) throw new Error('look-up failed')
    for (const provider of this.providers) {
      signal.throwIfAborted()
      yield provider
    }
  }
}
