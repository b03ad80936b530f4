/** The only source is killed in the middle and started again five seconds later, on the same profile: when do bytes flow? */
import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '../harness/wait.ts'
import { type Scenario, SOURCE_BYTES_PER_SECOND, verify } from './scenario.ts'

const KILL_AT = 0.3
const OUTAGE_MS = 5_000
/** Resolution of the result. */
const LOOK_EVERY_MS = 20
const FLOW_TIMEOUT_MS = 60_000

export const restart: Scenario = {
  name: 'restart',
  measures: ['restart'],
  timeoutMs: 150_000,
  async run(context) {
    const { scale, signal, workspace } = context
    const data = await workspace.dataFile(scale.faultBytes)
    const options = { limitUpBytesPerSecond: SOURCE_BYTES_PER_SECOND, persistent: true }
    const source = await context.start('source', options)
    const shared = await source.share(data.path, signal)
    const downloader = await context.start('downloader')
    const destination = await context.folder('destination')
    const fetching = await downloader.fetch({ sources: [shared], fellows: [], destination }, signal)
    fetching.done.catch(() => {})
    const wait = { everyMs: LOOK_EVERY_MS, timeoutMs: FLOW_TIMEOUT_MS, signal }
    await until(async () => (await fetching.receivedBytes()) >= KILL_AT * data.sizeBytes, {
      ...wait,
      what: 'the first part of the file',
    })
    source.child.kill('SIGKILL')
    await source.child.exited
    await sleep(OUTAGE_MS, undefined, { signal })
    const beforeBytes = await fetching.receivedBytes()
    const starting = context.start('source', options)
    // Looked at while it starts: bytes may flow before its "ready" is read.
    const [flowedAtMs, again] = await Promise.all([
      until(async () => (await fetching.receivedBytes()) > beforeBytes, { ...wait, what: 'bytes after the return' }),
      starting,
    ])
    context.note(`restart: the source said ready ${(again.child.readyMs / 1_000).toFixed(2)} s after its start`)
    await verify(await fetching.done, data)
    return { restart: (flowedAtMs - again.child.startedAtMs) / 1_000 }
  },
}
