/** Many paths in one `share`: several imports at a time with one subscription, links in the order of the paths. */
import { describe, expect, test } from 'vitest'
import { ImportWatch } from '../../../cli/import-watch.ts'
import { EventHub } from '../../../main/engine/telemetry/event-hub.ts'
import type { ImportJob } from '../../../shared/contract/model.ts'
import { EngineDouble } from '../../contract/support/engine-double.ts'
import { share } from '../../support/samples.ts'
import { shoal } from './support.ts'

/** Ends imports when it is told to, in whatever order. */
class Importing extends EngineDouble {
  readonly begun: ImportJob[] = []
  subscriptions = 0
  constructor() {
    super(new EventHub({ intervalMs: 1 }))
  }
  override async importPath(input: { path: string; ignore?: string[] }): Promise<ImportJob> {
    const job = { ...(await super.importPath(input)), job: `import-${this.begun.length}` }
    this.begun.push(job)
    return job
  }
  override subscribe(...how: Parameters<EngineDouble['subscribe']>): ReturnType<EngineDouble['subscribe']> {
    this.subscriptions++
    return super.subscribe(...how)
  }
  override async cancelImport(id: string): Promise<void> {
    await super.cancelImport(id)
    const job = this.begun.find(({ job }) => job === id)
    if (job !== undefined) this.publish({ type: 'job', value: { ...job, state: 'cancelled' } })
  }
  end(at: number, state: 'done' | 'failed' = 'done'): void {
    const job = this.begun[at]
    if (job === undefined) throw new Error(`import ${at} has not begun`)
    const root = `root-${at}`
    if (state === 'failed') {
      const error = { code: 'PATH_MISSING', message: `${job.path} is not there.` } as const
      this.publish({ type: 'job', value: { ...job, state, error } })
      return
    }
    this.publish({
      type: 'share',
      value: share(root, { origin: 'in-place', state: 'seeding', link: `shoal:${root}`, path: job.path }),
    })
    this.publish({ type: 'job', value: { ...job, state, root } })
  }
}

const paths = (count: number) => Array.from({ length: count }, (_, at) => `file-${at}`)
const links = (...numbers: number[]) => numbers.map((at) => `shoal:root-${at}\n`).join('')

describe('a watch of imports', () => {
  test('[CL2] that hears nothing any more says so at once to whoever asks later', async () => {
    const gone = new Error('gone')
    const api = {
      // biome-ignore lint/correctness/useYield: it ends before its first event
      async *subscribe() {
        throw gone
      },
    }
    const watch = new ImportWatch({ api, signal: new AbortController().signal, tickMs: 1, now: () => 0 })
    const job = await new EngineDouble().importPath({ path: '/a' })
    for (let round = 0; round < 2; round++) await expect(watch.ended(job, () => {})).rejects.toBe(gone)
  })
})

describe('shoal share with many paths', () => {
  test('[CL2] prints the links in the order of the paths, whichever is ready first, from one subscription', async () => {
    const double = new Importing()
    const running = shoal(['share', ...paths(3)], { double })
    await expect.poll(() => double.begun.length).toBe(3)
    for (const at of [2, 0, 1]) double.end(at)
    expect(await running).toMatchObject({ code: 0, out: links(0, 1, 2) })
    expect(double.subscriptions).toBe(1)
  })

  test('[CL2] begins 8 at a time', async () => {
    const double = new Importing()
    const running = shoal(['share', ...paths(12)], { double })
    await expect.poll(() => double.begun.length).toBe(8)
    double.end(5)
    double.end(0)
    await expect.poll(() => double.begun.length).toBe(9)
    for (let at = 1; at < 12; at++) {
      await expect.poll(() => double.begun.length).toBeGreaterThan(at)
      if (at !== 5) double.end(at)
    }
    expect(await running).toMatchObject({ code: 0, out: links(...Array(12).keys()) })
  })

  test('[CL1] one that fails ends it: the rest is cancelled, and what is shared by then is told', async () => {
    const double = new Importing()
    const running = shoal(['share', ...paths(4)], { double })
    await expect.poll(() => double.begun.length).toBe(4)
    double.end(0)
    double.end(3)
    double.end(1, 'failed')
    const ran = await running
    expect(ran).toMatchObject({ code: 5, out: links(0, 3) })
    expect(ran.err).toContain('file-1 is not there')
    expect(double.calls).toContainEqual(['cancelImport', double.begun[2]?.job])
  })

  test('[CL1] Ctrl-C cancels all that are under way', async () => {
    const double = new Importing()
    const stop = new AbortController()
    const running = shoal(['share', ...paths(2)], { double, signal: stop.signal })
    await expect.poll(() => double.begun.length === 2 && double.subscriptions === 1).toBe(true)
    stop.abort()
    expect((await running).code).toBe(130)
    for (const { job } of double.begun) expect(double.calls).toContainEqual(['cancelImport', job])
  })
})
