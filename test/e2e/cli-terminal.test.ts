/** The command line on a terminal: progress that is drawn, questions, Ctrl-C; and names that would take it over. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CID } from 'multiformats/cid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { GoodbyeCode } from '../../main/engine/exchange/exchange.pb.js'
import { Ground, type Peer, Running } from './support/daemon.ts'
import { digestOf, makeFile } from './support/files.ts'
import { SEED } from './support/random.ts'
import { share, untilShare } from './support/shares.ts'
import { Stranger } from './support/stranger.ts'
import { DIST, ESC, expectPlain, NASTY, onTerminal, type Said, SHOAL, terminalMissing } from './support/terminal.ts'

const MIB = 1024 * 1024

let ground: Ground
let source: Peer
let sink: Peer

const shoal = async (...args: string[]): Promise<Said> => {
  const said = await ground.run('sink', ...args)
  expectPlain(said)
  return said
}
const json = async (...args: string[]): Promise<unknown> => {
  const { code, out, err } = await ground.run('sink', ...args, '--json')
  expect(code, err).toBe(0)
  return JSON.parse(out)
}

beforeAll(async () => {
  ground = new Ground()
  source = await ground.peer('source')
  sink = await ground.peer('sink')
})
afterAll(() => ground.clear())

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
    // What it said in its goodbye is nobody else’s to read: only the code is told, in our words.
    await daemon.says(/evil.* left: it is shutting down/)
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
