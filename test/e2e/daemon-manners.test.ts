/**
 * The daemon as a guest on the machine: what its files allow to others, how it ends in the middle of everything, what its
 * metrics say, and that on `--network local` nothing of a share or a download leaves the machine. More is in daemon.test.ts and daemon-starts.test.ts.
 */
import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openFiles } from './support/costs.ts'
import { Ground, Running } from './support/daemon.ts'
import { digestOf, makeFile } from './support/files.ts'
import { NetLab, netnsMissing } from './support/netns.ts'
import { SEED } from './support/random.ts'
import { lootOf, RogueSource } from './support/rogue-source.ts'
import { catchMoment, fetchInto, joinLinks, share, untilSeeding, untilShare } from './support/shares.ts'
import { Stranger } from './support/stranger.ts'
import { DIST } from './support/terminal.ts'

const MIB = 1024 * 1024

let ground: Ground
beforeEach(() => {
  ground = new Ground()
})
afterEach(() => ground.clear())

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)

function daemonFile(profile: string): { pid: number; port: number; token: string; socket: string } {
  return JSON.parse(readFileSync(ground.path(profile, 'daemon.json'), 'utf8'))
}

async function metricsOf(profile: string): Promise<string> {
  const { port, token } = daemonFile(profile)
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { authorization: `Bearer ${token}` } })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4')
  return answer.text()
}

function metric(text: string, name: string, labels = ''): number {
  const line = text.split('\n').find((one) => one.startsWith(`${name}${labels} `))
  if (line === undefined) throw new Error(`no ${name}${labels} in\n${text}`)
  return Number(line.slice(line.lastIndexOf(' ') + 1))
}

describe('what others on the machine may do', () => {
  test.skipIf(process.platform === 'win32')(
    '[DA12] [DA13] [NE1] files of the profile are the owner’s alone, whatever the umask and the folder were',
    async () => {
      mkdirSync(ground.path('one'))
      chmodSync(ground.path('one'), 0o777)
      const before = process.umask(0)
      try {
        await ground.daemon('one')
      } finally {
        process.umask(before)
      }
      expect(modeOf(ground.path('one'))).toBe('700')
      for (const name of ['identity.key', 'daemon.json', 'shoal.sock'])
        expect(modeOf(ground.path('one', name)), name).toBe('600')
      // What lies inside is out of reach; it is not left open all the same.
      for (const name of readdirSync(ground.path('one'), { recursive: true }).map(String)) {
        const mode = statSync(ground.path('one', name)).mode & 0o022
        expect(mode, `${name} is writable for others`).toBe(0)
      }
      expect(daemonFile('one').token).toMatch(/^[0-9a-f]{64}$/)
    },
  )

  test('[DA11] the token is new at each start; the identity and the port stay', async () => {
    const first = await ground.peer('one')
    const { token } = daemonFile('one')
    first.running.kill('SIGTERM')
    await first.running.ended
    const second = await ground.peer('one')
    expect(daemonFile('one').token).not.toBe(token)
    expect(second.id).toBe(first.id)
    expect(second.addresses).toEqual(first.addresses)
  })

  test('[DA2] [DA4] [DA11] whoever reaches the local socket without the token gets nothing; nonsense costs nothing', async () => {
    const { running } = await ground.peer('one')
    const { socket } = daemonFile('one')
    const before = openFiles(running.pid)
    const answers = await Promise.all(
      [
        'GET /rpc HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
        'GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n',
        `${'x'.repeat(100_000)}\r\n\r\n`,
        randomBytes(5_000),
      ].map(async (request) => {
        const door = connect(socket)
        let said = ''
        door.on('data', (data) => {
          said += data
        })
        door.write(request)
        // Reset, when the rest of what we said was not even read.
        await new Promise<void>((resolve) => {
          door.on('error', () => {})
          door.on('close', () => resolve())
        })
        return said
      }),
    )
    for (const said of answers) expect(said).toMatch(/^(HTTP\/1\.1 4\d\d |$)/)
    expect(answers[0]).toMatch(/^HTTP\/1\.1 401 /)
    await expect.poll(() => openFiles(running.pid), { timeout: 10_000 }).toBeLessThanOrEqual(before)
    expect((await ground.run('one', 'status')).code).toBe(0)
  })
})

describe('[DA18] SIGTERM in the middle of everything', () => {
  test(`giving, fetching from two and importing, with a stranger that has stalled: 0 within 5 s, everything on disk, seed ${SEED}`, async () => {
    const film = ground.path('film.bin')
    const digest = makeFile(film, 48 * MIB, SEED)
    const loot = await lootOf(film)
    const stalled = await RogueSource.start(loot, { onWant: () => true })
    const greedy = await Stranger.start()
    try {
      const source = await ground.peer('source', '--limit-up', '8MB/s')
      const { link } = await share(source.api, film)
      const middle = await ground.peer('middle')
      const root = await fetchInto(middle.api, joinLinks([link, stalled.link]), middle.downloads)
      const taker = await ground.peer('taker')
      await fetchInto(taker.api, (await middle.api.share(root)).link, taker.downloads)
      const raw = await greedy.join(middle.addresses[0] ?? '', loot.root.bytes)
      raw.send({ interest: { interested: true, pace: 0 } })
      raw.stream.pause()
      makeFile(ground.path('large.bin'), 512 * MIB, `${SEED} import`)
      await catchMoment(middle.api, root, 'a third', ({ haveBytes }) => haveBytes >= 16 * MIB)
      await middle.api.importPath({ path: ground.path('large.bin') })
      const before = await middle.api.share(root)

      const began = performance.now()
      middle.running.kill('SIGTERM')
      expect((await middle.running.ended).code).toBe(0)
      const tookMs = performance.now() - began
      console.log(`ended after ${Math.round(tookMs)} ms with ${before.haveBytes} bytes`)
      expect(tookMs).toBeLessThan(5_000)
      for (const name of ['daemon.json', 'shoal.sock'])
        expect(existsSync(ground.path('middle', name)), name).toBe(false)

      // As after a restart of the machine: what is only in this boot's log does not count.
      rmSync(ground.path('middle', 'written'), { recursive: true, force: true })
      await source.running.killed()
      await stalled.stop()
      const again = await ground.peer('middle')
      const kept = await untilShare(again.api, root, 'what was kept', ({ haveBytes }) => haveBytes > 0)
      expect(kept.haveBytes).toBeGreaterThanOrEqual(before.haveBytes)
      await ground.peer('source')
      const done = await untilSeeding(again.api, root)
      expect(await digestOf(done.path ?? '')).toBe(digest)
      expect(done.corruptBytes).toBe(0)
    } finally {
      await stalled.stop()
      await greedy.stop()
    }
  })

  test('a peer that is frozen does not hold it up', async () => {
    const film = ground.path('film.bin')
    makeFile(film, 32 * MIB, SEED)
    const source = await ground.peer('source', '--limit-up', '4MB/s')
    const { link } = await share(source.api, film)
    const sink = await ground.peer('sink')
    const root = await fetchInto(sink.api, link, sink.downloads)
    await catchMoment(sink.api, root, 'some', ({ haveBytes }) => haveBytes >= 4 * MIB)
    source.running.kill('SIGSTOP')
    const began = performance.now()
    sink.running.kill('SIGTERM')
    expect((await sink.running.ended).code).toBe(0)
    expect(performance.now() - began).toBeLessThan(5_000)
    source.running.kill('SIGCONT')
  })
})

describe('[DA17] /metrics', () => {
  test(`says what was moved, in closed labels, without names, roots or peers, seed ${SEED}`, async () => {
    const path = ground.path('Diary of Ada.bin')
    makeFile(path, 8 * MIB, SEED)
    const source = await ground.peer('source')
    const { link } = await share(source.api, path)
    const sink = await ground.peer('sink')
    const root = await fetchInto(sink.api, link, sink.downloads)
    await untilSeeding(sink.api, root)
    const [given, taken] = [await metricsOf('source'), await metricsOf('sink')]
    expect(metric(taken, 'shoal_payload_bytes_total', '{direction="in"}')).toBe(8 * MIB)
    expect(metric(given, 'shoal_payload_bytes_total', '{direction="out"}')).toBe(8 * MIB)
    expect(metric(taken, 'shoal_chunks_total', '{result="verified"}')).toBe(8)
    expect(metric(taken, 'shoal_chunks_total', '{result="corrupt"}')).toBe(0)
    expect(metric(taken, 'shoal_shares', '{state="seeding"}')).toBe(1)
    expect(metric(taken, 'process_resident_memory_bytes')).toBeGreaterThan(10 * MIB)
    for (const text of [given, taken]) {
      for (const secret of ['Diary', root, source.id, sink.id, daemonFile('source').token])
        expect(text).not.toContain(secret)
    }
  })
})

describe('[NE10] --network local', () => {
  test(`a share and a download between two daemons, with a link full of temptations: not one packet leaves, seed ${SEED}`, async (ctx) => {
    const missing = await netnsMissing()
    if (missing !== undefined) return ctx.skip(missing)
    const lab = await NetLab.create()
    const started: Running[] = []
    try {
      const host = await lab.host({ route: true })
      const { sent } = await host.packets()
      const daemon = async (profile: string) => {
        const running = new Running(
          host.spawn(
            process.execPath,
            [join(DIST, 'daemon.js'), '--headless', '--profile', ground.path(profile), '--network', 'local'],
            { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, SHOAL_STOP_WITH_PARENT: '1' } },
          ),
        )
        started.push(running)
        await running.says(/^ready /m)
        return ground.client(profile)
      }
      const digest = makeFile(ground.path('film.bin'), 16 * MIB, SEED)
      const [source, sink] = [await daemon('source'), await daemon('sink')]
      const { link, root } = await share(source.api, ground.path('film.bin'))
      const id = '12D3KooWD9Rmp32e5sAsBxzW5fhK81T6jaXhM7tMjRo4jr8Xj3Nb'
      const temptations = [
        `/ip4/10.77.0.9/tcp/4001/p2p/${id}`,
        `/ip4/8.8.8.8/tcp/4001/p2p/${id}`,
        `/ip6/2001:4860:4860::8888/tcp/4001/p2p/${id}`,
        `/dns4/example.org/tcp/443/p2p/${id}`,
        `/dnsaddr/bootstrap.libp2p.io/p2p/${id}`,
        `/ip4/224.0.0.251/udp/5353/quic-v1/p2p/${id}`,
        `/ip4/127.0.0.1/tcp/4001/p2p/${id}/p2p-circuit/p2p/${id}`,
      ]
      const tempting = `${link}&${temptations.map((address) => `pe=${encodeURIComponent(address)}`).join('&')}`
      mkdirSync(ground.path('downloads'))
      await fetchInto(sink.api, tempting, ground.path('downloads'))
      expect(await digestOf((await untilSeeding(sink.api, root)).path ?? '')).toBe(digest)
      await sink.api.doctor()
      for (const address of temptations) await expect(sink.api.connect({ address })).rejects.toThrow()
      expect((await host.packets()).sent).toBe(sent)
      for (const { close } of [source, sink]) close()
    } finally {
      for (const running of started) {
        running.kill('SIGKILL')
        await running.ended
      }
      await lab.dispose()
    }
  })
})
