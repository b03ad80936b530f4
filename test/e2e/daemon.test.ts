/** The daemon and the command line as processes: one per profile, ended by signals and by force, found again, quiet about names. */
import { createHash, randomBytes } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Ground } from './support/daemon.ts'

let ground: Ground
beforeEach(() => {
  ground = new Ground()
})
afterEach(() => ground.clear())

const NAME = 'Diary of Ada.bin'

function makeFile(sizeBytes: number, name = NAME): string {
  const path = ground.path(name)
  writeFileSync(path, randomBytes(sizeBytes))
  return path
}

async function digest(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const data of createReadStream(path)) hash.update(data)
  return hash.digest('hex')
}

/** Shares a file from a daemon whose upload is limited, so that a transfer lasts long enough to be disturbed. */
async function slowSource(sizeBytes: number, rate: string): Promise<{ link: string; path: string }> {
  const path = makeFile(sizeBytes)
  await ground.daemon('source', '--limit-up', rate)
  const shared = await ground.run('source', 'share', path)
  expect(shared.code, shared.err).toBe(0)
  return { link: shared.out.trim(), path }
}

/** Waits for a share of this profile's daemon to have so many bytes. */
async function waitForBytes(profile: string, bytes: number): Promise<void> {
  const client = await ground.client(profile)
  try {
    await expect
      .poll(async () => (await client.api.shares())[0]?.haveBytes ?? 0, { timeout: 60_000, interval: 20 })
      .toBeGreaterThanOrEqual(bytes)
  } finally {
    client.close()
  }
}

describe('one daemon per profile', () => {
  test('[DA14] a second one says who holds the profile and exits with 3 within 3 s', async () => {
    const first = await ground.daemon('one')
    const second = ground.startDaemon('one')
    const ended = await second.ended
    expect(ended.code).toBe(3)
    expect(ended.tookMs).toBeLessThan(3_000)
    expect(second.err).toContain(String(first.pid))
    const client = await ground.client('one')
    expect((await client.api.status()).network).toBe('local')
    client.close()
  })

  test('[DA13] [DA14] kill -9 leaves nothing that hinders the next one', async () => {
    const first = await ground.daemon('one')
    first.kill('SIGKILL')
    await first.ended
    expect(existsSync(ground.path('one', 'daemon.json'))).toBe(true)
    expect((await ground.run('one', 'status')).code).toBe(3)
    const second = await ground.daemon('one')
    const status = await ground.run('one', 'status', '--json')
    expect(status.code).toBe(0)
    expect(JSON.parse(readFileSync(ground.path('one', 'daemon.json'), 'utf8')).pid).toBe(second.pid)
  })

  test('[DA14] twenty started at once: one serves, the others name it', async () => {
    const all = Array.from({ length: 20 }, () => ground.startDaemon('one'))
    const losers = await Promise.all(
      all.map((one) => Promise.race([one.ended, one.says(/^ready /m).then(() => undefined)]).catch(() => one.ended)),
    )
    expect(losers.filter((ended) => ended === undefined)).toHaveLength(1)
    expect(losers.filter((ended) => ended !== undefined).map((ended) => ended.code)).toEqual(new Array(19).fill(3))
  })
})

describe('the end', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '[DA18] %s on an idle daemon: 0 within 5 s, nothing left behind',
    async (signal) => {
      const daemon = await ground.daemon('one')
      const began = performance.now()
      daemon.kill(signal)
      expect((await daemon.ended).code).toBe(0)
      expect(performance.now() - began).toBeLessThan(5_000)
      expect(existsSync(ground.path('one', 'daemon.json'))).toBe(false)
      expect(existsSync(ground.path('one', 'shoal.sock'))).toBe(false)
    },
  )

  test('[DA18] SIGTERM in the middle of a download: 0 within 5 s, and the next start goes on where it was', async () => {
    const size = 24 * 1024 * 1024
    const { link, path } = await slowSource(size, '12MB/s')
    const daemon = await ground.daemon('sink')
    const client = await ground.client('sink')
    const { root } = await client.api.openLink({ link })
    mkdirSync(ground.path('fetched'))
    await client.api.start({ root, destination: ground.path('fetched') })
    client.close()
    await waitForBytes('sink', 8 * 1024 * 1024)
    const began = performance.now()
    daemon.kill('SIGTERM')
    expect((await daemon.ended).code).toBe(0)
    expect(performance.now() - began).toBeLessThan(5_000)

    await ground.daemon('sink')
    const again = await ground.client('sink')
    const [resumed] = await again.api.shares()
    expect(resumed?.haveBytes).toBeGreaterThanOrEqual(8 * 1024 * 1024)
    await expect
      .poll(async () => (await again.api.share(root)).state, { timeout: 60_000, interval: 50 })
      .toBe('seeding')
    const done = await again.api.share(root)
    again.close()
    expect(await digest(done.path ?? '')).toBe(await digest(path))
  })
})

describe('the command line as a process', () => {
  test('[CL2] [CL3] [CL4] without any daemon: share prints a link and stays, get fetches, Ctrl-C ends sharing with 0', async () => {
    const path = makeFile(3_000_000)
    const sharing = ground.shoal('a', 'share', path)
    await sharing.says(/shoal:baf\S+\n/)
    const link = sharing.out.trim()
    mkdirSync(ground.path('dl'))
    const got = await ground.run('b', 'get', link, '-o', ground.path('dl'))
    expect(got.code, got.err).toBe(0)
    expect(got.out).toBe(`${ground.path('dl', NAME)}\n`)
    expect(await digest(ground.path('dl', NAME))).toBe(await digest(path))
    sharing.kill('SIGINT')
    expect((await sharing.ended).code).toBe(0)
    expect(sharing.out.trim()).toBe(link)
  })

  test('[CL9] Ctrl-C on get: 130, says how to go on; the same command goes on and fetches only the rest', async () => {
    const size = 16 * 1024 * 1024
    const { link, path } = await slowSource(size, '8MB/s')
    mkdirSync(ground.path('dl'))
    const args = ['get', link, '-o', ground.path('dl'), '--json'] as const
    const first = ground.shoal('sink', ...args)
    await first.says(/"haveBytes":[1-9]\d{6,}/)
    first.kill('SIGINT')
    expect((await first.ended).code).toBe(130)
    expect(readdirSync(ground.path('dl')).filter((name) => !name.startsWith('.'))).toEqual([])
    const second = await ground.run('sink', ...args)
    expect(second.code, second.out).toBe(0)
    expect(await digest(ground.path('dl', NAME))).toBe(await digest(path))
    const events = (out: string): { event: string; state: string; haveBytes: number }[] =>
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    expect(events(second.out).at(-1)?.event).toBe('complete')
    const before = events(first.out).findLast((event) => event.event === 'progress')
    const after = events(second.out).find((event) => event.state === 'downloading')
    expect(before?.haveBytes).toBeGreaterThan(1_000_000)
    expect(after?.haveBytes).toBeGreaterThanOrEqual(before?.haveBytes ?? 0)
  })

  test('[CL9] the daemon is killed with -9 under a get: the command goes on without it', async () => {
    const { link, path } = await slowSource(16 * 1024 * 1024, '8MB/s')
    const daemon = await ground.daemon('sink')
    mkdirSync(ground.path('dl'))
    const getting = ground.shoal('sink', 'get', link, '-o', ground.path('dl'))
    await waitForBytes('sink', 3 * 1024 * 1024)
    daemon.kill('SIGKILL')
    expect((await getting.ended).code, getting.err).toBe(0)
    expect(getting.err).toContain('The daemon went away')
    expect(await digest(ground.path('dl', NAME))).toBe(await digest(path))
  })

  test('[CL1] [CL9] nobody has it: 4 after --timeout', async () => {
    const got = await ground.run(
      'lonely',
      'get',
      'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy',
      '--timeout',
      '1s',
      '-o',
      ground.folder,
    )
    expect(got.code, got.err).toBe(4)
    expect(got.out).toBe('')
  })

  test('[CL4] a daemon on another network is refused', async () => {
    await ground.daemon('one', '--network', 'local')
    const refused = await ground.run(
      'one',
      '--network',
      'lan',
      'get',
      'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy',
    )
    expect(refused.code).toBe(3)
    expect(refused.err).toContain('"local", not "lan"')
  })
})

describe('what others may see', () => {
  test('[DA15] no name, no token and no key in the logs at info; the folder is for the owner alone', async () => {
    const path = makeFile(2_000_000)
    const source = await ground.daemon('source')
    const link = (await ground.run('source', 'share', path)).out.trim()
    const sink = await ground.daemon('sink')
    mkdirSync(ground.path('dl'))
    expect((await ground.run('sink', 'get', link, '-o', ground.path('dl'))).code).toBe(0)
    const { token } = JSON.parse(readFileSync(ground.path('sink', 'daemon.json'), 'utf8'))
    for (const [profile, process] of [
      ['source', source],
      ['sink', sink],
    ] as const) {
      const said = readFileSync(ground.path(profile, 'logs', 'shoal.log'), 'utf8') + process.err
      expect(said).toContain('daemon ready')
      for (const secret of [NAME, encodeURIComponent(NAME), token]) expect(said).not.toContain(secret)
      expect(statSync(ground.path(profile)).mode & 0o777).toBe(0o700)
    }
  })

  test('[DA10] [DA17] /metrics answers whoever has the token, and nobody else', async () => {
    await ground.daemon('one')
    const { port, token } = JSON.parse(readFileSync(ground.path('one', 'daemon.json'), 'utf8'))
    const url = `http://127.0.0.1:${port}/metrics`
    const allowed = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
    expect(allowed.status).toBe(200)
    const text = await allowed.text()
    for (const metric of ['shoal_payload_bytes_total', 'shoal_connections', 'process_resident_memory_bytes'])
      expect(text).toContain(metric)
    expect((await fetch(url)).status).toBe(401)
    expect((await fetch(url, { headers: { authorization: `Bearer ${'0'.repeat(64)}` } })).status).toBe(401)
    const elsewhere = await fetch(`${url}/more`, { headers: { authorization: `Bearer ${token}` } })
    expect(elsewhere.status).toBe(404)
  })
})
