/**
 * The engine's metrics in Prometheus text. Counting is adding to plain numbers, so the hot path never meets the metrics
 * library; that is loaded, and gauges are read from the engine, only when somebody asks. Labels are from closed sets:
 * no share, peer or file name becomes a label, so the number of series is bounded.
 * Rule [DA17].
 */
import type { Registry } from 'prom-client'
import type { NodeStatus, ShareState, ShareSummary } from '../../../shared/contract/model.ts'

export const CHUNK_RESULTS = ['verified', 'corrupt', 'timed-out'] as const
export type ChunkResult = (typeof CHUNK_RESULTS)[number]
const SHARE_STATES: readonly ShareState[] = [
  'resolving',
  'ready',
  'downloading',
  'paused',
  'finishing',
  'seeding',
  'failed',
]

/** What is measured at the moment of asking. */
export interface MetricFacts {
  readonly node: NodeStatus
  readonly shares: readonly ShareSummary[]
}

export class EngineMetrics {
  readonly #facts: () => MetricFacts | Promise<MetricFacts>
  readonly #chunks: Record<ChunkResult, number> = {
    verified: 0,
    corrupt: 0,
    'timed-out': 0,
  }
  readonly #payloadBytes = { in: 0, out: 0 }
  #lookups = 0
  #registry: Promise<Registry> | undefined
  #gauges: ((facts: MetricFacts) => void) | undefined

  constructor(facts: () => MetricFacts | Promise<MetricFacts>) {
    this.#facts = facts
  }

  payload(direction: 'in' | 'out', bytes: number): void {
    this.#payloadBytes[direction] += bytes
  }

  chunk(result: ChunkResult, count = 1): void {
    this.#chunks[result] += count
  }

  dhtLookup(): void {
    this.#lookups += 1
  }

  /** The registry, for libraries that add their own metrics. The first call starts the process metrics (event loop lag, memory, GC). */
  registry(): Promise<Registry> {
    this.#registry ??= this.#build()
    return this.#registry
  }

  /** Prometheus text format 0.0.4. */
  async render(): Promise<string> {
    const registry = await this.registry()
    this.#gauges?.(await this.#facts())
    return registry.metrics()
  }

  async #build(): Promise<Registry> {
    const { Counter, Gauge, Registry, collectDefaultMetrics } = await import('prom-client')
    const registry = new Registry()
    const registers = [registry]
    const engine = this
    collectDefaultMetrics({ register: registry })
    new Counter({
      name: 'shoal_payload_bytes_total',
      help: 'Chunk payload moved since the start, in bytes.',
      labelNames: ['direction'],
      registers,
      collect() {
        this.reset()
        this.inc({ direction: 'in' }, engine.#payloadBytes.in)
        this.inc({ direction: 'out' }, engine.#payloadBytes.out)
      },
    })
    new Counter({
      name: 'shoal_chunks_total',
      help: 'Chunks that were asked for, by what became of them.',
      labelNames: ['result'],
      registers,
      collect() {
        this.reset()
        for (const result of CHUNK_RESULTS) this.inc({ result }, engine.#chunks[result])
      },
    })
    new Counter({
      name: 'shoal_dht_lookups_total',
      help: 'Provider look-ups started in any DHT.',
      registers,
      collect() {
        this.reset()
        this.inc(engine.#lookups)
      },
    })
    this.#gauges = makeGauges(Gauge, registers)
    return registry
  }
}

/** Gauges are set from one reading of the engine just before they are printed. */
function makeGauges(Gauge: typeof import('prom-client').Gauge, registers: Registry[]): (facts: MetricFacts) => void {
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers })
  const connections = gauge('shoal_connections', 'Open connections.')
  const shoalPeers = gauge('shoal_peers', 'Connected peers that speak the exchange protocol.')
  const down = gauge('shoal_down_bytes_per_second', 'Payload rate inward.')
  const up = gauge('shoal_up_bytes_per_second', 'Payload rate outward.')
  const slots = gauge('shoal_upload_slots', 'Upload slots.')
  const trouble = gauge('shoal_shares_in_trouble', 'Shares that cannot move and say why.')
  const dht = new Gauge({
    name: 'shoal_dht_table_peers',
    help: 'Peers in the routing table.',
    labelNames: ['route'],
    registers,
  })
  const byState = new Gauge({ name: 'shoal_shares', help: 'Shares by state.', labelNames: ['state'], registers })
  return ({ node, shares }) => {
    connections.set(node.connections)
    shoalPeers.set(node.shoalPeers)
    down.set(node.downBytesPerSecond)
    up.set(node.upBytesPerSecond)
    slots.set(node.uploadSlots)
    trouble.set(shares.filter((share) => share.trouble !== undefined).length)
    dht.reset()
    for (const { route, tablePeers } of node.dht) dht.set({ route }, tablePeers)
    for (const state of SHARE_STATES) byState.set({ state }, shares.filter((share) => share.state === state).length)
  }
}
