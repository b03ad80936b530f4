/** Moving one large file: from one source with what it costs both ends, and from four sources at once. */
import type { BenchPeer } from '../contenders/contender.ts'
import { GIB, MB, type Scenario, type ScenarioContext, useOf, verify } from './scenario.ts'

export const transfer: Scenario = {
  name: 'transfer',
  measures: ['throughput-1', 'cpu-downloader', 'cpu-source', 'rss-downloader', 'rss-source'],
  timeoutMs: 180_000,
  async run(context) {
    const { meter, scale, signal, workspace } = context
    const data = await workspace.dataFile(scale.transferBytes)
    const source = await context.start('source')
    const downloader = await context.start('downloader')
    const shared = await source.share(data.path, signal)
    const destination = await context.folder('destination')
    const peers = [source, downloader] as const
    const resets = await Promise.all(peers.map(({ child }) => meter.resetPeak(child.pid)))
    if (resets.includes(false)) context.note('peak memory is that of the whole life of the process, indexing included')
    const before = await Promise.all(peers.map((peer) => useOf(context, peer)))
    const fetching = await downloader.fetch({ sources: [shared], fellows: [], destination }, signal)
    const fetched = await fetching.done
    const after = await Promise.all(peers.map((peer) => useOf(context, peer)))
    await verify(fetched, data)
    const gibibytes = data.sizeBytes / GIB
    const cpu = (end: 0 | 1) =>
      ((after[end]?.cpuSeconds ?? Number.NaN) - (before[end]?.cpuSeconds ?? Number.NaN)) / gibibytes
    notePageCache(context, before[0]?.storageReadBytes, after[0]?.storageReadBytes)
    return {
      'throughput-1': rate(data.sizeBytes, fetched.finishedAtMs - fetching.startedAtMs),
      'cpu-source': cpu(0),
      'cpu-downloader': cpu(1),
      'rss-source': (after[0]?.peakRssBytes ?? Number.NaN) / MB,
      'rss-downloader': (after[1]?.peakRssBytes ?? Number.NaN) / MB,
    }
  },
}

export const fourSources: Scenario = {
  name: 'four-sources',
  measures: ['throughput-4'],
  timeoutMs: 240_000,
  async run(context) {
    const { scale, signal, workspace } = context
    const data = await workspace.dataFile(scale.transferBytes)
    const sources: BenchPeer[] = []
    for (let number = 1; number <= 4; number++) sources.push(await context.start(`source-${number}`))
    // All share the same file in place: what four people with the same file would do.
    const shared = []
    for (const source of sources) shared.push(await source.share(data.path, signal))
    const downloader = await context.start('downloader')
    const destination = await context.folder('destination')
    const fetching = await downloader.fetch({ sources: shared, fellows: [], destination }, signal)
    const fetched = await fetching.done
    await verify(fetched, data)
    return { 'throughput-4': rate(data.sizeBytes, fetched.finishedAtMs - fetching.startedAtMs) }
  },
}

export function rate(sizeBytes: number, tookMs: number): number {
  return sizeBytes / MB / (tookMs / 1_000)
}

/** The source has just indexed the file, so its pages should still be in memory: what came from the device says. */
export function notePageCache(context: ScenarioContext, before: number | undefined, after: number | undefined): void {
  if (before === undefined || after === undefined) return
  const read = after - before
  context.note(
    read < MB
      ? 'page cache warm: the source read nothing from the storage device'
      : `page cache not warm: the source read ${(read / MB).toFixed(0)} MB from the storage device`,
  )
}
