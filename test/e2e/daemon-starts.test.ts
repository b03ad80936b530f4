/** Starting after accidents: damaged files, what the dead left behind, paths that are too long, ports that are taken. */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Ground } from './support/daemon.ts'
import { makeFile } from './support/files.ts'
import { SEED } from './support/random.ts'
import { share } from './support/shares.ts'

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

describe('starting after accidents', () => {
  test('[NE2] a damaged identity is said in a sentence, and never overwritten', async () => {
    const first = await ground.daemon('one')
    first.kill('SIGTERM')
    await first.ended
    const key = ground.path('one', 'identity.key')
    writeFileSync(key, 'not a key')
    const again = ground.startDaemon('one')
    expect((await again.ended).code).toBe(1)
    expect(again.err).toContain(key)
    expect(again.err).not.toMatch(/^ +at /m)
    expect(readFileSync(key, 'utf8')).toBe('not a key')
    expect(existsSync(ground.path('one', 'daemon.json'))).toBe(false)
  })

  test('[ST3] a damaged database is moved aside, and the daemon starts', async () => {
    const first = await ground.peer('one')
    makeFile(ground.path('film.bin'), 3 * MIB, SEED)
    await share(first.api, ground.path('film.bin'))
    await first.running.killed()
    for (const name of readdirSync(ground.path('one'))) {
      if (name.startsWith('shoal.sqlite')) writeFileSync(ground.path('one', name), randomBytes(50_000))
    }
    const again = await ground.peer('one')
    expect(again.id).toBe(first.id)
    expect(await again.api.shares()).toEqual([])
    await share(again.api, ground.path('film.bin'))
    expect(
      readdirSync(ground.path('one')).filter((name) => /sqlite.*damaged|damaged.*sqlite/.test(name)).length,
    ).toBeGreaterThan(0)
  })

  test('[DA12] what a dead daemon left behind, and a process that has its number now, hinder nobody', async () => {
    const first = await ground.daemon('one')
    await first.killed()
    const left = daemonFile('one')
    writeFileSync(ground.path('one', 'daemon.json'), JSON.stringify({ ...left, pid: process.pid }))
    expect((await ground.run('one', 'status')).code).toBe(3)
    await ground.daemon('one')
    expect((await ground.run('one', 'status')).code).toBe(0)
  })

  test('[DA13] a profile whose path is too long for a socket has its socket elsewhere, and privately', async () => {
    const deep = join('deep', 'd'.repeat(60), 'e'.repeat(60))
    mkdirSync(ground.path(deep), { recursive: true })
    await ground.daemon(deep)
    const { socket } = daemonFile(deep)
    expect(Buffer.byteLength(socket)).toBeLessThanOrEqual(100)
    expect(modeOf(socket)).toBe('600')
    expect(modeOf(resolve(socket, '..'))).toBe('700')
    expect((await ground.run(deep, 'status')).code).toBe(0)
  })

  test('[DA9] a port that is taken is replaced by another, and options that make no sense are refused', async () => {
    const first = await ground.peer('one')
    const port = /\/tcp\/(\d+)/.exec(first.addresses[0] ?? '')?.[1] ?? ''
    const second = await ground.peer('two', '--listen-port', port)
    expect(second.addresses[0]).not.toContain(`/tcp/${port}/`)
    for (const args of [
      ['--network', 'moon'],
      ['--listen-port', '70000'],
      ['--limit-up', 'fast'],
      ['--log-level', 'loud'],
      ['--no-such-option'],
    ]) {
      const wrong = ground.startDaemon('three', ...args)
      expect((await wrong.ended).code, args.join(' ')).toBe(2)
      expect(wrong.err, args.join(' ')).not.toBe('')
    }
  })
})
