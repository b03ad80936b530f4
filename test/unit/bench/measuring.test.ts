/** How the benchmark reads processes, options and data: a wrong field here would make every number of the table wrong. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { sha256OfFile, sha256OfTree, writeRandomFile, writeSmallFiles } from '../../../bench/harness/data.ts'
import { openMeter } from '../../../bench/harness/meter.ts'
import {
  busySecondsOfMachine,
  bytesOfIo,
  bytesOfStatus,
  cpuSecondsOfStat,
  ownSecondsOfStat,
} from '../../../bench/harness/proc-text.ts'
import { selfTimes } from '../../../bench/harness/profiles.ts'
import { openReportMeter } from '../../../bench/harness/report-meter.ts'
import { parseOptions } from '../../../bench/options.ts'

async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'shoal-bench-test-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  return dir
}

describe('what Linux says of a process', () => {
  it('CPU time counts from the end of the name, which may hold anything', () => {
    const stat = '77 (a) R (1 2) S 1 77 77 0 -1 4194560 9 0 0 0 250 50 7 7 20 0 11 0 100 1 2'
    expect(cpuSecondsOfStat(stat, 100)).toBe(3)
    expect(ownSecondsOfStat(stat, 100)).toBe(3.14)
  })

  it.each(['', '77 node', '77 (node) S 1'])('%j gives no CPU time, and not zero', (stat) => {
    expect(cpuSecondsOfStat(stat, 100)).toBeUndefined()
  })

  it('the machine is busy with programs, the kernel and interrupts; not with waiting', () => {
    expect(busySecondsOfMachine('cpu  100 20 30 9999 8888 4 6 7777 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n', 100)).toBe(1.6)
    expect(busySecondsOfMachine('', 100)).toBeUndefined()
  })

  it('memory and device reads', () => {
    expect(bytesOfStatus('Name:\tnode\nVmHWM:\t  2048 kB\nVmRSS:\t  1024 kB\n', 'VmRSS')).toBe(1_048_576)
    expect(bytesOfStatus('Name:\tkthread\n', 'VmHWM')).toBeUndefined()
    expect(bytesOfIo('rchar: 5\nread_bytes: 4096\nwrite_bytes: 0\n', 'read_bytes')).toBe(4_096)
    expect(bytesOfIo('', 'read_bytes')).toBeUndefined()
  })

  it.runIf(process.platform === 'linux')('this process is measured, and its peak can be reset', async () => {
    const meter = await openMeter()
    const before = await meter.read(process.pid, '')
    const used = Buffer.alloc(200_000_000, 1)
    const grown = await meter.read(process.pid, '')
    expect(used.length).toBe(200_000_000)
    expect(grown.peakRssBytes - before.rssBytes).toBeGreaterThan(150_000_000)
    expect(grown.cpuSeconds).toBeGreaterThanOrEqual(before.cpuSeconds)
    expect(await meter.resetPeak(process.pid)).toBe(true)
    const reset = await meter.read(process.pid, '')
    expect(reset.peakRssBytes - reset.rssBytes).toBeLessThan(20_000_000)
  })
})

describe.runIf(process.platform !== 'win32')('where there is no /proc', () => {
  it('a process started with our arguments tells its use in a report', async () => {
    const dir = await folder()
    const meter = openReportMeter('darwin')
    const script = 'setInterval(() => {}, 1000); process.stdout.write("up")'
    const child = spawn(process.execPath, [...meter.nodeArguments(dir), '-e', script], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    await new Promise((resolve) => child.stdout.once('data', resolve))
    const use = await meter.read(child.pid ?? 0, dir)
    expect(use.cpuSeconds).toBeGreaterThan(0)
    expect(use.rssBytes).toBeGreaterThan(10_000_000)
    expect(use.peakRssBytes).toBeGreaterThan(10_000_000)
  })
})

describe('a CPU profile', () => {
  it('is told by the own time of functions; waiting is no work', () => {
    const node = (id: number, functionName: string, url = '') => ({
      id,
      callFrame: { functionName, url, lineNumber: 9 },
    })
    const profile = {
      nodes: [node(1, '(idle)'), node(2, 'hash', 'file:///a/b.js'), node(3, ''), node(4, 'hash', 'file:///a/b.js')],
      samples: [1, 2, 3, 4],
      timeDeltas: [9_000_000, 500_000, 250_000, 250_000],
    }
    expect(selfTimes(profile)).toEqual({ busyMs: 1_000, top: ['   75.0 %  hash b.js:10', '   25.0 %  (anonymous)'] })
  })
})

describe('test data', () => {
  it('is the same for one seed, and differs for another', async () => {
    const dir = await folder()
    const digest = (name: string, seed: string) => writeRandomFile(join(dir, name), 3_000_001, seed)
    const [one, same, other] = [await digest('a', 'x'), await digest('b', 'x'), await digest('c', 'y')]
    expect(same).toBe(one)
    expect(other).not.toBe(one)
    expect(await sha256OfFile(join(dir, 'a'))).toBe(one)
  })

  it('a tree is equal only with the same paths and the same bytes', async () => {
    const dir = await folder()
    const tree = async (name: string, seed: string, folders = 2) => {
      await writeSmallFiles(join(dir, name), { folders, filesEach: 3, sizeBytes: 10 }, seed)
      return sha256OfTree(join(dir, name))
    }
    const one = await tree('a', 'x')
    expect(one.files).toBe(6)
    expect(await tree('b', 'x')).toEqual(one)
    expect((await tree('c', 'y')).digest).not.toBe(one.digest)
    expect((await tree('d', 'x', 3)).digest).not.toBe(one.digest)
  })
})

describe('options of npm run bench', () => {
  const parse = (...argv: string[]) => parseOptions(argv, ['transfer', 'start'])

  it('lists and repeated --only are one', () => {
    expect(parse('--only', 'transfer,start', '--only', 'start', '--runs', '5')).toMatchObject({
      type: 'run',
      options: { only: ['transfer', 'start', 'start'], runs: 5, rivals: false, json: false },
    })
  })

  it('three runs, one when quick', () => {
    expect(parse()).toMatchObject({ options: { runs: 3, quick: false } })
    expect(parse('--quick')).toMatchObject({ options: { runs: 1, quick: true } })
  })

  it.each([['--only', 'speed'], ['--runs', '0'], ['--runs', 'two'], ['--runs', '1.5'], ['--fast']])(
    '%s %s is refused',
    (...argv) => {
      expect(parse(...argv)).toMatchObject({ type: 'wrong' })
    },
  )
})
