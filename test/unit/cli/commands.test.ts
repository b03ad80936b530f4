/** Commands against an engine double: what they ask of it, what they print where, and the code they leave with. */
import { describe, expect, test } from 'vitest'
import { EventHub } from '../../../main/engine/telemetry/event-hub.ts'
import type { ImportJob, ShareSummary } from '../../../shared/contract/model.ts'
import { EngineDouble } from '../../contract/support/engine-double.ts'
import { ROOT_A, ROOT_B, settingsView, share } from '../../support/samples.ts'
import { shoal } from './support.ts'

const LINK = `shoal:${ROOT_A}`

class Fetching extends EngineDouble {
  /** What happens after `start`: one share per step, a few milliseconds apart, as an engine's clock would have it. */
  steps: Partial<Parameters<typeof share>[1]>[] = []
  constructor() {
    super(new EventHub({ intervalMs: 1 }))
  }
  override async start(input: Parameters<EngineDouble['start']>[0]) {
    const started = await super.start(input)
    void this.play(input.root)
    return started
  }
  async play(root: string) {
    for (const step of this.steps) {
      await new Promise((resolve) => setTimeout(resolve, 4))
      this.publish({ type: 'share', value: share(root, { ...this.sharesByRoot.get(root), ...step }) })
    }
  }
}

const done = { state: 'seeding', haveBytes: 1_000, haveChunks: 1, path: '/cwd/holiday.mp4', finishedAt: 3_000 } as const

describe('shoal get', () => {
  test('[CL2] in a pipe stdout is the path and nothing else', async () => {
    const double = new Fetching()
    double.steps = [{ haveBytes: 400 }, done]
    const ran = await shoal(['get', LINK], { double })
    expect(ran).toMatchObject({ code: 0, out: '/cwd/holiday.mp4\n' })
    expect(ran.err).toContain('1.00 kB, verified')
    expect(ran.err).not.toContain('\u001b')
    expect(double.calls).toEqual([
      ['openLink', LINK],
      ['start', { root: ROOT_A, destination: '/cwd' }],
    ])
  })

  test('[CL2] on a terminal a bar is drawn on stderr and taken away again', async () => {
    const double = new Fetching()
    double.steps = [{ haveBytes: 400, downBytesPerSecond: 5e6 }, done]
    const ran = await shoal(['get', LINK, '-o', 'there'], { double, tty: true })
    expect(ran.out).toBe('/cwd/holiday.mp4\n')
    expect(ran.err).toContain('[########............]  40 %')
    expect(ran.err).toContain('5.00 MB/s')
    expect(double.calls[1]).toEqual(['start', { root: ROOT_A, destination: '/cwd/there' }])
  })

  test('[CL2] --quiet says only the path; --json one object per line', async () => {
    const double = new Fetching()
    double.steps = [done]
    expect(await shoal(['get', LINK, '-q'], { double })).toMatchObject({ out: '/cwd/holiday.mp4\n', err: '' })
    const other = new Fetching()
    other.steps = [{ haveBytes: 400 }, done]
    const ran = await shoal(['get', LINK, '--json'], { double: other })
    const events = ran.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(events[0]).toMatchObject({ event: 'progress' })
    expect(events.at(-1)).toMatchObject({ event: 'complete', path: '/cwd/holiday.mp4', haveBytes: 1_000 })
    expect(ran.err).toBe('')
  })

  test('[CL9] what is already there is not started again; what is paused is resumed; what runs is only watched', async () => {
    const complete = new Fetching()
    complete.publish({ type: 'share', value: share(ROOT_A, done) })
    expect(await shoal(['get', LINK], { double: complete })).toMatchObject({ code: 0, out: '/cwd/holiday.mp4\n' })
    expect(complete.calls).toEqual([['openLink', LINK]])

    const paused = new Fetching()
    paused.publish({ type: 'share', value: share(ROOT_A, { state: 'paused', haveBytes: 400, path: '/cwd' }) })
    paused.resume = async (root) => {
      paused.calls.push(['resume', root])
      paused.steps = [done]
      void paused.play(root)
      return paused.share(root)
    }
    expect((await shoal(['get', LINK], { double: paused })).code).toBe(0)
    expect(paused.calls.map(([name]) => name)).toEqual(['openLink', 'resume'])

    const runs = new Fetching()
    runs.publish({ type: 'share', value: share(ROOT_A, { state: 'downloading', haveBytes: 400 }) })
    runs.steps = [done]
    void runs.play(ROOT_A)
    expect((await shoal(['get', LINK], { double: runs })).code).toBe(0)
    expect(runs.calls.map(([name]) => name)).toEqual(['openLink'])
  })

  test('[CL8] --select picks by pattern, after the manifest is known', async () => {
    const double = new Fetching()
    const files = ['a/one.jpg', 'a/two.txt', 'b/three.JPG', 'b/four.jpg'].map((path, index) => ({
      index,
      path,
      sizeBytes: 5,
      haveBytes: 0,
      selected: true,
    }))
    double.files = async () => ({ total: files.length, files })
    double.openLink = async ({ link }) => {
      double.calls.push(['openLink', link])
      double.publish({ type: 'share', value: share(ROOT_A, { state: 'resolving' }) })
      setTimeout(() => double.publish({ type: 'share', value: share(ROOT_A, { state: 'ready' }) }), 5)
      return share(ROOT_A, { state: 'resolving' })
    }
    double.steps = [done]
    await shoal(['get', LINK, '--select', '*.jpg', '--select', 'a/two.*', '--sequential'], { double })
    expect(double.calls[1]).toEqual([
      'start',
      { root: ROOT_A, destination: '/cwd', select: [0, 1, 3], sequential: true },
    ])
    const none = await shoal(['get', LINK, '--select', '*.pdf'], { double })
    expect(none.code).toBe(2)
    expect(none.err).toContain('None of the 4 files fits *.pdf')
  })

  test('[CL2] --list shows the tree, starts nothing, and leaves nothing behind', async () => {
    const double = new Fetching()
    const files = ['a/one.jpg', 'a/b/two\u001b[2J.txt', 'three.txt'].map((path, index) => ({
      index,
      path,
      sizeBytes: 5_000,
      haveBytes: 0,
      selected: true,
    }))
    double.files = async () => ({ total: files.length, files })
    double.openLink = async () => {
      const ready = share(ROOT_A, { state: 'ready', type: 'directory', name: 'album', totalBytes: 15_000 })
      double.publish({ type: 'share', value: ready })
      return ready
    }
    const ran = await shoal(['get', LINK, '--list'], { double })
    expect(ran.out).toBe(
      'album  15.0 kB, 3 files\n  a/\n    one.jpg  5.00 kB\n    b/\n      two\\u{1b}[2J.txt  5.00 kB\n  three.txt  5.00 kB\n',
    )
    expect(double.calls).toEqual([['remove', { root: ROOT_A, withData: true }]])
    double.publish({ type: 'share', value: share(ROOT_A) })
    double.calls.length = 0
    await shoal(['get', LINK, '--list'], { double })
    expect(double.calls).toEqual([])
  })

  test.each([
    ['no-sources', 4],
    ['no-manifest', 4],
    ['disk-full', 5],
    ['destination-read-only', 5],
    ['invalid-manifest', 6],
  ] as const)(
    '[CL1] [CL9] nothing moves because of %s: the reason is said, and after --timeout the code is %i',
    async (code, exit) => {
      const double = new Fetching()
      double.steps = [
        { state: 'downloading', haveBytes: 400, trouble: { code, message: `Because of ${code}.`, sinceAt: 1 } },
      ]
      let time = 0
      const ran = await shoal(['get', LINK, '--timeout', '3s'], { double, now: () => (time += 1_000) })
      expect(ran.code).toBe(exit)
      expect(ran.err).toContain(`Because of ${code}.`)
      expect(ran.err).toContain('what is there is kept')
      expect(ran.out).toBe('')
    },
  )

  test('[CL1] content that can never be right fails at once', async () => {
    const double = new Fetching()
    double.steps = [
      { state: 'failed', trouble: { code: 'invalid-manifest', message: 'A size in it is a lie.', sinceAt: 1 } },
    ]
    const ran = await shoal(['get', LINK], { double })
    expect(ran.code).toBe(6)
    expect(ran.err).toContain('A size in it is a lie.')
  })

  test.each([
    ['embedded', 'The same command goes on from here'],
    ['daemon', 'the daemon goes on with it'],
  ] as const)('[CL9] Ctrl-C with a session of kind %s says how to go on, and leaves with 130', async (kind, said) => {
    const double = new Fetching()
    double.steps = [{ haveBytes: 450 }]
    const stop = new AbortController()
    const running = shoal(['get', LINK], { double, kind, signal: stop.signal })
    await expect.poll(() => double.sharesByRoot.get(ROOT_A)?.haveBytes).toBe(450)
    await new Promise((resolve) => setTimeout(resolve, 10))
    stop.abort()
    const ran = await running
    expect(ran.code).toBe(130)
    expect(ran.err).toContain(said)
    expect(ran.err).toContain('45 %')
  })

  test('[CL1] a link that is none is wrong usage; a share removed meanwhile is a failure', async () => {
    expect((await shoal(['get', 'http://x'])).code).toBe(2)
    const double = new Fetching()
    const running = shoal(['get', LINK], { double })
    await expect.poll(() => double.hub.subscribers).toBe(1)
    double.publish({ type: 'share-removed', root: ROOT_A })
    expect((await running).code).toBe(1)
  })
})

describe('shoal share', () => {
  class Indexing extends EngineDouble {
    outcome: 'done' | 'failed' = 'done'
    constructor() {
      super(new EventHub({ intervalMs: 1 }))
    }
    override async importPath(input: { path: string; ignore?: string[] }) {
      return this.index(await super.importPath(input), { path: input.path })
    }
    override async importPaths(input: { paths: string[]; name: string; ignore?: string[] }) {
      const { paths, name } = input
      return this.index(await super.importPaths(input), { name, paths: { count: paths.length, first: paths } })
    }
    private index(job: ImportJob, of: Partial<ShareSummary>): ImportJob {
      void (async () => {
        await new Promise((resolve) => setTimeout(resolve, 4))
        this.publish({ type: 'job', value: { ...job, state: 'hashing', totalBytes: 10, doneBytes: 5 } })
        await new Promise((resolve) => setTimeout(resolve, 4))
        if (this.outcome === 'failed') {
          this.publish({
            type: 'job',
            value: { ...job, state: 'failed', error: { code: 'PATH_MISSING', message: 'It is not there.' } },
          })
          return
        }
        this.publish({
          type: 'share',
          value: share(ROOT_A, { origin: 'in-place', state: 'seeding', link: LINK, ...of }),
        })
        this.publish({
          type: 'job',
          value: { ...job, state: 'done', root: ROOT_A, skipped: [{ path: 'x/link', reason: 'symlink' }] },
        })
      })()
      return job
    }
  }

  test('[CL2] stdout is the link and nothing else; what was left out is said', async () => {
    const double = new Indexing()
    const ran = await shoal(['share', 'holiday.mp4', '--ignore', '*.tmp'], { double })
    expect(ran).toMatchObject({ code: 0, out: `${LINK}\n` })
    expect(ran.err).toContain('left out: x/link (symlink)')
    expect(double.calls).toEqual([['importPath', { path: '/cwd/holiday.mp4', ignore: ['*.tmp'] }]])
  })

  test.each([
    [['--together', 'a.jpg', 'sub/b.jpg', 'c'], 'a.jpg and 2 more'],
    [['--together', '--name', 'Rome', 'a.jpg', 'sub/b.jpg', 'c'], 'Rome'],
  ])('[CL14] %j: one share, one link', async (words, name) => {
    const double = new Indexing()
    const ran = await shoal(['share', ...words, '--ignore', '*.tmp'], { double })
    expect(ran).toMatchObject({ code: 0, out: `${LINK}\n` })
    const paths = ['/cwd/a.jpg', '/cwd/sub/b.jpg', '/cwd/c']
    expect(double.calls).toEqual([['importPaths', { paths, name, ignore: ['*.tmp'] }]])
    const json = await shoal(['share', ...words, '--json'], { double: new Indexing() })
    expect(JSON.parse(json.out.trim().split('\n').at(-1) ?? '')).toMatchObject({ event: 'shared', paths, link: LINK })
  })

  test('[CL14] a name without --together is wrong usage', async () => {
    const double = new Indexing()
    expect((await shoal(['share', '--name', 'Rome', 'a.jpg'], { double })).code).toBe(2)
    expect(double.calls).toEqual([])
  })

  test('[CL4] without a daemon it says so, stays until Ctrl-C, and that is no failure', async () => {
    const stop = new AbortController()
    const double = new Indexing()
    const running = shoal(['share', 'holiday.mp4'], { double, kind: 'embedded', signal: stop.signal })
    await expect.poll(() => double.hub.subscribers === 1 && double.jobs.get('job-1')?.state === 'done').toBe(true)
    await new Promise((resolve) => setTimeout(resolve, 20))
    stop.abort()
    const ran = await running
    expect(ran).toMatchObject({ code: 0, out: `${LINK}\n` })
    expect(ran.err).toContain('Ctrl-C stops sharing')
  })

  test('[CL1] a path that is not there is 5; Ctrl-C while indexing cancels the job and is 130', async () => {
    const failing = new Indexing()
    failing.outcome = 'failed'
    expect(await shoal(['share', 'gone'], { double: failing })).toMatchObject({ code: 5, out: '' })
    const stop = new AbortController()
    const double = new EngineDouble()
    const running = shoal(['share', 'large'], { double, signal: stop.signal })
    await expect.poll(() => double.hub.subscribers).toBe(1)
    stop.abort()
    expect((await running).code).toBe(130)
    expect(double.calls).toContainEqual(['cancelImport', 'job-1'])
  })
})

describe('the other commands', () => {
  const two = () => {
    const double = new EngineDouble()
    double.publish({ type: 'share', value: share(ROOT_A, { name: 'one\u001b[31m.txt' }) })
    double.publish({
      type: 'share',
      value: share(ROOT_B, { name: 'two.txt', state: 'seeding', haveBytes: 1_000, origin: 'in-place' }),
    })
    return double
  }

  test('[CL7] ls lists, with names made harmless; --json gives them as they are', async () => {
    const ran = await shoal(['ls'], { double: two() })
    expect(ran.code).toBe(0)
    expect(ran.out).toContain('one\\u{1b}[31m.txt')
    expect(ran.out).not.toContain('\u001b')
    expect(ran.out.split('\n')[0]).toMatch(/^ROOT +NAME +STATE/)
    const json = JSON.parse((await shoal(['ls', '--json'], { double: two() })).out)
    expect(json.map((one: { name: string }) => one.name)).toEqual(['one\u001b[31m.txt', 'two.txt'])
  })

  test('status, peers and doctor print facts; doctor leaves with 1 when there is a problem', async () => {
    const double = two()
    double.doctor = async () => [
      {
        id: 'x',
        title: 'Listening',
        result: 'problem',
        code: 'deaf',
        reason: 'nobody can dial in',
        nextStep: 'open the port',
      },
    ]
    expect((await shoal(['status'], { double })).out).toContain('Quiet Heron')
    expect((await shoal(['status', 'two.txt'], { double })).out).toContain('departures')
    double.publish({
      type: 'share',
      value: share(ROOT_B, { name: 'two.txt', paths: { count: 4, first: ['/a', '/b', '/c'] } }),
    })
    expect((await shoal(['status', ROOT_B], { double })).out).toContain('/a, /b, /c and 1 more')
    expect((await shoal(['peers'], { double })).err).toContain('No peers yet')
    expect((await shoal(['peers', 'two.txt'], { double })).out).toContain('alive')
    const doctor = await shoal(['doctor'], { double })
    expect(doctor.code).toBe(1)
    expect(doctor.out).toContain('PROBLEM  Listening: nobody can dial in\n         open the port')
  })

  test('[CL5] pause and resume take references; all are understood before anything is changed', async () => {
    const double = two()
    expect((await shoal(['pause', 'two.txt', ROOT_A.slice(0, 12)], { double })).code).toBe(0)
    expect([...double.sharesByRoot.values()].map((one) => one.state)).toEqual(['paused', 'paused'])
    const wrong = await shoal(['resume', 'two.txt', 'three.txt'], { double })
    expect(wrong.code).toBe(2)
    expect([...double.sharesByRoot.values()].map((one) => one.state)).toEqual(['paused', 'paused'])
    expect((await shoal(['pause'], { double })).code).toBe(2)
    expect((await shoal(['resume', '--all', '--json'], { double })).out).toContain('"state":"downloading"')
  })

  test('[CL10] remove never deletes data without being told twice', async () => {
    const double = two()
    const refused = await shoal(['remove', ROOT_A, '--with-data'], { double })
    expect(refused.code).toBe(2)
    expect(double.calls).toEqual([])
    expect((await shoal(['remove', ROOT_A, '--with-data'], { double, confirm: async () => false })).code).toBe(130)
    expect(double.calls).toEqual([])
    expect((await shoal(['remove', ROOT_A, '--with-data', '--yes'], { double })).code).toBe(0)
    expect((await shoal(['remove', 'two.txt'], { double })).err).toContain('your files are where they were')
    expect(double.calls).toEqual([
      ['remove', { root: ROOT_A, withData: true }],
      ['remove', { root: ROOT_B, withData: false }],
    ])
  })

  test.each([
    [['--down', '5MB/s', '--up', '1M'], { down: 5_000_000, up: 1_000_000 }],
    [['--up', 'none'], { up: null }],
    [['--none'], { down: null, up: null }],
    [['--down', '1MiB', '--share', 'two.txt'], { root: ROOT_B, down: 1_048_576 }],
  ])('[CL6] limit %j asks for %j', async (argv, input) => {
    const double = two()
    expect((await shoal(['limit', ...argv], { double })).code).toBe(0)
    expect(double.calls).toEqual([['limit', input]])
  })

  test('[CL6] [SE7] limit tells the normal limits, and that the schedule stands above them now', async () => {
    const double = new EngineDouble()
    const { settings } = settingsView({ limits: { down: 5_000_000, up: null } })
    const schedule = { ...settings.schedule, enabled: true, down: 1_000, up: null }
    double.settings_ = { settings: { ...settings, schedule }, waiting: [], fixed: [], scheduleActive: true }
    const ran = await shoal(['limit'], { double })
    expect(ran.out).toBe('All shares together: down 5.00 MB/s, up no limit\n')
    expect(ran.err).toContain('The schedule is on now: until it ends, down 1.00 kB/s, up no limit.')
    const json = JSON.parse((await shoal(['limit', '--json'], { double })).out)
    expect(json).toEqual({ limitDownBytesPerSecond: 5_000_000, scheduleActive: true })
  })

  test('[NE94] peers shows what the user calls them beside what they call themselves', async () => {
    const double = new EngineDouble()
    double.peersById.set('x', { peer: 'x', name: 'Quiet Heron', nickname: 'Laptop', connected: true, shoal: true })
    expect((await shoal(['peers'], { double })).out).toContain('Laptop (Quiet Heron)')
  })

  test('[CL6] limit without options only says what they are; a wrong rate is wrong usage', async () => {
    const double = two()
    expect((await shoal(['limit'], { double })).out).toBe('All shares together: down no limit, up no limit\n')
    expect((await shoal(['limit', '--up', 'fast'], { double })).code).toBe(2)
    expect((await shoal(['limit', '--up', '0'], { double })).code).toBe(2)
    expect(double.calls).toEqual([])
  })

  test('[CL3] commands that make sense without a daemon say so to the session, the others do not', async () => {
    const double = two()
    double.doctor = async () => []
    const embeds = async (...argv: string[]) => (await shoal(argv, { double })).sessions.map((session) => session.embed)
    for (const argv of [['ls'], ['doctor'], ['limit'], ['pause', '--all']])
      expect(await embeds(...argv)).toEqual([true])
    for (const argv of [['status'], ['peers'], ['resume', '--all']]) expect(await embeds(...argv)).toEqual([false])
  })
})

describe('the command line itself', () => {
  test.each([[['--help']], [['get', '--help']], [['share', '--help']], [['--version']]])(
    '[CL11] %j is answered on stdout with 0',
    async (argv) => {
      const ran = await shoal(argv)
      expect(ran.code).toBe(0)
      expect(ran.out.length).toBeGreaterThan(4)
      expect(ran.err).toBe('')
    },
  )

  test('[CL1] [CL11] the help names every command, has examples, and lists the exit codes', async () => {
    const { out } = await shoal(['--help'])
    for (const command of [
      'daemon',
      'share',
      'get',
      'ls',
      'status',
      'peers',
      'pause',
      'resume',
      'remove',
      'limit',
      'open',
      'doctor',
    ])
      expect(out).toContain(`  ${command} `)
    expect(out).toContain('Examples:')
    for (const code of ['0 ', '1 ', '2 ', '3 ', '4 ', '5 ', '6 ', '130 '])
      expect(out).toMatch(new RegExp(`\\n  ${code}`))
    expect((await shoal(['get', '--help'])).out).toContain('--profile')
  })

  test.each([
    [[]],
    [['frobnicate']],
    [['get']],
    [['get', 'a', 'b']],
    [['get', LINK, '--timeout', 'soon']],
    [['--network', 'moon', 'ls']],
    [['ls', '--unknown']],
    [['--listen-port', '70000', 'ls']],
  ])('[CL1] %j is wrong usage: 2, said on stderr', async (argv) => {
    const ran = await shoal(argv)
    expect(ran.code).toBe(2)
    expect(ran.out).toBe('')
    expect(ran.err.length).toBeGreaterThan(10)
  })

  test('[CL11] what stands before `daemon` reaches it, and its own options pass untouched', async () => {
    const given: (readonly string[])[] = []
    const daemon = async (argv: readonly string[]) => {
      given.push(argv)
      return 7
    }
    expect(
      (await shoal(['--profile', '/p', 'daemon', '--headless', '--api-port', '5', '--no-mdns'], { daemon })).code,
    ).toBe(7)
    await shoal(['daemon', '--network', 'local', '--help'], { daemon })
    expect(given).toEqual([
      ['--profile', '/p', '--headless', '--api-port', '5', '--no-mdns'],
      ['--network', 'local', '--help'],
    ])
  })
})
