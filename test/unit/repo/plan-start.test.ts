/** What `npm start` opens, as a table of what is found on a machine; and what it makes of a desktop app that ends. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runElectron } from '../../../scripts/lib/electron.mjs'
import { nodeArguments, planStart, readStartArguments, type StartFacts } from '../../../scripts/lib/plan-start.mjs'

const desk: StartFacts = {
  wanted: 'auto',
  platform: 'linux',
  hasDisplay: true,
  isRoot: false,
  electronPackage: true,
  electronProgram: true,
  fetchFailedLately: false,
}

describe('npm start', () => {
  it.each([
    ['on a desk with Electron', {}, { kind: 'electron' }],
    ['on a desk without it', { electronProgram: false }, { kind: 'fetch-electron' }],
    [
      'when fetching it failed lately',
      { electronProgram: false, fetchFailedLately: true },
      { kind: 'web', because: expect.stringContaining('--electron') },
    ],
    [
      'when fetching failed lately, and it is asked for',
      { electronProgram: false, fetchFailedLately: true, wanted: 'electron' },
      { kind: 'fetch-electron' },
    ],
    ['when fetching failed lately and it came otherwise', { fetchFailedLately: true }, { kind: 'electron' }],
    [
      'without the package',
      { electronPackage: false, electronProgram: false },
      { kind: 'web', because: 'Electron is not installed.' },
    ],
    ['without a display', { hasDisplay: false }, { kind: 'web' }],
    ['as root', { isRoot: true }, { kind: 'web' }],
    ['as root of a Mac', { isRoot: true, platform: 'darwin' }, { kind: 'electron' }],
    ['as root without a display', { isRoot: true, hasDisplay: false, electronProgram: false }, { kind: 'web' }],
    [
      'as root, asked for',
      { isRoot: true, wanted: 'electron' },
      { kind: 'refuse', because: expect.stringContaining('root') },
    ],
    [
      'without a display, asked for',
      { hasDisplay: false, wanted: 'electron' },
      { kind: 'refuse', because: expect.stringContaining('--web') },
    ],
    ['--web', { wanted: 'web' }, { kind: 'web' }],
    ['--headless', { wanted: 'headless' }, { kind: 'headless' }],
    ['--headless without a display', { wanted: 'headless', hasDisplay: false }, { kind: 'headless' }],
  ] as [string, Partial<StartFacts>, object][])('[DA27] %s', (_name, over, expected) => {
    expect(planStart({ ...desk, ...over })).toEqual(expected)
  })

  it('[DA27] takes its own words and leaves the node the others', () => {
    expect(readStartArguments(['--profile', '/p', '--web', '--network=local'])).toEqual({
      wanted: 'web',
      rest: ['--profile', '/p', '--network=local'],
    })
    expect(readStartArguments([])).toEqual({ wanted: 'auto', rest: [] })
    expect(nodeArguments(['--profile', '/p', '--name', 'x', '--network=local', '--mdns'])).toEqual([
      '--profile',
      '/p',
      '--network=local',
    ])
  })
})

describe('the desktop app', () => {
  const run = async (text: string, args: string[] = []) => {
    const folder = mkdtempSync(join(tmpdir(), 'shoal-app-'))
    try {
      const program = join(folder, 'app.mjs')
      writeFileSync(program, text)
      return await runElectron(process.execPath, [program, ...args])
    } finally {
      rmSync(folder, { recursive: true })
    }
  }

  it('[DA27] that ends with an error at once counts as one that cannot run here', async () => {
    expect(await run('process.exit(127)')).toEqual({ code: 127, broken: true })
    expect(await run("process.kill(process.pid, 'SIGSEGV')")).toMatchObject({ broken: true })
    expect(await runElectron('/nowhere/electron', [])).toEqual({ code: 1, broken: true })
  })

  it('[DA27] that is ended, by its user or by a signal, does not', async () => {
    expect(await run('')).toEqual({ code: 0, broken: false })
    expect(await run("process.kill(process.pid, 'SIGTERM')")).toMatchObject({ broken: false })
  })

  it('[DA27] gets its arguments, and is not told to be a Node', async () => {
    process.env['ELECTRON_RUN_AS_NODE'] = '1'
    try {
      const text =
        "process.exit(process.argv[2] === '--profile' && process.env.ELECTRON_RUN_AS_NODE === undefined ? 5 : 6)"
      expect(await run(text, ['--profile', '/p'])).toMatchObject({ code: 5 })
    } finally {
      delete process.env['ELECTRON_RUN_AS_NODE']
    }
  })
})
