/**
 * The scripts behind `npm start` and `npm test`: that a failing run cannot look like a passing one, and that two of them at
 * once do not get in each other's way. Real processes in folders of their own; nothing is installed or built here.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withWorkLock } from '../../../scripts/lib/mutex.mjs'
import { runStep } from '../../../scripts/lib/run-step.mjs'
import { FAST_STEPS, STEPS, type Step } from '../../../scripts/lib/steps.mjs'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shoal-scripts-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

function script(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

describe('a step of npm test', () => {
  const step = (path: string, limitMs = 20_000): Step => ({
    name: 'x',
    title: 'x',
    kind: 'check',
    script: path,
    args: [],
    limitMs,
  })
  const outcomeOf = async (text: string, limitMs?: number) => {
    const { passed, failures } = await runStep(process.execPath, step(script('tool.mjs', text), limitMs), [])
    return { passed, failures }
  }

  it('that ends well counts as one passed', async () => {
    expect(await outcomeOf('')).toEqual({ passed: 1, failures: [] })
  })

  it('that exits with a code counts as one failed', async () => {
    expect(await outcomeOf('process.exit(3)')).toEqual({ passed: 0, failures: ['exit code 3'] })
  })

  it('that hangs is ended at its limit and counts as failed', async () => {
    expect(await outcomeOf('setInterval(() => {}, 1000)', 300)).toEqual({
      passed: 0,
      failures: [expect.stringContaining('SIGKILL')],
    })
  })

  it('of tests that leaves no report counts as failed', async () => {
    const outcome = await runStep(process.execPath, { ...step(script('tool.mjs', '')), kind: 'tests' }, [])
    expect(outcome).toMatchObject({ passed: 0, failures: [expect.stringContaining('without a report')] })
  })

  it('of tests that runs none has failed, unless they say what they lack here', async () => {
    const run = (skipped: object[]) => {
      const counts = JSON.stringify({ passed: 0, failed: [], skipped })
      const text = `import { writeFileSync } from 'node:fs'\nwriteFileSync(process.env.SHOAL_TEST_COUNTS, ${JSON.stringify(counts)})`
      return runStep(process.execPath, { ...step(script('tool.mjs', text)), kind: 'tests' }, [])
    }
    expect(await run([{ title: 'a', reason: 'no browser here' }])).toMatchObject({ passed: 0, failures: [] })
    for (const none of [[], [{ title: 'a' }]])
      expect(await run(none)).toMatchObject({ failures: ['not a single test was run'] })
  })

  it('has a name of its own, and the fast ones are among them', () => {
    const names = STEPS.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(names).toEqual(expect.arrayContaining(FAST_STEPS))
  })
})

describe('counting a test run', () => {
  it('counts tests, files that do not load and stray errors, and keeps the reasons of skips', () => {
    mkdirSync(join(folder, 'run'))
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'run', 'node_modules'))
    script('run/vitest.config.mjs', 'export default {}')
    script(
      'run/some.test.mjs',
      `import { expect, it } from 'vitest'
       it('a', () => {})
       it('b', () => {})
       it('c', () => { expect(1).toBe(2) })
       it('d', (context) => { context.skip('no root here') })`,
    )
    script('run/broken.test.mjs', `import './missing.mjs'`)
    script('run/stray.test.mjs', `import { it } from 'vitest'\nit('e', () => { Promise.reject(new Error('stray')) })`)
    const counts = join(folder, 'counts.json')
    const args = ['run', `--reporter=${join(ROOT, 'scripts/lib/count-reporter.mjs')}`]
    spawnSync(process.execPath, [join(ROOT, 'node_modules/vitest/vitest.mjs'), ...args], {
      cwd: join(folder, 'run'),
      env: { ...process.env, SHOAL_TEST_COUNTS: counts },
    })
    const { passed, failed, skipped } = JSON.parse(readFileSync(counts, 'utf8'))
    expect(passed).toBe(3)
    expect(failed.sort()).toEqual([
      'broken.test.mjs (the file itself)',
      'error outside of any test: stray',
      'some.test.mjs > c',
    ])
    expect(skipped).toEqual([{ title: 'some.test.mjs > d', reason: 'no root here' }])
  })
})

describe('the lock of a clone', () => {
  const lockFile = () => join(folder, 'lock')
  const silent = () => {}

  it('lets one in at a time, and tells who waits for whom', async () => {
    const order: string[] = []
    let release = silent
    const first = withWorkLock(
      silent,
      () =>
        new Promise<void>((resolve) => {
          order.push('first in')
          release = resolve
        }),
      lockFile(),
    )
    const waitsFor: number[] = []
    const second = withWorkLock(
      (pid) => {
        waitsFor.push(pid)
        order.push('second waits')
        release()
      },
      async () => {
        order.push('second in')
      },
      lockFile(),
    )
    await Promise.all([first, second])
    expect(order).toEqual(['first in', 'second waits', 'second in'])
    expect(waitsFor).toEqual([process.pid])
    expect(existsSync(lockFile())).toBe(false)
  })

  it('is taken over from a process that is dead', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', ''])
    writeFileSync(lockFile(), String(pid))
    expect(await withWorkLock(silent, async () => 'in', lockFile())).toBe('in')
  })

  it('is given back when the work fails', async () => {
    await expect(withWorkLock(silent, () => Promise.reject(new Error('no')), lockFile())).rejects.toThrow('no')
    expect(existsSync(lockFile())).toBe(false)
  })
})
