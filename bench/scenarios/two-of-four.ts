/**
 * Two of four sources of 20 MB/s each are killed when 40 % has come. Ideal is the time that the sources' rates allow,
 * from the command to the end: four of them up to the bytes that had really come at the kill, two from there.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { BenchPeer } from '../contenders/contender.ts'
import { type Scenario, SOURCE_BYTES_PER_SECOND, verify } from './scenario.ts'

const SOURCES = 4
const KILLED = 2
const KILL_AT = 0.4
/** Resolution of the stall. Asking costs the downloader about a millisecond. */
const LOOK_EVERY_MS = 25

export const twoOfFour: Scenario = {
  name: 'two-of-four',
  measures: ['two-of-four', 'two-of-four-stall'],
  timeoutMs: 120_000,
  async run(context) {
    const { scale, signal, workspace } = context
    const data = await workspace.dataFile(scale.faultBytes)
    const sources: BenchPeer[] = []
    const shared = []
    for (let number = 1; number <= SOURCES; number++) {
      const source = await context.start(`source-${number}`, { limitUpBytesPerSecond: SOURCE_BYTES_PER_SECOND })
      sources.push(source)
      shared.push(await source.share(data.path, signal))
    }
    const downloader = await context.start('downloader')
    const destination = await context.folder('destination')
    const fetching = await downloader.fetch({ sources: shared, fellows: [], destination }, signal)
    let isDone = false
    const done = fetching.done.finally(() => {
      isDone = true
    })
    done.catch(() => {})
    let atKillBytes: number | undefined
    const stalls = new Stalls()
    while (!isDone) {
      const bytes = await fetching.receivedBytes()
      if (bytes > 0) stalls.saw(bytes, performance.now(), data.sizeBytes)
      if (atKillBytes === undefined && bytes >= KILL_AT * data.sizeBytes) {
        atKillBytes = bytes
        for (const source of sources.slice(0, KILLED)) source.child.kill('SIGKILL')
      }
      await sleep(LOOK_EVERY_MS, undefined, { signal })
    }
    const fetched = await done
    await verify(fetched, data)
    if (atKillBytes === undefined) throw new Error('the fetch was over before anything could be killed')
    const idealMs = idealTimeMs(data.sizeBytes, atKillBytes)
    return {
      'two-of-four': (fetched.finishedAtMs - fetching.startedAtMs) / idealMs,
      'two-of-four-stall': stalls.longestMs / 1_000,
    }
  },
}

export function idealTimeMs(sizeBytes: number, atKillBytes: number): number {
  const perMs = SOURCE_BYTES_PER_SECOND / 1_000
  return atKillBytes / (SOURCES * perMs) + (sizeBytes - atKillBytes) / ((SOURCES - KILLED) * perMs)
}

/** The longest time between two looks of which the later saw more bytes; counting ends with the last byte. */
export class Stalls {
  #bytes = 0
  #sinceMs: number | undefined
  longestMs = 0

  saw(bytes: number, nowMs: number, sizeBytes: number): void {
    if (this.#bytes >= sizeBytes || bytes <= this.#bytes) return
    if (this.#sinceMs !== undefined) this.longestMs = Math.max(this.longestMs, nowMs - this.#sinceMs)
    this.#bytes = bytes
    this.#sinceMs = nowMs
  }
}
