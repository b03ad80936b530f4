/** Metrics as Prometheus reads them. */
import { expect, test } from 'vitest'
import { EngineMetrics } from '../../../main/engine/telemetry/metrics.ts'
import { node, ROOT_A, ROOT_B, share } from '../../support/samples.ts'

test('[DA17] counters, gauges from one reading of the engine, and process metrics; no names', async () => {
  let readings = 0
  const metrics = new EngineMetrics(() => {
    readings += 1
    const trouble = { code: 'disk-full', message: 'The disk is full.', sinceAt: 1 } as const
    return {
      node: node({ connections: 7, shoalPeers: 2, dht: [{ route: 'lan-dht', mode: 'server', tablePeers: 19 }] }),
      shares: [share(ROOT_A, { name: 'secret name.txt', trouble }), share(ROOT_B, { state: 'seeding' })],
    }
  })
  metrics.payload('in', 1_048_576)
  metrics.payload('in', 4)
  metrics.chunk('verified', 2)
  metrics.chunk('corrupt')
  metrics.dhtLookup()
  const text = await metrics.render()
  expect(readings).toBe(1)
  for (const line of [
    'shoal_payload_bytes_total{direction="in"} 1048580',
    'shoal_payload_bytes_total{direction="out"} 0',
    'shoal_chunks_total{result="verified"} 2',
    'shoal_chunks_total{result="corrupt"} 1',
    'shoal_dht_lookups_total 1',
    'shoal_connections 7',
    'shoal_peers 2',
    'shoal_dht_table_peers{route="lan-dht"} 19',
    'shoal_shares{state="downloading"} 1',
    'shoal_shares{state="seeding"} 1',
    'shoal_shares{state="failed"} 0',
    'shoal_shares_in_trouble 1',
  ]) {
    expect(text.split('\n')).toContain(line)
  }
  expect(text).toContain('nodejs_eventloop_lag_seconds')
  expect(text).toContain('process_resident_memory_bytes')
  expect(text).not.toContain('secret name')
  expect(text).not.toContain(ROOT_A)
  metrics.payload('in', 1)
  expect(await metrics.render()).toContain('shoal_payload_bytes_total{direction="in"} 1048581')
})
