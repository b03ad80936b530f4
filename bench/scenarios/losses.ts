/**
 * A source is lost in the middle of a fetch from four: killed, so that its connection breaks, or stopped, so that it only
 * falls silent. Measured is when the downloader says that it noticed, and when it asked others for that source's chunks.
 */
import type { BenchPeer, Losses } from '../contenders/contender.ts'
import { NotMeasured } from '../harness/meter.ts'
import { until } from '../harness/wait.ts'
import { type Scenario, type ScenarioContext, type Values, verify } from './scenario.ts'

const SOURCES = 4
/** Part of the file that has come when the source is lost. */
const LOST_AT = 0.2
/** What is left then takes three sources this long, so that the fetch outlives the 10 s that noticing silence may take. */
const REST_MS = 16_000
const LOOK_EVERY_MS = 50
const NOTICE_TIMEOUT_MS = 60_000

export const killed: Scenario = {
  name: 'killed',
  measures: ['killed-noticed', 'killed-reasked'],
  timeoutMs: 120_000,
  run: (context) =>
    loseOne(context, 'SIGKILL', ({ noticedAtMs, reaskedAtMs }, lostAtMs) => ({
      'killed-noticed': (noticedAtMs - lostAtMs) / 1_000,
      'killed-reasked': (reaskedAtMs - lostAtMs) / 1_000,
    })),
}

export const silent: Scenario = {
  name: 'silent',
  measures: ['silent-noticed', 'silent-reasked'],
  timeoutMs: 120_000,
  run: (context) =>
    loseOne(context, 'SIGSTOP', ({ noticedAtMs, reaskedAtMs }, lostAtMs) => ({
      'silent-noticed': (noticedAtMs - lostAtMs) / 1_000,
      // Chunks may be asked elsewhere before the source is given up.
      'silent-reasked': Math.max(0, reaskedAtMs - noticedAtMs) / 1_000,
    })),
}

type Told = { [K in keyof Losses]: number }

async function loseOne(
  context: ScenarioContext,
  signalName: 'SIGKILL' | 'SIGSTOP',
  values: (told: Told, lostAtMs: number) => Values,
): Promise<Values> {
  const { scale, signal, workspace } = context
  const data = await workspace.dataFile(scale.transferBytes)
  const limitUpBytesPerSecond = Math.round((data.sizeBytes * (1 - LOST_AT)) / (SOURCES - 1) / (REST_MS / 1_000))
  const downloader = await context.start('downloader')
  if (downloader.watchLosses === undefined) throw new NotMeasured('it does not tell of losses')
  const sources: BenchPeer[] = []
  const shared = []
  for (let number = 1; number <= SOURCES; number++) {
    const source = await context.start(`source-${number}`, { limitUpBytesPerSecond })
    sources.push(source)
    shared.push(await source.share(data.path, signal))
  }
  const [victim] = sources
  if (victim === undefined) throw new Error('there is no source')
  const losses = await downloader.watchLosses(victim, signal)
  const destination = await context.folder('destination')
  const fetching = await downloader.fetch({ sources: shared, fellows: [], destination }, signal)
  let isDone = false
  const done = fetching.done.finally(() => {
    isDone = true
  })
  done.catch(() => {})
  await until(async () => (await fetching.receivedBytes()) >= LOST_AT * data.sizeBytes, {
    everyMs: LOOK_EVERY_MS,
    timeoutMs: NOTICE_TIMEOUT_MS,
    what: 'the first part of the file',
    signal,
  })
  const lostAtMs = Date.now()
  victim.child.kill(signalName)
  let told: Told | undefined
  await until(
    () => {
      const { noticedAtMs, reaskedAtMs } = losses()
      if (noticedAtMs !== undefined && reaskedAtMs !== undefined) told = { noticedAtMs, reaskedAtMs }
      return told !== undefined || isDone
    },
    { everyMs: LOOK_EVERY_MS, timeoutMs: NOTICE_TIMEOUT_MS, what: 'word of the loss', signal },
  )
  await verify(await done, data)
  if (told === undefined) {
    const { noticedAtMs, reaskedAtMs } = losses()
    const never = [noticedAtMs === undefined ? 'noticed' : '', reaskedAtMs === undefined ? 'asked elsewhere' : '']
    throw new Error(`the file was complete without the loss being ${never.filter((word) => word !== '').join(' and ')}`)
  }
  return values(told, lostAtMs)
}
