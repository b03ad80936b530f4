/** The command line beside a daemon: every command, what goes to stdout and what to stderr, JSON, exit codes. */
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Ground, type Peer, Running } from './support/daemon.ts'
import { makeFile, treeOf } from './support/files.ts'
import { HOSTILE } from './support/hostile-dags.ts'
import { SEED } from './support/random.ts'
import { RogueSource } from './support/rogue-source.ts'
import { share, untilShare } from './support/shares.ts'
import { expectPlain, type Said, SHOAL } from './support/terminal.ts'

const MIB = 1024 * 1024
const NO_SUCH_CID = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'
const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '')

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

  test('[CL14] share --together: one link to one folder, fetched by somebody else as such; after a restart too', async () => {
    const paths = [ground.path('here', 'photo.jpg'), ground.path('there', 'film.bin'), ground.path('elsewhere', 'trip')]
    const [photo = '', film = '', trip = ''] = paths
    makeFile(photo, 300_000, `${SEED} photo`)
    makeFile(film, 3 * MIB + 7, `${SEED} film`)
    makeFile(join(trip, 'day one', 'a.jpg'), MIB, `${SEED} a`)
    makeFile(join(trip, 'empty.txt'), 0, SEED)
    const expected = {
      ...treeOf(ground.path('here')),
      ...treeOf(ground.path('there')),
      ...treeOf(ground.path('elsewhere')),
    }
    let many = await ground.peer('many')
    const shared = await ground.run('many', 'share', '--together', ...paths)
    expectPlain(shared)
    expect(shared.code, shared.err).toBe(0)
    const [one] = await many.api.shares()
    expect(one).toMatchObject({
      name: 'photo.jpg and 2 more',
      fileCount: 4,
      paths: { count: 3 },
      link: shared.out.trim(),
    })
    await many.running.killed()
    many = await ground.peer('many')
    const again = await untilShare(many.api, one?.root ?? '', 'the seed', ({ state }) => state === 'seeding')
    const got = await shoal('get', again.link, '-o', ground.path('together'))
    expect(got.code, got.err).toBe(0)
    expect(got.out.trim()).toBe(ground.path('together', 'photo.jpg and 2 more'))
    expect(treeOf(got.out.trim())).toEqual(expected)
    expect((await ground.run('many', 'remove', '--yes', '--with-data', 'photo.jpg and 2 more')).code).toBe(0)
    expect({
      ...treeOf(ground.path('here')),
      ...treeOf(ground.path('there')),
      ...treeOf(ground.path('elsewhere')),
    }).toEqual(expected)
    const clash = await ground.run('many', 'share', '--together', photo, ground.path('other', 'PHOTO.JPG'))
    expect(clash.code).toBe(2)
    expect(clash.err).toContain('have the same name')
    const inside = await ground.run('many', 'share', '--together', trip, join(trip, 'empty.txt'))
    expect(inside.code).toBe(2)
    expect(inside.err).toContain('lies inside of')
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

  test.skipIf(!existsSync('/dev/full'))('[CL2] a result that cannot be written is 5, and said', async () => {
    const child = spawn('sh', [
      '-c',
      `${process.execPath} ${SHOAL} --profile ${ground.path('sink')} status > /dev/full`,
    ])
    const running = new Running(child)
    expect((await running.ended).code).toBe(5)
    expect(running.err).toBe('shoal: the result could not be written to stdout (ENOSPC).\n')
  })
})
