/** The command line without a daemon: it runs the engine itself, for as long as the command lasts. */
import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Ground } from './support/daemon.ts'
import { digestOf, makeFile } from './support/files.ts'
import { SEED } from './support/random.ts'
import { share } from './support/shares.ts'

const MIB = 1024 * 1024

describe('without a daemon', () => {
  let ground: Ground
  beforeEach(() => {
    ground = new Ground()
  })
  afterEach(() => ground.clear())

  test('[CL3] ls, pause, remove, limit and doctor are a node for a moment; status, peers and resume say that there is none', async () => {
    const path = ground.path('film.bin')
    makeFile(path, MIB, SEED)
    const sharing = ground.shoal('one', 'share', path)
    const link = (await sharing.says(/shoal:baf\S+\n/)).trim()
    const root = /shoal:(\w+)/.exec(link)?.[1] ?? ''
    // A node that another command runs is used meanwhile.
    const seen = await ground.run('one', 'status', '--json')
    expect(JSON.parse(seen.out)).toMatchObject({ network: 'local' })
    sharing.kill('SIGINT')
    expect((await sharing.ended).code).toBe(0)

    const run = (...args: string[]) => ground.run('one', ...args)
    const listed = await run('ls', '--json')
    expect(JSON.parse(listed.out)).toMatchObject([{ root, name: 'film.bin' }])
    expect((await run('limit', '--up', '2MB/s')).out).toContain('up 2.00 MB/s')
    expect(JSON.parse((await run('limit', '--json')).out).limitUpBytesPerSecond).toBe(2_000_000)
    expect((await run('pause', 'film.bin')).code).toBe(0)
    expect(JSON.parse((await run('ls', '--json')).out)).toMatchObject([{ state: 'paused' }])
    expect((await run('doctor')).code).toBe(0)
    for (const command of ['status', 'peers']) {
      const said = await run(command)
      expect(said.code, command).toBe(3)
      expect(said.err, command).toContain('daemon')
    }
    expect((await run('resume', 'film.bin')).code).toBe(3)
    expect((await run('remove', 'film.bin')).code).toBe(0)
    expect(JSON.parse((await run('ls', '--json')).out)).toEqual([])
    expect(statSync(path).size).toBe(MIB)
  })

  test('[CL3] daemon: the others use it while it runs; SIGTERM ends it with 0', async () => {
    const daemon = ground.shoal('one', 'daemon', '--headless')
    await daemon.says(/^ready /m)
    expect(JSON.parse((await ground.run('one', 'status', '--json')).out)).toMatchObject({ network: 'local' })
    expect(await ground.run('one', 'pause', '--all')).toMatchObject({ code: 0, out: '' })
    const second = ground.shoal('one', 'daemon', '--headless')
    expect((await second.ended).code).toBe(3)
    daemon.kill('SIGTERM')
    expect((await daemon.ended).code).toBe(0)
    expect((await ground.run('one', 'daemon', '--no-such-option')).code).toBe(2)
  })

  test('[CL4] get --keep-sharing stays and passes it on', async () => {
    const path = ground.path('film.bin')
    const digest = makeFile(path, MIB, SEED)
    const source = await ground.peer('source')
    const { link } = await share(source.api, path)
    mkdirSync(ground.path('first'))
    const first = ground.shoal('first-profile', 'get', link, '-o', ground.path('first'), '--keep-sharing')
    await first.says(/Sharing it on/)
    await source.running.killed()
    const passed = JSON.parse((await ground.run('first-profile', 'ls', '--json')).out)[0].link
    mkdirSync(ground.path('second'))
    const second = await ground.run('second-profile', 'get', passed, '-o', ground.path('second'))
    expect(second.code, second.err).toBe(0)
    expect(await digestOf(ground.path('second', 'film.bin'))).toBe(digest)
    first.kill('SIGINT')
    expect((await first.ended).code).toBe(0)
  })

  test('[CL11] help and version are 0 on stdout; every command has a help', async () => {
    for (const args of [['--help'], ['--version'], ['help', 'get']]) {
      const said = await ground.run('none', ...args)
      expect(said).toMatchObject({ code: 0, err: '' })
      expect(said.out).not.toBe('')
    }
    const commands = 'daemon share get ls status peers pause resume remove limit doctor'.split(' ')
    const [main, ...helps] = await Promise.all(
      [[], ...commands.map((command) => [command])].map((args) => ground.run('none', ...args, '--help')),
    )
    for (const command of commands) expect(main?.out).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'))
    for (const code of [0, 1, 2, 3, 4, 5, 6, 130]) expect(main?.out).toMatch(new RegExp(`^ {2}${code} `, 'm'))
    for (const help of helps) expect(help).toMatchObject({ code: 0, err: '' })
    expect(existsSync(ground.path('none'))).toBe(false)
  })

  test('[CL1] a profile that cannot be used is said in a sentence', async () => {
    writeFileSync(ground.path('file'), '')
    const said = await ground.run('file', 'ls')
    expect(said.code).toBeGreaterThan(0)
    expect(said.err).toContain(ground.path('file'))
    expect(said.err).not.toMatch(/^ +at /m)
  })

  test('[CL1] a folder that may not be read is 5', async (context) => {
    if (process.getuid?.() === 0) context.skip('root may read everything')
    mkdirSync(ground.path('secret'))
    chmodSync(ground.path('secret'), 0)
    expect((await ground.run('one', 'share', ground.path('secret'))).code).toBe(5)
  })
})
