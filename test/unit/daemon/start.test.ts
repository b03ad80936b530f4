/** A daemon's life with the real lock, real sockets and an engine double: start, second start, stale leftovers, stop. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectToDaemon } from '../../../cli/client.ts'
import { type DaemonParts, type RunningDaemon, startDaemon } from '../../../main/daemon/start.ts'
import { acquireProfileLock } from '../../../main/engine/store/profile-lock.ts'
import { openLogger } from '../../../main/engine/telemetry/logger.ts'
import { ShoalError } from '../../../shared/contract/errors.ts'
import { EngineDouble } from '../../contract/support/engine-double.ts'
import { ROOT_A } from '../../support/samples.ts'

class LifeDouble extends EngineDouble {
  readonly life: string[] = []
  /** As the engine was given it. */
  profileDir = ''
  failStart = false
  async begin(): Promise<void> {
    if (this.failStart) throw new ShoalError('IO', 'The database is damaged.')
    this.life.push('start')
  }
  async end(): Promise<void> {
    this.life.push('stop')
  }
}

let folder = ''
let profileDir = ''
let running: RunningDaemon[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shoal-daemon-'))
  profileDir = join(folder, 'profile')
  running = []
})
afterEach(async () => {
  for (const daemon of running) await daemon.stop()
  rmSync(folder, { recursive: true })
})

function parts(double: LifeDouble): DaemonParts {
  return {
    lock: acquireProfileLock,
    createEngine: async ({ profileDir: given }) => {
      double.profileDir = given
      return { api: double, start: () => double.begin(), stop: () => double.end() }
    },
  }
}

async function start(double = new LifeDouble(), over: { profileDir?: string; apiPort?: number } = {}) {
  const options = {
    profileDir,
    downloadDir: folder,
    network: 'local' as const,
    bootstrap: [],
    apiPort: 0,
    allowOrigins: [],
    ...over,
  }
  const daemon = await startDaemon(options, parts(double), openLogger({ level: 'silent' }).logger)
  running.push(daemon)
  return daemon
}

describe('a daemon', () => {
  test.each([
    ['is a file', () => join(folder, 'a-file'), /is a file/],
    ['lies in a file', () => join(folder, 'a-file', 'x'), /is a file/],
    // Where Node's recursive mkdir would try for ever.
    ['can never be made', () => (process.platform === 'linux' ? '/proc/shoal' : join(folder, 'a-file', 'x')), /Choose/],
  ])('[DA14] a profile that %s is refused in a sentence', async (_what, path, reason) => {
    writeFileSync(join(folder, 'a-file'), 'x')
    const failed = start(new LifeDouble(), { profileDir: path() })
    await expect(failed).rejects.toThrow(reason)
    await expect(failed).rejects.toMatchObject({ code: 'PATH_READ_ONLY', facts: { path: path() } })
  })

  test('[DA12] [DA13] tells clients where it is in files only the owner can read, and takes them away when it stops', async () => {
    const double = new LifeDouble()
    const daemon = await start(double)
    const mode = (path: string) => statSync(path).mode & 0o777
    expect(mode(profileDir)).toBe(0o700)
    expect(mode(join(profileDir, 'daemon.json'))).toBe(0o600)
    expect(daemon.file.socket).toBe(join(profileDir, 'shoal.sock'))
    expect(mode(join(profileDir, 'shoal.sock'))).toBe(0o600)
    expect(daemon.file).toMatchObject({ version: 1, pid: process.pid })
    expect(daemon.file.token).toMatch(/^[0-9a-f]{64}$/)
    await daemon.stop()
    expect(existsSync(join(profileDir, 'daemon.json'))).toBe(false)
    expect(existsSync(join(profileDir, 'shoal.sock'))).toBe(false)
    expect(double.life).toEqual(['start', 'stop'])
  })

  test('[DA13] the command line reaches it over the socket, and over TCP when the socket is gone', async () => {
    await start()
    const first = await connectToDaemon(profileDir)
    expect((await first?.api.openLink({ link: `shoal:${ROOT_A}` }))?.root).toBe(ROOT_A)
    first?.close()
    rmSync(join(profileDir, 'shoal.sock'))
    const second = await connectToDaemon(profileDir)
    expect(await second?.api.shares()).toHaveLength(1)
    second?.close()
  })

  test('[DA14] a second daemon is told who holds the profile, loads no engine, and disturbs nothing', async () => {
    const daemon = await start()
    const second = new LifeDouble()
    let loaded = false
    const began = performance.now()
    const error = await startDaemon(
      { profileDir, downloadDir: folder, network: 'local', bootstrap: [], apiPort: 0, allowOrigins: [] },
      {
        ...parts(second),
        createEngine: async () => {
          loaded = true
          throw new Error('must not be loaded')
        },
      },
      openLogger({ level: 'silent' }).logger,
    ).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(ShoalError)
    expect(error).toMatchObject({ code: 'PROFILE_BUSY', facts: { pid: process.pid } })
    expect(performance.now() - began).toBeLessThan(3_000)
    expect(loaded).toBe(false)
    expect(JSON.parse(readFileSync(join(profileDir, 'daemon.json'), 'utf8'))).toEqual(daemon.file)
    const client = await connectToDaemon(profileDir)
    expect(await client?.api.shares()).toEqual([])
    client?.close()
  })

  test('[DA14] a start that fails leaves nothing behind, and the next one succeeds', async () => {
    const broken = new LifeDouble()
    broken.failStart = true
    await expect(start(broken)).rejects.toMatchObject({ code: 'IO' })
    expect(existsSync(join(profileDir, 'daemon.json'))).toBe(false)
    const daemon = await start()
    expect(daemon.file.pid).toBe(process.pid)
  })

  test.skipIf(process.platform === 'win32')(
    '[DA25] a profile behind a link is known by its real path, as what is shared from it is',
    async () => {
      await mkdir(profileDir)
      const link = join(folder, 'link')
      symlinkSync(profileDir, link)
      const double = new LifeDouble()
      await start(double, { profileDir: link })
      expect(double.profileDir).toBe(profileDir)
      const connection = await connectToDaemon(link)
      expect(connection).toBeDefined()
      connection?.close()
    },
  )

  test('[DA14] a port that is taken fails the start with the engine stopped again', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const address = other.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const double = new LifeDouble()
    await expect(start(double, { apiPort: port })).rejects.toMatchObject({
      code: 'NETWORK',
      message: expect.stringContaining(`Port ${port}`),
    })
    expect(double.life).toEqual(['start', 'stop'])
    other.close()
  })

  test('[DA13] what a killed daemon left is replaced: stale socket, stale daemon.json', async () => {
    await mkdir(profileDir, { mode: 0o755 })
    // A socket file that nobody listens on, as kill -9 leaves it: the path is moved away from its server.
    const dead = createServer()
    await new Promise<void>((resolve) => dead.listen(join(profileDir, 'dead.sock'), resolve))
    const { renameSync } = await import('node:fs')
    renameSync(join(profileDir, 'dead.sock'), join(profileDir, 'shoal.sock'))
    await new Promise<void>((resolve) => dead.close(() => resolve()))
    expect(statSync(join(profileDir, 'shoal.sock')).isSocket()).toBe(true)
    const stale = {
      version: 1,
      pid: 1,
      startedAt: 1,
      port: 1,
      token: 'a'.repeat(64),
      socket: join(profileDir, 'shoal.sock'),
    }
    writeFileSync(join(profileDir, 'daemon.json'), JSON.stringify(stale))
    expect(await connectToDaemon(profileDir)).toBeUndefined()
    await start()
    const client = await connectToDaemon(profileDir)
    expect(await client?.api.shares()).toEqual([])
    client?.close()
    expect(statSync(profileDir).mode & 0o777).toBe(0o700)
  })

  test('[DA13] something else at the place of the socket is not removed', async () => {
    await mkdir(profileDir)
    writeFileSync(join(profileDir, 'shoal.sock'), 'precious')
    await expect(start()).rejects.toMatchObject({ code: 'IO' })
    expect(readFileSync(join(profileDir, 'shoal.sock'), 'utf8')).toBe('precious')
  })

  test('[DA13] a profile whose path is too long for a socket gets one in a private folder, which goes when it stops', async () => {
    const long = join(folder, 'x'.repeat(100), 'profile')
    const daemon = await start(new LifeDouble(), { profileDir: long })
    const socket = daemon.file.socket ?? ''
    expect(Buffer.byteLength(socket)).toBeLessThanOrEqual(100)
    expect(statSync(dirname(socket)).mode & 0o777).toBe(0o700)
    const client = await connectToDaemon(long)
    expect(await client?.api.shares()).toEqual([])
    client?.close()
    await daemon.stop()
    expect(existsSync(dirname(socket))).toBe(false)
  })

  test('[DA18] stopping ends open connections instead of waiting for them', async () => {
    const daemon = await start()
    const client = await connectToDaemon(profileDir)
    const events = client?.api.subscribe()[Symbol.asyncIterator]()
    await events?.next()
    await daemon.stop()
    await expect(events?.next()).rejects.toMatchObject({ code: 'NETWORK' })
  })
})
