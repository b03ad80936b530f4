/** Moving one large file: from one source with what it costs both ends, and from four sources at once. */
import { dirname } from 'node:path'
import type { BenchPeer } from '../contenders/contender.ts'
import { type OwnedMemory, ownMemory } from '../harness/owned-memory.ts'
import { GIB, MB, resourcesOf, type Scenario, type ScenarioContext, verify } from './scenario.ts'

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
    const memory = await ownedMemory(context, dirname(destination), data.sizeBytes)
    const before = await Promise.all(peers.map((peer) => resourcesOf(context, peer)))
    const fetching = await downloader.fetch({ sources: [shared], fellows: [], destination }, signal)
    const fetched = await fetching.done
    const after = await Promise.all(peers.map((peer) => resourcesOf(context, peer)))
    await memory.release()
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
    const memory = await ownedMemory(context, dirname(destination), data.sizeBytes)
    const peers = [downloader, ...sources]
    const before = await Promise.all(peers.map((peer) => resourcesOf(context, peer)))
    const fetching = await downloader.fetch({ sources: shared, fellows: [], destination }, signal)
    const fetched = await fetching.done
    const after = await Promise.all(peers.map((peer) => resourcesOf(context, peer)))
    await memory.release()
    await verify(fetched, data)
    const [own = Number.NaN, ...theirs] = after.map(
      ({ cpuSeconds }, index) => cpuSeconds - (before[index]?.cpuSeconds ?? Number.NaN),
    )
    const sum = theirs.reduce((total, seconds) => total + seconds, 0)
    context.note(`four sources: CPU of the downloader ${own.toFixed(2)} s, of the sources together ${sum.toFixed(2)} s`)
    return { 'throughput-4': rate(data.sizeBytes, fetched.finishedAtMs - fetching.startedAtMs) }
  },
}

/** Called right before the clock starts, released after it has stopped; the note says what it was worth. */
async function ownedMemory(
  { note, scale }: ScenarioContext,
  dir: string,
  sizeBytes: number,
): Promise<Pick<OwnedMemory, 'release'>> {
  if (scale.ownMemory !== true) return { release: async () => {} }
  const memory = await ownMemory(dir, sizeBytes * 1.25)
  note(
    `page cache: as many bytes took ${memory.freshMs.toFixed(0)} ms into free memory, ${memory.againMs.toFixed(0)} ms into the same memory again`,
  )
  return memory
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
