/** Eight downloaders ask one slow source for the same file at once; ideal is what the source alone needs to send it once. */
import type { BenchPeer } from '../contenders/contender.ts'
import { resourcesOf, type Scenario, SOURCE_BYTES_PER_SECOND, verify } from './scenario.ts'

const DOWNLOADERS = 8

export const flashCrowd: Scenario = {
  name: 'flash-crowd',
  measures: ['flash-crowd'],
  timeoutMs: 180_000,
  async run(context) {
    const { scale, signal, workspace } = context
    const data = await workspace.dataFile(scale.crowdBytes)
    const source = await context.start('source', { limitUpBytesPerSecond: SOURCE_BYTES_PER_SECOND })
    const shared = await source.share(data.path, signal)
    const downloaders: BenchPeer[] = []
    const destinations: string[] = []
    for (let number = 1; number <= DOWNLOADERS; number++) {
      downloaders.push(await context.start(`downloader-${number}`))
      destinations.push(await context.folder(`destination-${number}`))
    }
    const peers = [source, ...downloaders]
    const before = await Promise.all(peers.map((peer) => resourcesOf(context, peer)))
    const fetches = await Promise.all(
      downloaders.map((downloader, index) => {
        const fellows = downloaders.filter((other) => other !== downloader).flatMap(({ addresses }) => addresses)
        return downloader.fetch({ sources: [shared], fellows, destination: destinations[index] ?? '' }, signal)
      }),
    )
    const all = await Promise.all(fetches.map(({ done }) => done))
    const after = await Promise.all(peers.map((peer) => resourcesOf(context, peer)))
    const sentBytes = await source.sentBytes?.()
    for (const fetched of all) await verify(fetched, data)
    const startedAtMs = Math.min(...fetches.map((fetching) => fetching.startedAtMs))
    const ends = all.map(({ finishedAtMs }) => finishedAtMs - startedAtMs)
    const idealMs = data.sizeBytes / (SOURCE_BYTES_PER_SECOND / 1_000)
    context.note(
      `flash crowd: first done after ${(Math.min(...ends) / 1_000).toFixed(2)} s, last after ${(Math.max(...ends) / 1_000).toFixed(2)} s; ideal ${(idealMs / 1_000).toFixed(2)} s`,
    )
    const cpuSeconds = after.reduce((sum, use, index) => sum + use.cpuSeconds - (before[index]?.cpuSeconds ?? 0), 0)
    context.note(`flash crowd: CPU of all nine ${cpuSeconds.toFixed(1)} s`)
    if (sentBytes !== undefined)
      context.note(`flash crowd: the source sent ${(sentBytes / data.sizeBytes).toFixed(2)} copies`)
    return { 'flash-crowd': Math.max(...ends) / idealMs }
  },
}
