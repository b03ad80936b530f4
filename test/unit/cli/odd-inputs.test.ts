/** What people and scripts type by accident: empty paths, names that pretend to be lines, another folder for what is stuck. */
import { describe, expect, test } from 'vitest'
import { EventHub } from '../../../main/engine/telemetry/event-hub.ts'
import { EngineDouble } from '../../contract/support/engine-double.ts'
import { ROOT_A, ROOT_B, share } from '../../support/samples.ts'
import { shoal } from './support.ts'

const LINK = `shoal:${ROOT_A}`

describe('an empty path', () => {
  test.each([
    ['share', ''],
    ['share', 'a.txt', ''],
    ['get', LINK, '-o', ''],
    ['get', LINK, '--download-dir', ''],
    ['--profile', '', 'ls'],
    ['ls', '--profile='],
    ['daemon', '--profile', ''],
  ])('[CL1] is wrong usage, not the folder one stands in: %j %j %j', async (...argv) => {
    const double = new EngineDouble()
    const ran = await shoal(argv, { double })
    expect(ran).toMatchObject({ code: 2, out: '', sessions: [] })
    expect(ran.err).toContain('is empty')
    expect(double.calls).toEqual([])
  })
})

describe('a failure of several lines', () => {
  test('[CL5] [CL7] shares that are meant are told line by line; a name with a line break makes none', async () => {
    const double = new EngineDouble()
    for (const root of [ROOT_A, ROOT_B]) {
      const named = share(root, { name: 'a\nb' })
      double.publish({ type: 'share', value: named })
    }
    const ran = await shoal(['pause', 'a\nb'], { double })
    expect(ran.code).toBe(2)
    expect(ran.err.split('\n')).toEqual([
      'shoal: "a\\u{a}b" could be any of these 2 shares:',
      `  ${ROOT_A}  a\\u{a}b`,
      `  ${ROOT_B}  a\\u{a}b`,
      '',
    ])
    const json = await shoal(['pause', 'a\nb', '--json'], { double })
    expect(JSON.parse(json.out).message.split('\n')).toHaveLength(3)
  })
})

describe('shoal get of what is stuck', () => {
  const trouble = (path: string) => ({
    code: 'destination-missing' as const,
    message: `${path} is no longer there.`,
    sinceAt: 1_000,
    facts: { cause: 'gone', path },
  })
  class Stuck extends EngineDouble {
    constructor() {
      super(new EventHub({ intervalMs: 1 }))
      this.publish({
        type: 'share',
        value: share(ROOT_A, { state: 'paused', origin: 'fetched', trouble: trouble('/gone') }),
      })
    }
    private finish() {
      const { trouble: _, ...rest } = share(ROOT_A, {
        state: 'seeding',
        haveBytes: 1_000,
        path: '/cwd/x',
        finishedAt: 3,
      })
      this.publish({ type: 'share', value: rest })
      return rest
    }
    override async start(input: Parameters<EngineDouble['start']>[0]) {
      await super.start(input)
      return this.finish()
    }
    override async resume(root: string) {
      this.calls.push(['resume', root])
      await super.resume(root)
      return this.finish()
    }
  }
  const callsOf = (double: EngineDouble) => double.calls.filter(([name]) => name !== 'openLink')

  test('[CL9] [FL5] another folder that is named is taken', async () => {
    const double = new Stuck()
    expect((await shoal(['get', LINK, '-o', 'there'], { double })).code).toBe(0)
    expect(callsOf(double)).toEqual([['start', { root: ROOT_A, destination: '/cwd/there' }]])
  })

  test.each([[['get', LINK]], [['get', LINK, '-o', '/gone']]])(
    '[CL9] the same command goes on where it was: %j',
    async (argv) => {
      const double = new Stuck()
      expect((await shoal(argv, { double })).code).toBe(0)
      expect(callsOf(double)).toEqual([['resume', ROOT_A]])
    },
  )
})
