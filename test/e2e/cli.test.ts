/**
 * The command line from end to end: every command, with a daemon and without one; what goes to stdout and what to stderr,
 * in a pipe and on a terminal; JSON; exit codes; names that would take over a terminal.
 */
import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CID } from 'multiformats/cid'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { GoodbyeCode } from '../../main/engine/exchange/exchange.pb.js'
import { Ground, type Peer, Running } from './support/daemon.ts'
import { digestOf, makeFile, treeOf } from './support/files.ts'
import { HOSTILE } from './support/hostile-dags.ts'
import { SEED } from './support/random.ts'
import { RogueSource } from './support/rogue-source.ts'
import { share, untilShare } from './support/shares.ts'
import { Stranger } from './support/stranger.ts'
import { onTerminal, terminalMissing } from './support/terminal.ts'

const MIB = 1024 * 1024
const DIST = resolve(process.env.SHOAL_TEST_DIST ?? fileURLToPath(new URL('../../dist/', import.meta.url)))
const SHOAL = join(DIST, 'shoal.js')
const NO_SUCH_CID = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'
/** Escape, carriage return, bell, a bidi override, a zero-width space. */
const ESC = '\u001b'
const NASTY = `${ESC}[2J${ESC}]0;owned\u0007evil\r\u202egnp.exe\u200b.txt`

interface Said {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '')
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b]/

/** In a pipe: no control characters, nothing drawn. */
function expectPlain({ out, err }: Said): void {
  expect(out).not.toMatch(CONTROL)
  expect(err).not.toMatch(CONTROL)
}

describe('with a daemon', () => {
  let ground: Ground
  let source: Peer
  let sink: Peer
  let album: string
  let link: string
  let root: string

  const shoal = async (...args: string[]): Promise<Said> => {
    const said = await ground.run('sink', ...args)
    expectPlain(said)
    return said
  }
  const json = async (...args: string[]): Promise<unknown> => {
    // Texts as they are, by JSON's own rules; there is always a program behind it.
    const { code, out, err } = await ground.run('sink', ...args, '--json')
    expect(code, err).toBe(0)
    return JSON.parse(out)
  }

  beforeAll(async () => {
    ground = new Ground()
    album = ground.path('album')
    for (const name of ['a.jpg', 'b.jpg', 'notes.txt', 'deep/c.jpg'])
      makeFile(join(album, name), 300_000, `${SEED} ${name}`)
    source = await ground.peer('source')
    sink = await ground.peer('sink')
    const shared = await share(source.api, album)
    link = shared.link
    root = shared.root
  })
  afterAll(() => ground.clear())

  test('[CL2] share: stdout is the link, remarks go to stderr; --quiet leaves them out', async () => {
    const path = ground.path('film.bin')
    makeFile(path, MIB, SEED)
    const loud = await shoal('share', path)
    expect(loud.code).toBe(0)
    expect(loud.out).toMatch(/^shoal:bafk\S+\n$/)
    const quiet = await shoal('share', path, '--quiet')
    expect(quiet).toMatchObject({ code: 0, out: loud.out, err: '' })
    const other = ground.path('other.bin')
    makeFile(other, 1000, SEED)
    const events = lines((await shoal('share', path, other, '--json')).out).map((line) => JSON.parse(line))
    const links = events.map(({ link: shared }) => shared).filter((shared) => shared !== undefined)
    expect(new Set(links).size).toBe(2)
    expect(links).toContain(loud.out.trim())
  })

  test('[CL9] get --list shows what is in it and leaves nothing behind', async () => {
    const listed = await shoal('get', link, '--list')
    expect(listed.code, listed.err).toBe(0)
    for (const name of ['a.jpg', 'b.jpg', 'notes.txt', 'c.jpg']) expect(listed.out).toContain(name)
    expect((await sink.api.shares()).map((one) => one.root)).not.toContain(root)
    expect(existsSync(join(sink.downloads, 'album'))).toBe(false)
  })

  test('[CL8] get --select fetches what fits, and more later', async () => {
    const first = await shoal('get', link, '--select', 'deep/*.jpg', '-o', sink.downloads)
    expect(first.code, first.err).toBe(0)
    expect(first.out).toBe(`${join(sink.downloads, 'album')}\n`)
    expect(Object.keys(treeOf(join(sink.downloads, 'album')))).toEqual(['deep', 'deep/c.jpg'])
    const all = await shoal('get', link, '--select', '*', '-o', sink.downloads)
    expect(all.code, all.err).toBe(0)
    expect(treeOf(join(sink.downloads, 'album'))).toEqual(treeOf(album))
    const again = await shoal('get', link, '-o', sink.downloads)
    expect(again).toMatchObject({ code: 0, out: first.out })
  })

  test('[CL2] [CL5] ls, status and peers: tables that can be read, JSON that can be parsed', async () => {
    const table = await shoal('ls')
    expect(table.out).toMatch(/ROOT +NAME +STATE/)
    expect(table.out).toContain('album')
    const shares = (await json('ls')) as { root: string; state: string }[]
    expect(shares.find((one) => one.root === root)?.state).toBe('seeding')
    for (const reference of [root, root.slice(0, 24), 'album', link]) {
      expect((await shoal('ls', reference)).out, reference).toContain('notes.txt')
    }
    expect((await shoal('status')).out).toContain(sink.id)
    expect(await json('status')).toMatchObject({ peer: sink.id, network: 'local' })
    expect((await shoal('status', 'album')).out).toContain(root)
    expect(await json('status', 'album')).toMatchObject({ root, name: 'album' })
    expect((await shoal('peers')).out).toContain(source.id.slice(-8))
    expect(((await json('peers')) as { peer: string }[]).map(({ peer }) => peer)).toContain(source.id)
    expect(((await json('peers', 'album')) as { peer: string }[]).map(({ peer }) => peer)).toEqual([source.id])
    expect((await shoal('peers', 'album')).out).toContain(source.id.slice(-8))
  })

  test('pause and resume', async () => {
    expect(await shoal('pause', 'album')).toMatchObject({ code: 0, out: '' })
    expect((await sink.api.share(root)).state).toBe('paused')
    expect(await json('resume', 'album')).toMatchObject([{ root }])
    await untilShare(sink.api, root, 'the end of the pause', ({ state }) => state === 'seeding')
    expect((await shoal('pause', '--all')).code).toBe(0)
    expect((await sink.api.shares()).every(({ state }) => state === 'paused')).toBe(true)
    expect((await shoal('resume', '--all')).code).toBe(0)
  })

  test('limit: shown, set, for one share, lifted', async () => {
    expect((await shoal('limit')).out).toBe('All shares together: down no limit, up no limit\n')
    expect((await shoal('limit', '--down', '5MB/s', '--up', '1MiB')).out).toBe(
      'All shares together: down 5.00 MB/s, up 1.05 MB/s\n',
    )
    expect(await json('limit')).toEqual({ limitDownBytesPerSecond: 5_000_000, limitUpBytesPerSecond: MIB })
    expect((await shoal('limit', '--share', 'album', '--up', '300kB')).out).toContain('up 300 kB/s')
    expect((await sink.api.share(root)).limitUpBytesPerSecond).toBe(300_000)
    expect((await shoal('limit', '--none')).code).toBe(0)
    expect((await shoal('limit', '--share', 'album', '--none')).code).toBe(0)
    expect((await sink.api.status()).limitDownBytesPerSecond).toBeUndefined()
    for (const wrong of ['0', '-1', '8Mbit', 'fast', '1e400']) {
      expect((await shoal('limit', `--up=${wrong}`)).code, wrong).toBe(2)
    }
  })

  test('doctor: findings with a result each', async () => {
    const said = await shoal('doctor')
    expect(said.code, said.out).toBe(0)
    const findings = (await json('doctor')) as { result: string; reason: string }[]
    expect(findings.length).toBeGreaterThan(3)
    for (const { result, reason } of findings) {
      expect(['ok', 'warning', 'skipped']).toContain(result)
      expect(reason).not.toBe('')
    }
  })

  test('[CL10] remove: what is shared in place is never touched; what was fetched goes only with --with-data --yes', async () => {
    expect((await shoal('remove', 'film.bin', '--with-data', '--yes')).code).toBe(0)
    expect(statSync(ground.path('film.bin')).size).toBe(MIB)
    const refused = await shoal('remove', root, '--with-data')
    expect(refused.code).toBe(2)
    expect(refused.err).toContain('--yes')
    expect(treeOf(join(sink.downloads, 'album'))).toEqual(treeOf(album))
    expect((await shoal('remove', root, '--with-data', '--yes')).code).toBe(0)
    expect(readdirSync(sink.downloads)).toEqual([])
    expect((await sink.api.shares()).map((one) => one.root)).not.toContain(root)
  })

  test('[CL1] wrong usage is 2, and says what is wrong', async () => {
    for (const [args, says] of [
      [['fly'], /unknown command/],
      [['ls', '--upside-down'], /unknown option/],
      [['share'], /missing required argument/],
      [['get'], /missing required argument/],
      [['get', 'not a link'], /./],
      [['get', 'https://example.org/x'], /./],
      [['get', `shoal:${NO_SUCH_CID}?pe=/ip4/127.0.0.1/tcp/1`], /p2p/],
      [['ls', 'no such share'], /./],
      [['ls', 'ba'], /./],
      [['pause'], /--all/],
      [['get', link, '--timeout', 'soon'], /./],
      [['--network', 'moon', 'ls'], /moon/],
    ] as const) {
      const said = await shoal(...args)
      expect(said.code, args.join(' ')).toBe(2)
      expect(said.err, args.join(' ')).toMatch(says)
      expect(said.out, args.join(' ')).toBe('')
    }
  })

  test('[CL1] [CL7] errors as JSON are one document on stdout, with the code', async () => {
    const said = await shoal('ls', 'no such share', '--json')
    expect(said.code).toBe(2)
    expect(JSON.parse(said.out)).toMatchObject({ event: 'error', code: 'NOT_FOUND', exit: 2 })
  })

  test('[CL1] the disk is 5: a destination that is not there, a path that is not there', async () => {
    const missing = await shoal('get', link, '-o', ground.path('no', 'such'), '--timeout', '2s')
    expect(missing.code, missing.err).toBe(5)
    expect((await shoal('share', ground.path('nothing here'))).code).toBe(5)
    expect((await shoal('remove', root)).code).toBe(0)
  })

  test('[CL1] the content is 6: a manifest that breaks a rule', async () => {
    const loot = HOSTILE['a name that leaves the folder']?.make()
    if (loot === undefined) throw new Error('no such manifest')
    const rogue = await RogueSource.start(loot, {})
    try {
      const said = await shoal('get', rogue.link, '-o', sink.downloads)
      expect(said.code, said.err).toBe(6)
      expect(said.err).toContain('breaks a rule')
      await shoal('remove', loot.root.toString())
    } finally {
      await rogue.stop()
    }
  })

  test('[CL1] 3 when the daemon holds the profile and does not answer', async () => {
    const frozen = await ground.peer('frozen')
    frozen.running.kill('SIGSTOP')
    try {
      const said = await ground.run('frozen', 'get', link)
      expect(said.code, said.err).toBe(3)
      expect(said.err).toContain(String(frozen.running.pid))
      expect(said.tookMs).toBeLessThan(20_000)
    } finally {
      frozen.running.kill('SIGCONT')
    }
  })

  test('[CL2] a reader that goes away is no crash', async () => {
    const child = spawn('sh', [
      '-c',
      `${process.execPath} ${SHOAL} --profile ${ground.path('sink')} ls | true; exit $?`,
    ])
    const running = new Running(child)
    expect((await running.ended).code).toBe(0)
    expect(running.err).not.toMatch(/EPIPE|at /)
  })

  describe('names that would take over a terminal', () => {
    test('[CL7] are shown harmlessly by every command; JSON carries them as they are', async () => {
      mkdirSync(ground.path('odd'), { recursive: true })
      writeFileSync(ground.path('odd', NASTY), 'x')
      writeFileSync(ground.path(NASTY), 'y')
      const { link: folder, root: folderRoot } = await share(source.api, ground.path('odd'))
      const { link: file, root: fileRoot } = await share(source.api, ground.path(NASTY))
      for (const [text, key] of [
        [folder, folderRoot],
        [file, fileRoot],
      ] as const) {
        const listed = await shoal('get', text, '--list')
        expect(listed.code, listed.err).toBe(0)
        const got = await shoal('get', text, '-o', sink.downloads)
        expect(got.code, got.err).toBe(0)
        // On disk the name is escaped alike on every system, so the path can be printed and used.
        expect(existsSync(got.out.trim())).toBe(true)
        for (const command of [['ls'], ['ls', key], ['status', key], ['peers', key], ['pause', key], ['resume', key]]) {
          expect((await shoal(...command)).code, command.join(' ')).toBe(0)
        }
      }
      const files = (await json('ls', folderRoot)) as { files?: { path: string }[] }
      expect(JSON.stringify(files)).toContain(JSON.stringify(NASTY).slice(1, -1))
      for (const key of [folderRoot, fileRoot]) {
        const removed = await shoal('remove', key, '--with-data', '--yes')
        expect(removed.code, removed.err).toBe(0)
      }
      expect(readdirSync(sink.downloads)).toEqual([])
    })
  })

  test('[CL7] [DA19] a peer that calls itself something nasty is shown harmlessly, by the daemon’s own narration as well', async () => {
    makeFile(ground.path('told.bin'), 1000, `${SEED} told`)
    const daemon = new Running(
      spawn(process.execPath, [join(DIST, 'daemon.js'), '--foreground', '--profile', ground.path('narrator')], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, SHOAL_NETWORK: 'local', SHOAL_STOP_WITH_PARENT: '1' },
      }),
    )
    const stranger = await Stranger.start()
    try {
      await daemon.says(/Ctrl-C stops/)
      const client = await ground.client('narrator')
      const { root: told } = await share(client.api, ground.path('told.bin'))
      const [address = ''] = (await client.api.status()).listening
      client.close()
      const stream = await stranger.open(address)
      const named = { client: NASTY, nodeName: NASTY, shareName: NASTY, manifest: false }
      stream.send({ open: { root: CID.parse(told).bytes.slice(), ...named } })
      await daemon.says(/evil.* joined/)
      for (const args of [['peers', told], ['peers'], ['status', told]]) {
        const said = await ground.run('narrator', ...args)
        expect(said.code, args.join(' ')).toBe(0)
        expectPlain(said)
      }
      stream.send({ goodbye: { code: GoodbyeCode.SHUTTING_DOWN, text: NASTY } })
      await daemon.says(/evil.* left: .*evil/)
      expectPlain({ code: 0, out: daemon.out, err: daemon.err })
    } finally {
      await stranger.stop()
      daemon.kill('SIGKILL')
      await daemon.ended
    }
  })

  describe.skipIf(terminalMissing() !== undefined)('on a terminal', () => {
    const shoalThere = (...args: string[]): Running =>
      onTerminal([process.execPath, SHOAL, '--profile', ground.path('sink'), ...args])

    test('get draws its progress in one line, clears it, and leaves the path', async () => {
      const path = ground.path('slow.bin')
      const digest = makeFile(path, 8 * MIB, SEED)
      await source.api.limit({ up: 4 * MIB })
      const { link: slow, root: slowRoot } = await share(source.api, path)
      const running = shoalThere('get', slow, '-o', sink.downloads)
      const ended = await running.ended
      await source.api.limit({ up: null })
      expect(ended.code, running.out).toBe(0)
      const drawn = running.out
      const percents = [...drawn.matchAll(/(\d+) %/g)].map((match) => Number(match[1]))
      expect(new Set(percents).size).toBeGreaterThan(3)
      expect(percents).toEqual([...percents].sort((a, b) => a - b))
      expect(drawn).toContain('█')
      expect(drawn.includes('\r') || drawn.includes(`${ESC}[`)).toBe(true)
      expect(drawn.trimEnd().endsWith(join(sink.downloads, 'slow.bin'))).toBe(true)
      expect(await digestOf(join(sink.downloads, 'slow.bin'))).toBe(digest)
      await sink.api.remove({ root: slowRoot, withData: true })
    })

    test('names from others are harmless there as well', async () => {
      const { link: file, root: fileRoot } = await share(source.api, ground.path(NASTY))
      const running = shoalThere('get', file, '-o', sink.downloads)
      expect((await running.ended).code, running.out).toBe(0)
      expect(running.out).not.toContain(`${ESC}[2J`)
      expect(running.out).not.toContain(`${ESC}]0;`)
      expect(running.out).not.toContain('\u202e')
      await sink.api.remove({ root: fileRoot, withData: true })
    })

    test('remove --with-data asks, and takes no for an answer', async () => {
      const path = ground.path('kept.bin')
      makeFile(path, 1000, `${SEED} kept`)
      const { link: kept, root: keptRoot } = await share(source.api, path)
      await shoal('get', kept, '-o', sink.downloads)
      const asked = shoalThere('remove', keptRoot, '--with-data')
      await asked.says(/Delete what was downloaded/)
      asked.child.stdin?.write('n\n')
      expect((await asked.ended).code, asked.out).toBe(130)
      expect(existsSync(join(sink.downloads, 'kept.bin'))).toBe(true)
      const agreed = shoalThere('remove', keptRoot, '--with-data')
      await agreed.says(/Delete what was downloaded/)
      agreed.child.stdin?.write('y\n')
      expect((await agreed.ended).code, agreed.out).toBe(0)
      expect(existsSync(join(sink.downloads, 'kept.bin'))).toBe(false)
    })

    test('[CL9] Ctrl-C on the terminal stops get with 130; the daemon goes on with it', async () => {
      const path = ground.path('long.bin')
      makeFile(path, 16 * MIB, SEED)
      await source.api.limit({ up: 2 * MIB })
      const { link: long, root: longRoot } = await share(source.api, path)
      const running = shoalThere('get', long, '-o', sink.downloads)
      await running.says(/[1-9]\d? %/)
      running.child.stdin?.write('\u0003')
      expect((await running.ended).code).toBe(130)
      expect(running.out).toContain('the daemon goes on with it')
      await source.api.limit({ up: null })
      await untilShare(sink.api, longRoot, 'the rest', ({ state }) => state === 'seeding')
    })
  })
})

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

  test.skipIf(process.getuid?.() === 0)('[CL1] a folder that may not be read is 5', async () => {
    mkdirSync(ground.path('secret'))
    chmodSync(ground.path('secret'), 0)
    expect((await ground.run('one', 'share', ground.path('secret'))).code).toBe(5)
  })
})
