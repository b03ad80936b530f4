/**
 * Payload that moved, as a counter for the metrics: the exchanges count it anyway, so the hot path does nothing more; what
 * was added since the last reading is handed on.
 */
import type { EngineMetrics } from '../telemetry/metrics.ts'

export class MovedBytes {
  private seen = { in: 0, out: 0 }
  private readonly metrics: Pick<EngineMetrics, 'payload'>

  constructor(metrics: Pick<EngineMetrics, 'payload'>) {
    this.metrics = metrics
  }

  /** Totals of this run; they never fall. */
  now({ receivedBytes, sentBytes }: { receivedBytes: number; sentBytes: number }): void {
    this.metrics.payload('in', receivedBytes - this.seen.in)
    this.metrics.payload('out', sentBytes - this.seen.out)
    this.seen = { in: receivedBytes, out: sentBytes }
  }
}
